"""The part that all pages share: the forms by which somebody shows who they are, and what comes of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastapi import Request

from shared.http.answers import language_of
from shared.http.problems import Words
from shared.identity.issuer.oauth import proving
from shared.identity.issuer.oauth.form import read_form
from shared.identity.issuer.oauth.pages import csrf, words
from shared.identity.issuer.oauth.pages.page import Box, Choice, Form
from shared.identity.issuer.refusals import Refused
from shared.identity.issuer.sign_in.authenticated import Authenticated

Hidden = Sequence[tuple[str, str]]


class Step(NamedTuple):
    """What became of a posted form: somebody signed in, or what the page is to say next."""

    proved: Authenticated | None = None
    wrong: Words | None = None
    note: Words | None = None
    phone: str = ""
    status: int = 200
    headers: Mapping[str, str] = {}


def refused_with(refused: Refused, phone: str = "") -> Step:
    return Step(wrong=refused.description, phone=phone, status=refused.status, headers=refused.headers)


async def read(request: Request) -> dict[str, str]:
    """Raises `Refused`, also for a form that is not from our page."""
    form = dict(await read_form(request))
    if not csrf.holds(request, form.get("csrf", "")):
        raise Expired()
    return form


class Expired(Refused):
    status = 403

    def __init__(self) -> None:
        super().__init__(*words.FORM_EXPIRED)


async def taken(request: Request, form: Mapping[str, str]) -> Step:
    """Never raises `Refused`: the page says it."""
    step = form.get("step", "")
    phone = form.get("phone", "") if step in (proving.SEND_STEP, proving.PHONE_STEP) else ""
    try:
        if step == proving.SEND_STEP:
            await proving.send_code(request, form)
            return Step(note=words.SENT, phone=phone)
        return Step(proved=await proving.on_page(request, step, form))
    except Refused as refused:
        # Where no code was sent the number is to be typed again; where a code was wrong, the code alone.
        return refused_with(refused, "" if step == proving.SEND_STEP else phone)


def forms(request: Request, step: Step, hidden: Hidden = ()) -> list[Form]:
    known = {
        proving.PHONE_STEP: with_code(step.phone, hidden) if step.phone else without_code(hidden),
        proving.STAFF_STEP: Form(words.STAFF_HEADING, [USERNAME, PASSWORD, OTP], [signing_in_by(proving.STAFF_STEP)], hidden),
        proving.PERSONA_STEP: Form(words.PERSONA_HEADING, [USERNAME, PASSWORD], [signing_in_by(proving.PERSONA_STEP)], hidden),
    }
    offered = proving.steps(request.app.state.settings)
    return [form for name, form in known.items() if name in offered]


def without_code(hidden: Hidden) -> Form:
    return Form(words.PHONE_HEADING, [PHONE], [Choice(proving.SEND_STEP, words.SEND)], hidden)


def with_code(phone: str, hidden: Hidden) -> Form:
    choices = [signing_in_by(proving.PHONE_STEP), Choice(proving.SEND_STEP, words.SEND_AGAIN, quiet=True)]
    return Form(words.PHONE_HEADING, [CODE], choices, [*hidden, ("phone", phone)])


def signing_in_by(step: str) -> Choice:
    return Choice(step, words.SIGN_IN)


ONE_TIME = 'inputmode="numeric" autocomplete="one-time-code" maxlength="10"'
PHONE = Box("phone", words.PHONE, 'type="tel" inputmode="tel" autocomplete="tel" maxlength="20"')
CODE = Box("code", words.CODE, f"{ONE_TIME} autofocus")
USERNAME = Box("username", words.USERNAME, 'autocomplete="username" maxlength="100"')
PASSWORD = Box("password", words.PASSWORD, 'type="password" autocomplete="current-password" maxlength="1000"')
OTP = Box("otp", words.OTP, ONE_TIME)


def language(request: Request) -> str:
    """What the client or the link asked for, else the browser's."""
    asked = request.query_params.get("ui_locales", "")
    return language_of(asked or request.headers.get("accept-language", ""))
