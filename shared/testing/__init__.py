"""What tests of a service need: a fresh real database each, callers with real tokens, and the outbox to look into.

The servers are started once per run by tests/conftest.py, which names them in `TEST_POSTGRES_URL` and
`TEST_SECRETS`; every test gets a database of its own, copied from the migrated one.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from joserfc.jwk import ECKey, KeySet
from sqlmodel import select

from shared.clock import system_clock
from shared.events import Event, schema_name
from shared.identity.caller import Grant
from shared.identity.tokens import mint
from shared.messaging.listen import handle_once
from shared.reach import EVERYWHERE
from shared.settings import Settings
from shared.testing.databases import fresh_database, password_file

ISSUER = "http://issuer.test"
AUDIENCE = "linli"
KEY = ECKey.generate_key("P-256")
A_WHOLE_RUN = timedelta(hours=2)
NOBODY_LISTENS = "nats://127.0.0.1:9"
WITHOUT_HASTE = {"requests_per_minute_of_a_person": 10**9, "requests_per_minute_of_an_address": 10**9}
"""For tests that ask a thousand things as one person; the rates have tests of their own."""


def bearer(*grants: str, subject: str | None = None, **said: Any) -> dict[str, str]:
    """Headers of a caller with grants written `role@community` or `role@community/unit`, e.g. `squad_leader@yingui`.

    `said`: what else the token says, e.g. `person_id=`, `amr=`, `auth_time=`. Good for a whole run of the tests, which
    takes longer than the ten minutes of a token: some are made when a file is loaded.
    """
    now = system_clock()
    said = {"expires_at": now + A_WHOLE_RUN} | said
    parsed = [Grant(role, *place.split("/")) for role, _, place in (one.partition("@") for one in grants)]
    token = mint(KEY, issuer=ISSUER, audience=AUDIENCE, subject=subject or f"test:{'+'.join(grants)}", grants=parsed,
                 now=now, **said)
    return {"Authorization": f"Bearer {token}"}


@cache
def published_keys() -> Path:
    """The JWKS of the tests' issuer. One for each process, because each has a key of its own."""
    path = Path(os.environ["TEST_SECRETS"], f"jwks-{os.getpid()}.json")
    path.write_text(json.dumps(KeySet([KEY]).as_dict(private=False)))
    return path


def newest_revision(application: str) -> str:
    folder = "shared" if application == "identity" else "services"
    return max(path.name[:4] for path in Path(folder, application, "migrations", "versions").glob("0*.py"))


def field_keys_file(application: str) -> Path:
    return Path(os.environ["TEST_SECRETS"]) / "field_keys" / f"{application}.json"


class TestService:
    """A service running in this process, on its own database, called through ASGI."""

    __test__ = False

    def __init__(self, app: FastAPI) -> None:
        self.app, self.state = app, app.state
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.test")

    async def call(self, method: str, path: str, who: dict[str, str], body: Any = None, **headers: str) -> httpx.Response:
        return await self.client.request(method, path, json=body, headers=who | headers)

    async def post(self, path: str, who: dict[str, str], body: Any = None, **headers: str) -> httpx.Response:
        return await self.call("POST", path, who, body, **headers)

    async def get(self, path: str, who: dict[str, str]) -> httpx.Response:
        return await self.call("GET", path, who)

    async def said(self, *types: str) -> list[Any]:
        """The outbox so far, oldest first; only of these types when some are named."""
        outbox = self.state.tables.outbox
        async with self.state.database.reading(EVERYWHERE) as session:
            rows = (await session.exec(select(outbox).order_by(outbox.id))).all()
        return [row for row in rows if not types or row.type in types]

    async def entered(self, *outcomes: str) -> list[Any]:
        """The log so far, oldest first; only entries with these outcomes when some are named."""
        audit = self.state.tables.audit
        async with self.state.database.reading(EVERYWHERE) as session:
            rows = (await session.exec(select(audit).order_by(audit.seq))).all()
        return [row for row in rows if not outcomes or row.outcome in outcomes]

    async def hear(self, payload: Any, **envelope: Any) -> None:
        """Handles an event as the consumer would: inbox and effect in one transaction."""
        event = event_of(payload, **envelope)
        state = self.state
        await handle_once(state.database, state.tables, state.listeners, event, state.clock, state.peers)


def event_of(payload: Any, *, community: str = "yingui", **envelope: Any) -> Any:
    """An event as another service would have said it."""
    defaults = {
        "id": uuid4(), "source": f"/{payload.event_type.partition('.')[0]}", "subject": str(uuid4()),
        "time": datetime.now(UTC), "sequence": 1, "correlationid": uuid4(), "community": community,
    }
    known = {"type": payload.event_type, "dataschema": schema_name(payload.event_type), "data": payload}
    return Event[type(payload)](**(defaults | envelope | known))


@asynccontextmanager
async def running(
    app: FastAPI, *, nats_url: str = NOBODY_LISTENS, nats_seed: Path | None = None, clock: Any = system_clock,
    **settings: Any,
) -> AsyncIterator[TestService]:
    """The app with its lifespan, relay and listeners, on a fresh database. `settings`: e.g. `resources_url=`."""
    service = app.state.service
    async with fresh_database(service) as url:
        app.state.settings = Settings(
            service=service, database_url=url, database_password_file=password_file(f"linli_{service}_app"),
            field_keys_file=field_keys_file(service), nats_url=nats_url, nats_nkey_seed_file=nats_seed,
            **WITHOUT_HASTE | {"issuer_url": ISSUER, "jwks_file": published_keys()} | settings,
        )
        app.state.clock = clock
        async with app.router.lifespan_context(app):
            yield TestService(app)


async def eventually(look: Callable[[], Any], expected: Callable[[Any], bool] = bool, seconds: float = 30) -> Any:
    """Waits for a condition, not for a time; the limit is only for a run that will fail."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not expected(seen := await look()):
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"still {seen!r} after {seconds} s")
        await asyncio.sleep(0.02)
    return seen
