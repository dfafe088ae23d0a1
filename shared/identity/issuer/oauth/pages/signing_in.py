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
    try:
        return Step(proved=await proving.on_page(request.app.state, form.get("step", ""), form))
    except Refused as refused:
        return Step(wrong=refused.description, status=refused.status)


def forms(request: Request, hidden: Hidden = ()) -> list[Form]:
    steps = proving.steps(request.app.state.settings)
    return [Form(heading, boxes, [Choice(step, words.SIGN_IN)], hidden)
            for step, (heading, boxes) in FORMS.items() if step in steps]


USERNAME = Box("username", words.USERNAME, 'autocomplete="username" maxlength="100"')
PASSWORD = Box("password", words.PASSWORD, 'type="password" autocomplete="current-password" maxlength="1000"')
FORMS = {
    proving.PERSONA_STEP: (words.PERSONA_HEADING, [USERNAME, PASSWORD]),
}


def language(request: Request) -> str:
    """What the client or the link asked for, else the browser's."""
    asked = request.query_params.get("ui_locales", "")
    return language_of(asked or request.headers.get("accept-language", ""))
