"""The token endpoint, the keys, and what a token says."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from shared.clock import Now
from shared.http.answers import language_of
from shared.identity.caller import SignedIn
from shared.identity.issuer import actions, rules
from shared.identity.issuer.form import MEDIA_TYPE, read_form
from shared.identity.issuer.models import DiscoveryOut, GrantOut, JwksOut, MeOut, RefusalOut, TokenOut
from shared.identity.issuer.refusals import Refused
from shared.identity.tokens import mint

router = APIRouter(tags=["identity"])

NEVER_KEEP = {"Cache-Control": "no-store", "Pragma": "no-cache"}
KEEP_FIVE_MINUTES = {"Cache-Control": "public, max-age=300"}

FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"enum": ["password", "client_credentials"]},
        "username": {"type": "string", "description": "of a person, e.g. `squad_leader@yingui`"},
        "password": {"type": "string", "format": "password"},
        "client_id": {"type": "string", "description": "of a service, e.g. `volunteer`"},
        "client_secret": {"type": "string", "format": "password"},
    },
}
FORM_BODY = {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": FORM}}}}


@router.post(
    "/v1/token", openapi_extra=FORM_BODY,
    responses={400: {"model": RefusalOut, "description": "RFC 6749 §5.2"},
               401: {"model": RefusalOut, "description": "An unknown service, or a wrong secret"}},
)
async def issue_token(request: Request, response: Response, now: Now) -> TokenOut:
    """RFC 6749: a person by password, a service by its credentials (in the form, or as HTTP Basic)."""
    state = request.app.state
    asked = rules.read_request(await read_form(request), request.headers.get("authorization", ""))
    if isinstance(asked, rules.ServiceAsks):
        entitled = actions.entitle_service(state.settings.service_credentials_dir, asked, now)
    else:
        entitled = await actions.entitle_person(state.database, state.passwords, asked, now)
    response.headers.update(NEVER_KEEP)
    return TokenOut(
        access_token=mint(
            state.signing_keys.current, issuer=state.settings.issuer_url, audience=state.settings.token_audience,
            subject=entitled.subject, client_id=entitled.client_id, grants=entitled.grants,
            person_id=entitled.person_id, now=now, expires_at=entitled.expires_at,
        ),
        expires_in=int((entitled.expires_at - now).total_seconds()),
    )


async def on_refused(request: Request, refused: Refused) -> JSONResponse:
    language = language_of(request.headers.get("accept-language", ""))
    body = {"error": refused.error, "error_description": refused.description.in_language(language)}
    spoken = {"Content-Language": "zh-CN" if language == "zh" else "en"}
    return JSONResponse(body, refused.status, NEVER_KEEP | refused.headers | spoken)


@router.get("/.well-known/jwks.json")
async def read_keys(request: Request, response: Response) -> JwksOut:
    response.headers.update(KEEP_FIVE_MINUTES)
    return request.app.state.signing_keys.published.as_dict()


@router.get("/.well-known/openid-configuration")
async def discover(request: Request, response: Response) -> DiscoveryOut:
    """Only what exists: there are no ID tokens and no authorization endpoint yet."""
    issuer = request.app.state.settings.issuer_url
    response.headers.update(KEEP_FIVE_MINUTES)
    return DiscoveryOut(
        issuer=issuer,
        token_endpoint=f"{issuer}/v1/token",
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        grant_types_supported=["password", "client_credentials"],
        response_types_supported=[],
        subject_types_supported=["public"],
        token_endpoint_auth_methods_supported=["none", "client_secret_post", "client_secret_basic"],
    )


@router.get("/v1/me")
async def read_me(caller: SignedIn) -> MeOut:
    grants: list[Any] = [GrantOut(role=grant.role, community=grant.community) for grant in caller.grants]
    return MeOut(subject=caller.subject, grants=grants, person_id=caller.person_id)
