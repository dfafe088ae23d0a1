"""A gigabyte, declared or not, is refused before it is here: the memory stays as it was, and nothing is kept."""

import gc
import json
from collections.abc import AsyncIterator

import psutil
import pytest

from services.resources.main import app
from shared.http.edges.bodies import MOST_BYTES, MOST_BYTES_OF_A_FILE
from shared.testing import TestService, bearer, running
from tests.platform.serving import listening, pour

pytestmark = pytest.mark.anyio

WORKER = bearer("social_worker@yingui", subject="worker")
GIGABYTE = 2**30
MEGABYTE = 2**20
PIECE = b"x" * 65_536
A_FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
SOCKETS = 8 * MEGABYTE
"""What may be under way in the buffers of both sides."""


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        yield service


def head(path: str, content_type: str, length: str, language: str = "zh-CN") -> str:
    return (f"POST {path} HTTP/1.1\nHost: x\nAuthorization: {WORKER['Authorization']}\nContent-Type: {content_type}\n"
            f"Accept-Language: {language}\n{length}\n\n")


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "内容太大"), ("en", "Too large")])
async def test_what_is_declared_is_refused_before_a_byte_of_it(service: TestService, language: str, title: str) -> None:
    async with listening(app) as port:
        heard = await pour(
            port, head("/v1/residents", "application/json", f"Content-Length: {GIGABYTE}", language), b"", 0, chunked=False)
    assert (heard.status, heard.closed) == (413, True)
    assert json.loads(heard.body) == {
        "type": "urn:linli:problem:too-large", "title": title, "status": 413, "bytes_at_most": MOST_BYTES}


@pytest.mark.parametrize(("path", "content_type", "most"), [
    ("/v1/residents", "application/json", MOST_BYTES),
    ("/v1/imports", "multipart/form-data; boundary=b", MOST_BYTES_OF_A_FILE),
])
async def test_what_is_not_declared_is_refused_as_it_comes(
    service: TestService, path: str, content_type: str, most: int,
) -> None:
    gc.collect()
    before = psutil.Process().memory_info().rss
    async with listening(app) as port:
        request = head(path, content_type, "Transfer-Encoding: chunked")
        opening = f"{len(A_FILE):x}\n".replace("\n", "\r\n") + A_FILE.decode() + "\r\n" if "form-data" in content_type else ""
        heard = await pour(port, request + opening.replace("\r\n", "\n"), PIECE, GIGABYTE)
    assert (heard.status, heard.closed) == (413, True)
    assert heard.sent < most + SOCKETS
    assert psutil.Process().memory_info().rss - before < 64 * MEGABYTE + most
    assert (await service.get("/v1/imports", WORKER)).json()["items"] == []


@pytest.mark.parametrize("deep", [b"[" * 900_000, b'{"a":' * 300_000], ids=["lists", "objects"])
async def test_what_is_nested_without_end_is_the_callers_fault(service: TestService, deep: bytes) -> None:
    answer = await service.client.post("/v1/residents", headers=WORKER | {"Content-Type": "application/json"}, content=deep)
    assert answer.status_code in (400, 422)
