"""Who somebody is: by the ways of signing in that there are, for the token endpoint and for the pages. Before any
transaction of ours, because hashing and text messages are slow.

A new way of signing in is a line in these tables; grants, forms and the discovery document follow from them.
"""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import Request

from shared.identity.issuer import actions, rules
from shared.identity.issuer.oauth.models import PHONE_CODE, WECHAT_CODE
from shared.identity.issuer.refusals import InvalidRequest
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.issuer.sign_in import phone_codes, staff, wechat
from shared.identity.issuer.sign_in.attempt import Attempt
from shared.identity.issuer.sign_in.authenticated import Authenticated

Form = Mapping[str, str]
Proof = Callable[[Request, Form], Awaitable[Authenticated]]
"""Raises `Refused`."""
Sending = Callable[[Request, Form], Awaitable[None]]


async def by_persona(request: Request, form: Form) -> Authenticated:
    state = request.app.state
    return await actions.prove_persona(state.database, state.passwords, rules.person_of(form), state.clock())


async def by_phone(request: Request, form: Form) -> Authenticated:
    return await phone_codes.sign_in(Attempt.of(request), *needed(form, "phone", "code"))


async def by_staff(request: Request, form: Form) -> Authenticated:
    return await staff.sign_in(Attempt.of(request), *needed(form, "username", "password", "otp"))


async def by_wechat(request: Request, form: Form) -> Authenticated:
    """The first time also with a `phone` and the `phone_code` that went there."""
    return await wechat.sign_in(
        Attempt.of(request), *needed(form, "code"), form.get("phone", ""), form.get("phone_code", ""))


async def send_phone_code(request: Request, form: Form) -> None:
    await phone_codes.request_code(Attempt.of(request), *needed(form, "phone"))


def needed(form: Form, *names: str) -> list[str]:
    """Raises `InvalidRequest`."""
    for name in names:
        if not form.get(name):
            raise InvalidRequest(f"缺少参数 {name}", f"The parameter {name} is missing")
    return [form[name] for name in names]


PERSONA, PERSONA_STEP, STAFF_STEP, PHONE_STEP, SEND_STEP = "password", "persona", "staff", "phone", "send"

AT_TOKEN_ENDPOINT: dict[str, Proof] = {PERSONA: by_persona, PHONE_CODE: by_phone, WECHAT_CODE: by_wechat}
"""By grant type. The form of a phone has `phone` and `code`, that of WeChat `code`."""

ON_PAGE: dict[str, Proof] = {PHONE_STEP: by_phone, STAFF_STEP: by_staff, PERSONA_STEP: by_persona}
"""By the button of the form. The form of staff has `username`, `password` and `otp`, that of a phone `phone`, `code`."""

SENDING: dict[str, Sending] = {SEND_STEP: send_phone_code}
"""What `SEND_STEP` does: a code goes to the `phone` of the form. Raises `Refused`."""


def grant_types(settings: IssuerSettings) -> frozenset[str]:
    return frozenset(AT_TOKEN_ENDPOINT) - not_offered(settings)


def steps(settings: IssuerSettings) -> frozenset[str]:
    return frozenset(ON_PAGE) - not_offered(settings)


def not_offered(settings: IssuerSettings) -> set[str]:
    """What was not set up here."""
    return {
        *(() if knows_personas(settings) else (PERSONA, PERSONA_STEP)),
        *(() if settings.sends_codes else (PHONE_CODE, PHONE_STEP)),
        *(() if settings.wechat_app_id else (WECHAT_CODE,)),
    }


def knows_personas(settings: IssuerSettings) -> bool:
    """On a developer's machine alone; production refuses to start with them."""
    return not settings.is_production and settings.persona_password_file is not None


async def at_token_endpoint(request: Request, form: Form) -> Authenticated | None:
    """None for a grant that needs no such proof. Raises `Refused`."""
    grant_type = form.get("grant_type", "")
    if grant_type not in grant_types(request.app.state.settings):
        return None
    return await AT_TOKEN_ENDPOINT[grant_type](request, form)


async def on_page(request: Request, step: str, form: Form) -> Authenticated:
    """Raises `Refused`."""
    if step not in steps(request.app.state.settings):
        raise InvalidRequest("没有这一步", "There is no such step")
    return await ON_PAGE[step](request, form)


async def send_code(request: Request, form: Form) -> None:
    """Raises `Refused`."""
    if SEND_STEP not in SENDING:
        raise InvalidRequest("没有这一步", "There is no such step")
    await SENDING[SEND_STEP](request, form)
