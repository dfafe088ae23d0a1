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
ONE_TIME = 'inputmode="numeric" autocomplete="one-time-code" maxlength="10"'


class Step(NamedTuple):
    """What became of a posted form: somebody signed in, or what the page is to say next."""

    proved: Authenticated | None = None
    wrong: Words | None = None
    note: Words | None = None
    phone: str = ""
    status: int = 200


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
    step, phone = form.get("step", ""), form.get("phone", "")
    try:
        if step == "send":
            await proving.send_phone_code(request, phone)
            return Step(note=words.SENT, phone=phone)
        return Step(proved=await proving.proved_on_page(request, step, form), phone=phone)
    except Refused as refused:
        return Step(wrong=refused.description, phone=phone, status=refused.status)


def forms(request: Request, step: Step, hidden: Hidden = ()) -> list[Form]:
    by_phone = with_code(step.phone, hidden) if step.phone else without_code(hidden)
    staff = Form(words.STAFF_HEADING, [
        Box("username", words.USERNAME, 'autocomplete="username" maxlength="100"'),
        Box("password", words.PASSWORD, 'type="password" autocomplete="current-password" maxlength="1000"'),
        Box("otp", words.OTP, ONE_TIME),
    ], [Choice("staff", words.SIGN_IN)], hidden)
    return [by_phone, staff, *([persona(hidden)] if proving.knows_personas(request) else [])]


def persona(hidden: Hidden) -> Form:
    """On a developer's machine alone."""
    return Form(words.PERSONA_HEADING, [
        Box("username", words.USERNAME, 'autocomplete="off" maxlength="100" placeholder="resident@yingui"'),
        Box("password", words.PASSWORD, 'type="password" autocomplete="off" maxlength="1000"'),
    ], [Choice("persona", words.SIGN_IN)], hidden)


def without_code(hidden: Hidden) -> Form:
    phone = Box("phone", words.PHONE, 'type="tel" inputmode="tel" autocomplete="tel" maxlength="20"')
    return Form(words.PHONE_HEADING, [phone], [Choice("send", words.SEND)], hidden)


def with_code(phone: str, hidden: Hidden) -> Form:
    return Form(words.PHONE_HEADING, [Box("code", words.CODE, f"{ONE_TIME} autofocus")], [
        Choice("phone", words.SIGN_IN), Choice("send", words.SEND_AGAIN, quiet=True)], [*hidden, ("phone", phone)])


def language(request: Request) -> str:
    """What the client or the link asked for, else the browser's."""
    asked = request.query_params.get("ui_locales", "")
    return language_of(asked or request.headers.get("accept-language", ""))
