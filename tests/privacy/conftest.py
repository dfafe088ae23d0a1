"""One service, or all four as a neighbourhood: on real databases, over a real NATS, calling each other over real HTTP."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from deploy import streams
from deploy.keys import Keys
from deploy.local.nats import Nats
from deploy.topology import OPERATOR
from shared.clock import system_clock
from shared.identity.caller import Grant
from shared.identity.tokens import mint, subject_of_service
from shared.testing import AUDIENCE, ISSUER, KEY, TestService, bearer, running
from tests.platform.apps import APPS

Neighbourhood = dict[str, TestService]


@pytest.fixture
def keys() -> Keys:
    return Keys(Path(os.environ["TEST_SECRETS"]))


@pytest.fixture
async def resources(anyio_backend: str, keys: Keys) -> AsyncIterator[TestService]:
    async with running(APPS["resources"], audit_key_file=keys.audit_key("resources")) as service:
        await open_community(service)
        yield service


async def open_community(service: TestService) -> None:
    body = {"community": "yingui", "name": "银桂社区"}
    assert (await service.post("/v1/communities", bearer("coordinator@*"), body)).status_code == 201


def issuer() -> FastAPI:
    """Gives any service a token of its own; who asks is of no interest here."""
    app = FastAPI()

    @app.post("/token")
    async def token() -> dict[str, Any]:
        grants = [Grant("service", "*")]
        return {"access_token": mint(KEY, issuer=ISSUER, audience=AUDIENCE, subject=subject_of_service("resources"),
                                     grants=grants, now=system_clock()), "expires_in": 600}

    return app


async def serve(open_ones: AsyncExitStack, app: FastAPI, listening: socket.socket) -> None:
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))

    async def stop() -> None:
        server.should_exit = True
        await serving

    open_ones.push_async_callback(stop)


@pytest.fixture
async def neighbourhood(anyio_backend: str, tmp_path: Path, keys: Keys) -> AsyncIterator[Neighbourhood]:
    nats = Nats(tmp_path / "nats", tmp_path / "logs", keys)
    nats.start()
    await streams.declare_at(nats.url, keys.seed(OPERATOR))
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in (*APPS, "issuer")}
    urls = {name: f"http://127.0.0.1:{one.getsockname()[1]}" for name, one in sockets.items()}
    try:
        async with AsyncExitStack() as open_ones:
            await serve(open_ones, issuer(), sockets["issuer"])
            services = {}
            for name, app in APPS.items():
                services[name] = await open_ones.enter_async_context(running(
                    app, nats_url=nats.url, nats_seed=keys.seed(name), audit_key_file=keys.audit_key(name),
                    token_url=f"{urls['issuer']}/token", service_credential_file=keys.credential(name),
                    **{f"{peer}_url": urls[peer] for peer in APPS}))
                await serve(open_ones, app, sockets[name])
            await open_community(services["resources"])
            yield services
    finally:
        nats.stop()
