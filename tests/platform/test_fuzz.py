"""Random and malformed requests over the OpenAPI of each service: never a 500, never an undocumented status."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings

from shared.identity.policy import ROLES
from shared.testing import bearer, running
from tests.platform.apps import APPS

EVERYTHING = bearer(*(f"{role}@*" for role in ROLES))
FUZZ = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)


class Serving:
    """A service under uvicorn in a thread of this process, as schemathesis calls over real HTTP."""

    def __init__(self, service: str) -> None:
        self.app = APPS[service]
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.ready, self.ending = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        asyncio.run(self.serve())

    async def serve(self) -> None:
        async with running(self.app):
            server = uvicorn.Server(uvicorn.Config(self.app, lifespan="off", log_level="critical"))
            serving = asyncio.create_task(server.serve(sockets=[self.socket]))
            while not server.started:
                await asyncio.sleep(0.01)
            self.ready.set()
            while not self.ending.is_set():
                await asyncio.sleep(0.05)
            server.should_exit = True
            await serving


@pytest.fixture(scope="module")
def serving() -> Iterator[dict[str, Serving]]:
    started: dict[str, Serving] = {}
    yield started
    for one in started.values():
        one.ending.set()
        one.thread.join(timeout=30)


def url_of(serving: dict[str, Serving], service: str) -> str:
    if service not in serving:
        serving[service] = one = Serving(service)
        one.thread.start()
        assert one.ready.wait(timeout=60)
    return serving[service].url


def another_is_away(response: schemathesis.Response) -> bool:
    """Each service runs alone here: what it must ask another is refused for now, and says which one."""
    return response.status_code == 503 and "service" in response.json()


def fuzz(service: str):
    schema = schemathesis.openapi.from_dict(APPS[service].openapi())

    @schema.parametrize()
    @FUZZ
    def test(case: schemathesis.Case, serving: dict[str, Serving]) -> None:
        response = case.call(base_url=url_of(serving, service), headers=EVERYTHING, timeout=30)
        documented = {int(code) for code in case.operation.definition.raw["responses"] if code.isdigit()}
        assert response.status_code < 500 or another_is_away(response), f"{response.status_code}: {response.text[:500]}"
        assert response.status_code in documented, f"{response.status_code} is not documented"

    return test


test_volunteer = fuzz("volunteer")
test_mediation = fuzz("mediation")
test_eldercare = fuzz("eldercare")
test_resources = fuzz("resources")
