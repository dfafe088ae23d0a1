"""Who somebody is: by the ways of sign_in/, for the token endpoint and for the pages. Before any transaction of ours,
because hashing and text messages are slow."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request

from shared.identity.issuer import actions, rules
from shared.identity.issuer.oauth.models import PHONE_CODE, WECHAT_CODE
from shared.identity.issuer.refusals import InvalidGrant, InvalidRequest
from shared.identity.issuer.sign_in.authenticated import Authenticated

Form = Mapping[str, str]
Proof = Callable[[Any, Form], Awaitable[Authenticated]]


async def by_persona(state: Any, form: Form) -> Authenticated:
    return await actions.prove_persona(state.database, state.passwords, rules.person_of(form), state.clock())


async def by_phone(state: Any, form: Form) -> Authenticated:
    raise InvalidGrant()


async def by_staff(state: Any, form: Form) -> Authenticated:
    raise InvalidGrant()


async def by_wechat(state: Any, form: Form) -> Authenticated:
    raise InvalidGrant()


async def send_phone_code(request: Request, phone: str) -> None:
    raise InvalidGrant()


AT_TOKEN_ENDPOINT: dict[str, Proof] = {"password": by_persona, PHONE_CODE: by_phone, WECHAT_CODE: by_wechat}
ON_PAGE: dict[str, Proof] = {"phone": by_phone, "staff": by_staff, "persona": by_persona}


async def proved(request: Request, grant_types: list[str], form: Form) -> Authenticated | None:
    """None for a grant that needs no such proof. Raises `Refused`."""
    grant_type = form.get("grant_type", "")
    proof = AT_TOKEN_ENDPOINT.get(grant_type) if grant_type in grant_types else None
    return await proof(request.app.state, form) if proof else None


async def proved_on_page(request: Request, step: str, form: Form) -> Authenticated:
    """Raises `Refused`."""
    proof = ON_PAGE.get(step)
    if proof is None or (step == "persona" and not knows_personas(request)):
        raise InvalidRequest("没有这一步", "There is no such step")
    return await proof(request.app.state, form)


def knows_personas(request: Request) -> bool:
    settings = request.app.state.settings
    return not settings.is_production and settings.persona_password_file is not None
