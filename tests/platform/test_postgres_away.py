"""PostgreSQL is killed under running services: whoever asks is told to come back, and the services find back themselves."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from asyncpg.exceptions import InterfaceError, InternalClientError

from deploy import databases
from deploy.keys import Keys
from deploy.local.postgres import Postgres
from shared import db
from shared.http.problems import MEDIA_TYPE
from shared.identity.policy import ROLES
from shared.testing import TestService, bearer, eventually, running
from tests.conftest import migrate_all
from tests.platform.apps import APPS, operations
from tests.platform.test_every_route import filled

pytestmark = pytest.mark.anyio

EVERYBODY = bearer(*(f"{role}@*" for role in ROLES), subject="everybody")
BEFORE_THE_DATABASE = {200, 422, 428}
"""What needs no database (checklists), and what is wrong with this request whatever the database says."""
RECOVERY_SECONDS = 5

CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "volunteer": ("/v1/hazards", {"community": "dungen", "kind": "no_smoke_detector"}),
    "mediation": ("/v1/opinions/anonymous", {"community": "dungen", "kind": "idea", "words": "希望楼道装扶手"}),
    "resources": ("/v1/communities", {"community": "dungen", "name": "敦根社区"}),
}
LISTS = {"volunteer": "/v1/hazards", "mediation": "/v1/opinions", "eldercare": "/v1/home-safety-checks",
         "resources": "/v1/residents"}


@pytest.fixture
async def postgres(anyio_backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Postgres]:
    """A server of this test's own, which may be killed."""
    for folder in (tmp_path, tmp_path.parent):
        folder.chmod(0o755)
    keys = Keys(Path(os.environ["TEST_SECRETS"]))
    server = Postgres(tmp_path / "postgres", tmp_path / "logs", keys.password(databases.ADMIN), fsync=False)
    server.start()
    try:
        await databases.declare(
            server.admin_url, server.admin_password, lambda role: keys.password(role).read_text().strip())
        await asyncio.to_thread(migrate_all, server.admin_url, keys)
        monkeypatch.setenv("TEST_POSTGRES_URL", server.admin_url)
        yield server
    finally:
        server.stop()


@pytest.fixture
async def services(postgres: Postgres) -> AsyncIterator[dict[str, TestService]]:
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(running(app)) for name, app in APPS.items()}


async def test_every_route_says_that_it_is_away_and_works_again_soon_after(
    postgres: Postgres, services: dict[str, TestService], capfd: pytest.CaptureFixture[str],
) -> None:
    for name, service in services.items():
        await asyncio.gather(*(service.get(LISTS[name], EVERYBODY) for _ in range(20)))  # many connections to lose
    await asyncio.to_thread(postgres.kill)
    for name, service in services.items():
        for method, path in operations(APPS[name]):
            answer = await service.call(method, filled(path), EVERYBODY, **{"Idempotency-Key": "k"})
            assert answer.status_code in BEFORE_THE_DATABASE or is_away(answer), f"{method} {path}: {answer.text}"
        assert is_away(await service.get(LISTS[name], EVERYBODY))
        assert is_away(await change(service, name))

    starting = asyncio.create_task(asyncio.to_thread(postgres.start))
    while not starting.done():
        for name, service in services.items():
            answer = await service.get(LISTS[name], EVERYBODY)
            assert answer.status_code == 200 or is_away(answer), answer.text
        await asyncio.sleep(0.02)
    await starting
    for name, service in services.items():
        await eventually(lambda name=name, service=service: works(name, service), seconds=RECOVERY_SECONDS)
    assert "request.failed" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("broken", [InternalClientError("got result for unknown protocol state"), InterfaceError("closed")])
def test_a_connection_that_breaks_in_the_middle_of_an_answer_is_no_fault_of_ours(broken: Exception) -> None:
    assert db.is_away(broken)


def is_away(answer: Any) -> bool:
    return (answer.status_code == 503 and answer.headers["content-type"] == MEDIA_TYPE
            and answer.json()["type"] == "urn:linli:problem:unavailable" and int(answer.headers["retry-after"]) > 0)


async def change(service: TestService, name: str) -> Any:
    path, body = CHANGES.get(name, (f"/v1/dead-letters/{'0' * 8}-0000-7000-8000-{'0' * 12}/replay", None))
    return await service.post(path, EVERYBODY, body, **{"Idempotency-Key": "change"})


async def works(name: str, service: TestService) -> bool:
    """All connections, not only the first one that is taken from the pool."""
    looks = await asyncio.gather(*(service.get(LISTS[name], EVERYBODY) for _ in range(20)))
    changed = await change(service, name)
    return {look.status_code for look in looks} == {200} and changed.status_code in (201, 404)
