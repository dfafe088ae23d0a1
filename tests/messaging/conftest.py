"""A real NATS server per test, with the streams declared, and the volunteer service on it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from nats.aio.client import Client

from deploy import streams
from deploy.keys import Keys
from deploy.local.nats import Nats
from deploy.topology import INTEGRATOR, OPERATOR
from services.volunteer.main import app
from shared.events import Event
from shared.testing import TestService, running


@pytest.fixture
def keys() -> Keys:
    return Keys(Path(os.environ["TEST_SECRETS"]))


@pytest.fixture
async def nats(anyio_backend: str, tmp_path: Path, keys: Keys) -> AsyncIterator[Nats]:
    server = Nats(tmp_path / "nats", tmp_path / "logs", keys)
    server.start()
    await streams.declare_at(server.url, keys.seed(OPERATOR))
    yield server
    server.stop()


@pytest.fixture
async def volunteer(nats: Nats, keys: Keys) -> AsyncIterator[TestService]:
    async with running(app, nats_url=nats.url, nats_seed=keys.seed("volunteer")) as service:
        yield service


@pytest.fixture
async def integrator(nats: Nats, keys: Keys) -> AsyncIterator[Client]:
    client = await streams.connect(nats.url, INTEGRATOR, keys.seed(INTEGRATOR))
    yield client
    await client.close()


@pytest.fixture
async def mediation_says(nats: Nats, keys: Keys) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Publishes as the mediation service does: the raw bytes, under the subject given."""
    client = await streams.connect(nats.url, "mediation", keys.seed("mediation"))
    jetstream = client.jetstream()

    async def say(body: Event | bytes, subject: str | None = None) -> None:
        data = body if isinstance(body, bytes) else body.model_dump_json(exclude_none=True).encode()
        await jetstream.publish(subject or body.nats_subject, data)

    yield say
    await client.close()
