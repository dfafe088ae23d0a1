"""The authorization endpoint: the page somebody signs in on before their application gets a code (RFC 6749 §4.1)."""

from functools import partial
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.identity.issuer.oauth import authorizing
from shared.identity.issuer.oauth.answers import Answer
from shared.identity.issuer.oauth.asking import as_asked, circumstances, within
from shared.identity.issuer.oauth.authorizing import Consent
from shared.identity.issuer.oauth.pages import csrf, signing_in, words
from shared.identity.issuer.oauth.pages.page import Page, response
from shared.identity.issuer.oauth.pages.page import escape as escaped
from shared.identity.issuer.oauth.pages.signing_in import Step
from shared.identity.issuer.oauth.request import FormRequest
from shared.identity.issuer.refusals import Refused

router = APIRouter(tags=["oauth"], default_response_class=HTMLResponse)


@router.get("/v1/authorize")
async def show_sign_in(
    request: Request, client_id: str = "", redirect_uri: str = "", response_type: str = "code", state: str = "",
    scope: str = "", code_challenge: str = "", code_challenge_method: str = "S256", nonce: str = "", ui_locales: str = "",
) -> Response:
    """Only to the redirect URI that the client has registered does anybody ever go from here."""
    asked = read_query(request)
    if isinstance(asked, Response):
        return asked
    checked = await within(request, circumstances(request), partial(authorizing.check, request=asked))
    return refused(request, checked) if isinstance(checked, Answer) else page(request, checked, Step())


@router.post("/v1/authorize")
async def sign_in(request: Request) -> Response:
    """The form of that page."""
    asked = read_query(request)
    if isinstance(asked, Response):
        return asked
    about = circumstances(request)
    checked = await within(request, about, partial(authorizing.check, request=asked))
    if isinstance(checked, Answer):
        return refused(request, checked)
    try:
        step = await signing_in.taken(request, await signing_in.read(request))
    except Refused as error:
        step = signing_in.refused_with(error)
    if step.proved is None:
        return page(request, checked, step)
    answer = await within(request, about, partial(authorizing.authorize, request=asked, proved=step.proved))
    return answer.response() if answer.is_redirect else refused(request, answer)


def read_query(request: Request) -> FormRequest | Response:
    try:
        return as_asked("GET", request.query_params.multi_items(), request)
    except Refused:
        return bad_request(request)


def refused(request: Request, answer: Answer) -> Response:
    """To the client when we know it is the client's address; else to the person, who can do nothing but go back."""
    return answer.response() if answer.is_redirect else bad_request(request)


def bad_request(request: Request) -> Response:
    return response(Page(words.TITLE, wrong=words.BAD_REQUEST), signing_in.language(request), 400)


def page(request: Request, consent: Consent, step: Step) -> Response:
    language, (cookie, token) = signing_in.language(request), csrf.token_for(request)
    other = dict(request.query_params) | {"ui_locales": "en" if language == "zh" else "zh-CN"}
    answer = response(Page(
        words.TITLE, action=f"authorize?{urlencode(list(request.query_params.multi_items()))}",
        forms=signing_in.forms(request, step), wrong=step.wrong, note=step.note, csrf=token,
        lead=[f"<p>{escaped(words.CONTINUE_TO.in_language(language))}<strong>{escaped(consent.client)}</strong></p>",
              f"<p>{escaped(words.PRIVACY.in_language(language))}</p>"],
        other_language=f"authorize?{urlencode(other)}", answers_to=consent.redirect_uri,
    ), language, step.status)
    answer.headers.update(step.headers)
    csrf.keep(request, answer, cookie)
    return answer
