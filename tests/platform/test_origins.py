"""Pages of other origins: those on the list are let in, and nobody else is told anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from services.volunteer.main import app
from shared.http.edges.exact_origins import exact_origins, is_origin
from shared.settings import Settings
from shared.testing import TestService, bearer, running
from shared.testing.databases import fresh_database
from tests.identity.conftest import RunningIssuer, running_issuer

pytestmark = pytest.mark.anyio

OURS, DESK, STRANGER = "https://app.linli.test", "http://localhost:5173", "https://evil.test"
LEADER = bearer("squad_leader@yingui")
ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, idempotency-key"}


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app, cors_origins=f"{OURS} {DESK}") as service:
        yield service


@asynccontextmanager
async def issuing(tmp_path: Path) -> AsyncIterator[RunningIssuer]:
    (tmp_path / "persona_password").write_text("x")
    async with fresh_database("identity") as url, running_issuer(url, tmp_path, cors_origins=OURS) as issuer:
        yield issuer


def told(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


@pytest.mark.parametrize("origin", [OURS, DESK])
async def test_a_page_on_the_list_may_ask_before_it_asks(service: TestService, origin: str) -> None:
    answer = await service.client.options("/v1/hazards", headers=ASKED | {"Origin": origin})
    assert answer.status_code == 200
    assert told(answer)["access-control-allow-origin"] == origin
    assert {"authorization", "idempotency-key", "if-match"} <= set(
        told(answer)["access-control-allow-headers"].lower().split(", "))
    assert "PATCH" in told(answer)["access-control-allow-methods"]
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", [
    STRANGER, f"{OURS}.evil.test", f"{OURS}:8443", OURS.upper(), f"{OURS}/", "null", "http://app.linli.test", "*", "",
    "https://app.linli.test https://evil.test", "http://localhost:5174"])
async def test_a_page_that_is_not_on_the_list_is_told_nothing(service: TestService, origin: str) -> None:
    before = await service.client.options("/v1/hazards", headers=ASKED | {"Origin": origin})
    asked = await service.client.get("/v1/hazards", headers=LEADER | {"Origin": origin})
    assert (before.status_code, told(before), told(asked)) == (405, {}, {})


@pytest.mark.parametrize(("headers", "status"), [(LEADER, 200), ({}, 401), (LEADER | {"If-Match": "x"}, 200)])
async def test_what_a_page_reads(service: TestService, headers: dict[str, str], status: int) -> None:
    answer = await service.client.get("/v1/hazards", headers=headers | {"Origin": OURS})
    assert (answer.status_code, told(answer)["access-control-allow-origin"]) == (status, OURS)
    assert {"ETag", "Retry-After", "X-Request-Id"} <= set(told(answer)["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in told(answer)


async def test_a_refusal_by_an_edge_can_be_read_too(service: TestService) -> None:
    answer = await service.client.post("/v1/hazards", content=b"x" * 3_000_000, headers=LEADER | {"Origin": OURS})
    assert (answer.status_code, told(answer)["access-control-allow-origin"]) == (413, OURS)


async def test_without_a_list_nobody_is_let_in(anyio_backend: str) -> None:
    async with running(app) as service:
        answer = await service.client.get("/v1/hazards", headers=LEADER | {"Origin": OURS})
    assert (answer.status_code, told(answer)) == (200, {})


async def test_cookies_may_come_along_to_the_issuer_alone(tmp_path: Path) -> None:
    """It keeps the refresh token of a browser in one, and wants a header with it that only these pages may send."""
    asked = {"Origin": OURS, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-linli-refresh"}
    async with issuing(tmp_path) as issuer:
        ours = await issuer.client.options("/v1/token", headers=asked)
        strangers = await issuer.client.options("/v1/token", headers=asked | {"Origin": STRANGER})
    assert told(ours)["access-control-allow-credentials"] == "true"
    assert told(ours)["access-control-allow-origin"] == OURS
    assert told(strangers) == {}


@pytest.mark.parametrize(("given", "origins"), [
    ("", ()), (OURS, (OURS,)), (f"{OURS}, {DESK}", (OURS, DESK)), ([OURS], (OURS,)),
    ("https://a.test:8443 http://127.0.0.1:3000", ("https://a.test:8443", "http://127.0.0.1:3000"))])
def test_a_list_of_origins(given: object, origins: tuple[str, ...]) -> None:
    assert exact_origins(given) == origins


@pytest.mark.parametrize("text", [
    "*", "null", "https://*", "https://*.linli.test", "http://app.linli.test", "app.linli.test", "https://app.linli.test/",
    "https://app.linli.test/x", "HTTPS://app.linli.test", "https://App.linli.test", "https://u:p@app.linli.test",
    "https://app.linli.test:443", "http://localhost:80", "http://localhost", "https://", "https://a.test?x", "ftp://a.test",
    "https://a.test:99999", "https://邻里.test", "http://localhost:x"])
def test_what_is_no_origin(text: str) -> None:
    assert not is_origin(text)
    with pytest.raises(ValueError, match="never \\*"):
        exact_origins(text)


def test_the_environment_is_read_as_people_write_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = {"SERVICE": "volunteer", "DATABASE_URL": "postgresql://x@y/z", "NATS_URL": "nats://x", "ISSUER_URL": "https://i.test",
            "JWKS_URL": "https://i.test/jwks", "FIELD_KEYS_FILE": str(tmp_path / "keys")}
    for name, value in (told | {"CORS_ORIGINS": f"{OURS} {DESK}"}).items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.cors_origins == (OURS, DESK)
    assert Settings.model_validate_json(settings.model_dump_json()) == settings
    monkeypatch.setenv("CORS_ORIGINS", "*")
    with pytest.raises(ValidationError, match="never \\*"):
        Settings()
