"""The page on which somebody signs in for a screen that shows a code (RFC 8628 §3.3)."""

from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from shared.identity.issuer.oauth import authorizing
from shared.identity.issuer.oauth.asking import circumstances, within
from shared.identity.issuer.oauth.authorizing import Waiting
from shared.identity.issuer.oauth.pages import csrf, signing_in, words
from shared.identity.issuer.oauth.pages.page import Box, Choice, Form, Page, response
from shared.identity.issuer.oauth.pages.page import escape as escaped
from shared.identity.issuer.oauth.pages.signing_in import Step
from shared.identity.issuer.refusals import Refused

router = APIRouter(tags=["oauth"], default_response_class=HTMLResponse)


@router.get("/v1/device")
async def show_device(request: Request, user_code: str = "") -> Response:
    """A code that came with the link is only filled in: whoever sent the link may not be the one with the screen."""
    return asking_for_code(request, Step(), user_code)


@router.post("/v1/device")
async def sign_in_device(request: Request) -> Response:
    """The forms of that page."""
    try:
        form = await signing_in.read(request)
    except Refused as error:
        return asking_for_code(request, signing_in.refused_with(error))
    about, typed = circumstances(request), form.get("user_code", "")
    waiting = await within(request, about, partial(authorizing.find_screen, typed=typed))
    if waiting is None:
        return asking_for_code(request, Step(wrong=words.UNKNOWN_CODE, status=400), typed)
    if form.get("step") == "find":
        return asking_who(request, waiting, Step())
    denied = form.get("step") == "deny"
    step = Step() if denied else await signing_in.taken(request, form)
    if step.proved is None and not denied:
        return asking_who(request, waiting, step)
    decided = await within(request, about, partial(authorizing.decide_screen, typed=typed, proved=step.proved))
    if not decided:
        return asking_for_code(request, Step(wrong=words.UNKNOWN_CODE, status=400), typed)
    done = Page(words.DEVICE_TITLE, note=words.SCREEN_DENIED if denied else words.SCREEN_READY)
    return response(done, signing_in.language(request))


def asking_for_code(request: Request, step: Step, user_code: str = "") -> Response:
    box = Box("user_code", words.USER_CODE, 'autocomplete="off" autocapitalize="characters" maxlength="20"', user_code[:20])
    return page(request, step, [Form(None, [box], [Choice("find", words.NEXT)])])


def asking_who(request: Request, waiting: Waiting, step: Step) -> Response:
    hidden = [("user_code", waiting.user_code)]
    language = signing_in.language(request)
    lead = [f"<p>{escaped(words.SCREEN_GETS.in_language(language))}<strong>{escaped(waiting.client)}</strong></p>",
            f'<p class="code">{escaped(waiting.user_code)}</p>']
    return page(request, step, [
        *signing_in.forms(request, step, hidden), Form(None, [], [Choice("deny", words.DENY, quiet=True)], hidden)], lead)


def page(request: Request, step: Step, forms: list[Form], lead: list[str] | None = None) -> Response:
    language, (cookie, token) = signing_in.language(request), csrf.token_for(request)
    other = "en" if language == "zh" else "zh-CN"
    answer = response(Page(
        words.DEVICE_TITLE, action=f"device?ui_locales={'zh-CN' if language == 'zh' else 'en'}", forms=forms,
        lead=lead or [], wrong=step.wrong, note=step.note, csrf=token, other_language=f"device?ui_locales={other}",
    ), language, step.status)
    answer.headers.update(step.headers)
    csrf.keep(request, answer, cookie)
    return answer
