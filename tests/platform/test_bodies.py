"""A body that is too large, or that stops half way, is the client's doing: no 500, and nothing in the log of ours."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from services.resources.main import app
from shared.spreadsheets.glance import MAX_FILE_BYTES
from shared.testing import TestService, bearer, eventually, running
from tests.eldercare.conftest import served

pytestmark = pytest.mark.anyio

WORKER = bearer("social_worker@yingui", subject="worker")


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        yield service


async def test_a_file_larger_than_is_taken_is_413(service: TestService, capfd: pytest.CaptureFixture[str]) -> None:
    answer = await service.client.post(
        "/v1/imports", headers=WORKER, data={"community": "yingui"},
        files={"file": ("册.csv", b"," * (MAX_FILE_BYTES + 1))})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:linli:problem:too-large")
    assert "request.failed" not in "".join(capfd.readouterr())


async def test_words_of_half_a_megabyte_are_422(service: TestService, capfd: pytest.CaptureFixture[str]) -> None:
    answer = await service.post("/v1/residents", WORKER, {"community": "yingui", "name": "王" * 200_000})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.name")
    assert len(answer.text) < 1000
    assert "request.failed" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(("path", "content_type", "begun"), [
    ("/v1/residents", "application/json", b'{"community": "yin'),
    ("/v1/imports", "multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b'),
])
async def test_who_hangs_up_in_the_middle_is_nobodys_fault(
    service: TestService, capfd: pytest.CaptureFixture[str], path: str, content_type: str, begun: bytes,
) -> None:
    logged: list[str] = []

    async def log() -> str:
        logged.extend(capfd.readouterr())
        return "".join(logged)

    async with served(app) as url:
        place = urlsplit(url)
        _, writer = await asyncio.open_connection(place.hostname, place.port)
        head = (f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {WORKER['Authorization']}\r\n"
                f"Content-Type: {content_type}\r\nContent-Length: 100000\r\nIdempotency-Key: k\r\n\r\n")
        writer.write(head.encode() + begun)
        await writer.drain()
        writer.close()
        seen = await eventually(log, lambda text: f'"route": "{path}"' in text)
    assert "request.failed" not in seen and "Traceback" not in seen
    assert '"status": 400' in seen
