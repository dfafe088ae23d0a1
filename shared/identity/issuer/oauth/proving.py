"""Who somebody is: by the ways of signing in that there are, for the token endpoint and for the pages. Before any
transaction of ours, because hashing and text messages are slow."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from shared.identity.issuer import actions, rules
from shared.identity.issuer.refusals import InvalidRequest
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.issuer.sign_in.authenticated import Authenticated

Form = Mapping[str, str]
Proof = Callable[[Any, Form], Awaitable[Authenticated]]
"""Of the issuer's state and the form. Raises `Refused`."""


async def by_persona(state: Any, form: Form) -> Authenticated:
    return await actions.prove_persona(state.database, state.passwords, rules.person_of(form), state.clock())


PERSONA, PERSONA_STEP = "password", "persona"
AT_TOKEN_ENDPOINT: dict[str, Proof] = {PERSONA: by_persona}
"""By grant type."""
ON_PAGE: dict[str, Proof] = {PERSONA_STEP: by_persona}
"""By the button of the form."""


def grant_types(settings: IssuerSettings) -> frozenset[str]:
    return frozenset(AT_TOKEN_ENDPOINT) - (set() if knows_personas(settings) else {PERSONA})


def steps(settings: IssuerSettings) -> frozenset[str]:
    return frozenset(ON_PAGE) - (set() if knows_personas(settings) else {PERSONA_STEP})


def knows_personas(settings: IssuerSettings) -> bool:
    """On a developer's machine alone; production refuses to start with them."""
    return not settings.is_production and settings.persona_password_file is not None


async def at_token_endpoint(state: Any, form: Form) -> Authenticated | None:
    """None for a grant that needs no such proof. Raises `Refused`."""
    grant_type = form.get("grant_type", "")
    return await AT_TOKEN_ENDPOINT[grant_type](state, form) if grant_type in grant_types(state.settings) else None


async def on_page(state: Any, step: str, form: Form) -> Authenticated:
    """Raises `Refused`."""
    if step not in steps(state.settings):
        raise InvalidRequest("没有这一步", "There is no such step")
    return await ON_PAGE[step](state, form)
