"""What goes out: to the address that was set, one answer, not too long, not too much, never inside by somebody's word."""

import asyncio
import ipaddress
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.topology import PROJECT
from shared.http import public_addresses
from shared.http.outgoing import NotReached, Outgoing
from shared.http.public_addresses import InsideTheHouse, is_public, public_address_of

pytestmark = pytest.mark.anyio

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def speaking(speak: Speak) -> AsyncIterator[str]:
    """A server that has read one request's head, and then does what it is told."""

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await speak(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def says(head: str, body: bytes = b"") -> Speak:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
    return speak


async def never_ends(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"2000\r\n" + b"x" * 8192 + b"\r\n")
        await writer.drain()


async def drips(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Each byte in time for a timeout that begins anew with every byte."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.01)


async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Without a word."""


@pytest.mark.parametrize(("speak", "why"), [
    (says("302 Found\r\nLocation: http://169.254.169.254/"), "redirect"),
    (never_ends, "too_large"),
    (drips, "too_slow"),
    (hangs_up, "away"),
    (says("200 OK\r\nContent-Encoding: gzip", b"\x1f\x8b"), "encoded"),
], ids=["redirect", "never ends", "drips", "hangs up", "packed"])
async def test_what_is_no_answer(speak: Speak, why: str) -> None:
    async with speaking(speak) as url, Outgoing(url, seconds=0.5 if why == "too_slow" else 10) as party:
        with pytest.raises(NotReached) as refusal:
            await party.get("/anything")
        assert refusal.value.why == why


async def test_an_answer_is_its_status_and_its_body() -> None:
    async with speaking(says("404 Not Found", b'{"errcode": 40029}')) as url, Outgoing(url) as party:
        answer = await party.post("/send", json={"to": "1"})
        assert (answer.status, answer.json()) == (404, {"errcode": 40029})


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 60_000], ids=["nothing", "html", "bytes", "deep"])
async def test_what_is_no_json_is_no_answer(body: bytes) -> None:
    async with speaking(says("200 OK", body)) as url, Outgoing(url) as party:
        answer = await party.get()
        with pytest.raises(NotReached, match="no_json"):
            answer.json()


def echo(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"url": str(request.url), "host": request.headers["host"]})


@pytest.mark.parametrize(("base", "path", "called"), [
    ("https://a.test", "", "https://a.test"),
    ("https://a.test/token?x=1", "", "https://a.test/token?x=1"),
    ("https://a.test", "/v1/x?after=..%2F", "https://a.test/v1/x?after=..%2F"),
    ("https://a.test/api/", "/send", "https://a.test/api/send"),
])
async def test_a_path_goes_below_the_base(base: str, path: str, called: str) -> None:
    async with Outgoing(base, transport=httpx.MockTransport(echo)) as party:
        assert (await party.get(path)).json()["url"].rstrip("/") == called


@pytest.mark.parametrize("path", [
    "//evil.test/x", "https://evil.test/", "@evil.test/", "x", "/../admin", "/%2e%2e/x", "/a/../../b", "/\\evil.test", "/a#b", ".evil.test"])
async def test_a_path_leads_nowhere_else(path: str) -> None:
    async with Outgoing("https://a.test/api", transport=httpx.MockTransport(echo)) as party:
        with pytest.raises(ValueError, match="below the base"):
            await party.get(path)


@pytest.mark.parametrize("url", ["ftp://a.test", "file:///etc/passwd", "a.test", "", "https://u:p@a.test", "gopher://a.test"])
def test_an_address_is_http_and_holds_no_password(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Outgoing(url)


async def test_what_people_say_stays_a_parameter() -> None:
    async with Outgoing("https://a.test", transport=httpx.MockTransport(echo)) as party:
        answer = await party.get("/x", params={"code": "a&secret=b#/../"})
        assert answer.json()["url"] == "https://a.test/x?code=a%26secret%3Db%23%2F..%2F"


@pytest.mark.parametrize(("address", "public"), [
    ("8.8.8.8", True), ("2400:3200::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False),
    ("172.16.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
    ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False), ("ff02::1", False),
    ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
    ("198.18.0.1", False), ("192.0.2.1", False), ("2001:db8::1", False)])
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "::1", "nobody.invalid"])
async def test_no_spelling_leads_inside(host: str) -> None:
    """Also not those that only the system's resolver takes for an address."""
    with pytest.raises(InsideTheHouse):
        await public_address_of(host, 80)


async def test_one_address_inside_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolving("8.8.8.8", "10.0.0.1"), raising=False)
    with pytest.raises(InsideTheHouse):
        await public_address_of("both.test", 443)


async def test_the_address_that_was_judged_is_the_one_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers otherwise the second time, as for an attack it would, is not asked a second time."""
    asked: list[httpx.Request] = []

    def note(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return echo(request)

    monkeypatch.setattr(public_addresses, "public_address_of", judged)
    async with Outgoing("https://hook.test/x", only_public=True, transport=httpx.MockTransport(note)) as party:
        answer = (await party.get()).json()
    assert answer == {"url": "https://93.184.215.14/x", "host": "hook.test"}
    assert asked[0].extensions["sni_hostname"] == "hook.test"


async def test_inside_is_not_reached() -> None:
    async with speaking(says("200 OK")) as url, Outgoing(url, only_public=True) as party:
        with pytest.raises(NotReached, match="inside_the_house"):
            await party.get()


def resolving(*addresses: str) -> Any:
    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
    return getaddrinfo


async def judged(host: str, port: int) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address("93.184.215.14")


CLIENTS = re.compile(
    r"httpx\.(Async)?Client|httpx\.(get|post|put|patch|delete|head|request|stream)\(|AsyncHTTPTransport|urlopen|urllib\.request"
    r"|http\.client|aiohttp|import requests|open_connection|create_connection\(")


def test_calls_go_out_through_one_door() -> None:
    """Of what runs for people; the command line calls what its user names."""
    found = {str(path.relative_to(PROJECT)) for folder in ("shared", "services") for path in Path(PROJECT, folder).rglob("*.py")
             if CLIENTS.search(path.read_text())}
    assert found == {"shared/http/outgoing.py", "shared/testing/__init__.py"}
