"""ID-8: under each issuer every route lets the right role in and refuses a wrong one, by configuration alone."""

from typing import Any
from uuid import uuid4

import pytest

from shared.identity.policy import ROLES, extent_of, roles_with
from shared.testing import running
from tests.identity.signers import Signer
from tests.platform.apps import APPS, served
from tests.platform.asking import Question, ask, question_of
from tests.platform.rows import COMMUNITY
from tests.platform.test_az_1_matrix import WIDE, outcome

pytestmark = pytest.mark.anyio

Who = dict[str, dict[str, str]]


def right_role(permission: str | None) -> str:
    """One that reaches as far as any does; anybody will do where being signed in is enough."""
    if permission is None:
        return ROLES[0]
    return min(sorted(roles_with(permission)), key=lambda role: (extent_of(permission, role) not in WIDE, role))


def wrong_role(permission: str) -> str | None:
    return next((role for role in ROLES if role not in roles_with(permission)), None)


@pytest.fixture(scope="session")
def people(whose: Signer) -> Who:
    """Each role once, for everywhere: with the external provider everybody has to sign in there."""
    return {role: whose.bearer(f"{role}@*") for role in ROLES}


@pytest.mark.parametrize("service", APPS)
async def test_id_8_the_right_role_is_let_in_and_a_wrong_one_refused(
    service: str, people: Who, issuer_settings: dict[str, Any],
) -> None:
    wrong: list[str] = []
    async with running(APPS[service], **issuer_settings) as running_service:
        for question in [question_of(APPS[service], route) for route in served(APPS[service]) if route.gates]:
            for role, let_in in asked_by(question):
                answer = await ask(running_service, question, people[role], uuid4(), community=COMMUNITY)
                got = outcome(question, answer.status_code, answer.text)
                if (got in ("let in", "unseen")) != let_in or answer.status_code == 401:
                    wrong.append(f"{question.served.name} {role}: {answer.status_code} {answer.text[:150]}")
    assert not wrong, "\n".join(wrong)


def asked_by(question: Question) -> list[tuple[str, bool]]:
    permission = question.served.gates[0]
    refused = wrong_role(permission) if permission else None
    return [(right_role(permission), True)] + ([(refused, False)] if refused else [])
