"""The endpoints that clients speak to: token, revocation, device authorization, discovery."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from shared.identity.issuer.keys.routes import KEEP_FIVE_MINUTES
from shared.identity.issuer.oauth import actions, cookies, discovery
from shared.identity.issuer.oauth.asking import asked_by_form, circumstances, within
from shared.identity.issuer.oauth.form import MEDIA_TYPE
from shared.identity.issuer.oauth.models import DeviceOut, DiscoveryOut, RefusalOut, TokenOut
from shared.identity.issuer.oauth.proving import at_token_endpoint
from shared.identity.issuer.oauth.request import FormRequest

router = APIRouter(tags=["oauth"])

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": RefusalOut, "description": "RFC 6749 §5.2"},
    401: {"model": RefusalOut, "description": "The client could not show who it is"},
}


def form(*required: str, **fields: str) -> dict[str, Any]:
    """Describes a form for OpenAPI: name = what it is."""
    properties = {name: {"type": "string", "description": what} for name, what in fields.items()}
    schema = {"type": "object", "required": list(required), "properties": properties}
    return {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": schema}}}}


TOKEN_FORM = form(
    "grant_type", grant_type="see `grant_types_supported` of the discovery document", client_id="who asks",
    client_secret="of an integrator or a service; or as HTTP Basic", client_assertion="instead of a secret: RFC 7523",
    client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer", code="authorization code; or the one that came by SMS; or of WeChat",
    redirect_uri="as it was for the code", code_verifier="RFC 7636", refresh_token="of an application on a phone",
    device_code="RFC 8628", phone="for the phone-code grant; and to link WeChat the first time", phone_code="to link WeChat",
    device_label="how the session will be listed", username="persona (development)", password="persona (development)")


@router.post("/v1/token", openapi_extra=TOKEN_FORM, response_model=TokenOut, responses=REFUSALS)
async def issue_token(request: Request) -> Response:
    """RFC 6749 §3.2. A browser's refresh token is in a cookie: send `X-Linli-Refresh: 1` to have it used."""
    asked = await asked_by_form(request)
    from_cookie = add_cookie(request, asked, "refresh_token") if asked.payload.grant_type == "refresh_token" else False
    settings = request.app.state.settings
    asked.proved = await at_token_endpoint(request, asked.form)
    about = circumstances(request, asked.form.get("device_label"))
    answer = await within(request, about, partial(actions.answer_token, request=asked))
    response = answer.response()
    if answer.cookie:
        cookies.keep_refresh_token(response, answer.cookie, settings.issuer_url)
    elif from_cookie and answer.status == 400:
        cookies.drop_refresh_token(response, settings.issuer_url)
    return response


@router.post("/v1/revoke", responses=REFUSALS, openapi_extra=form(
    "client_id", token="a refresh token; a browser's is in its cookie", token_type_hint="refresh_token", client_id="whose"))
async def revoke_token(request: Request) -> Response:
    """RFC 7009: signs out."""
    asked = await asked_by_form(request)
    from_cookie = add_cookie(request, asked, "token")
    answer = await within(request, circumstances(request), partial(
        actions.answer_endpoint, name="revocation", request=asked))
    response = answer.response()
    if from_cookie:
        cookies.drop_refresh_token(response, request.app.state.settings.issuer_url)
    return response


@router.post("/v1/device_authorization", response_model=DeviceOut, responses=REFUSALS, openapi_extra=form(
    "client_id", client_id="of the screen", scope="openid, or nothing"))
async def authorize_device(request: Request) -> Response:
    """RFC 8628 §3.1."""
    asked = await asked_by_form(request)
    answer = await within(request, circumstances(request), partial(
        actions.answer_endpoint, name="device_authorization", request=asked))
    return answer.response()


def add_cookie(request: Request, asked: FormRequest, field: str) -> bool:
    """True when the refresh token of the cookie was put where a client of another kind would have written it."""
    token = cookies.refresh_token_of(request.headers, request.cookies, request.app.state.settings.issuer_url)
    if token is None or field in asked.form:
        return False
    asked.form[field] = token
    return True


@router.get("/.well-known/openid-configuration")
async def discover(request: Request, response: Response) -> DiscoveryOut:
    response.headers.update(KEEP_FIVE_MINUTES)
    return discovery.description(request.app.state.settings)


@router.get("/.well-known/oauth-authorization-server")
async def discover_by_rfc_8414(request: Request, response: Response) -> DiscoveryOut:
    """The same, under the name that OAuth gave it."""
    return await discover(request, response)
