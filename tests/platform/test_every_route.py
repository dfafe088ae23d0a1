"""What holds for every route of every service, also for one that is added tomorrow."""

import re
from typing import Any
from uuid import uuid4

import pytest

from shared.identity.policy import ROLES
from shared.testing import bearer, running
from tests.identity.signers import Signer
from tests.platform.apps import APPS, operations

pytestmark = pytest.mark.anyio

FORGED = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", str(uuid4()), path)


@pytest.mark.parametrize("service", APPS)
async def test_id_8_without_a_token_every_route_answers_401(
    service: str, whose: Signer, issuer_settings: dict[str, Any],
) -> None:
    async with running(APPS[service], **issuer_settings) as running_service:
        expired = {"Authorization": f"Bearer {whose.token(claims={'exp': int(whose.now()) - 31})}"}
        for headers in ({}, FORGED, expired, {"Authorization": "Basic YTpi"}):
            for method, path in operations(APPS[service]):
                answer = await running_service.call(method, filled(path), headers)
                assert answer.status_code == 401, f"{method} {path} answers {answer.status_code}"
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("service", APPS)
async def test_a_thing_that_is_not_there_is_404_for_whoever_may_look(service: str) -> None:
    everybody = bearer(*(f"{role}@*" for role in ROLES))
    async with running(APPS[service]) as running_service:
        for method, path in operations(APPS[service]):
            if method == "GET" and "{" in path:
                answer = await running_service.call(method, filled(path), everybody)
                assert answer.status_code in (404, 422), f"{method} {path} answers {answer.status_code}"
