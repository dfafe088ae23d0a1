"""The gateway towards those who mean no good: too much, too slow, too curious; and what it says on every answer."""

import itertools
import json
import socket
from collections.abc import Iterator

import httpx
import psutil
import pytest
from mirrors import before_mirrors
from patience import PATIENCE_SECONDS, until

from deploy.local.gateway import Gateway
from deploy.local.ports import LOOPBACK

OURS, STRANGER = "https://app.linli.test", "https://evil.test"
MEGABYTE = 2**20
PIECE = b"10000\r\n" + b"x" * 65_536 + b"\r\n"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """As for people: behind a proxy with TLS (this machine), with a page of another origin; and short of patience."""
    with before_mirrors(
        tmp_path_factory.mktemp("gateway") / "data", PUBLIC_URL="https://linli.test", CORS_ORIGINS=f"https://desk.test {OURS}",
        GATEWAY_TRUSTED_PROXIES="127.0.0.1/32", GATEWAY_READ_HEADER="1s", GATEWAY_READ_BODY="1s",
    ) as running:
        yield running


@pytest.fixture
def http(gateway: Gateway) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.url, trust_env=False, timeout=20) as client:
        yield client


EVERYWHERE = ["/", "/volunteer/echo", "/nothing", "/volunteer/broken", "/volunteer/metrics", "/identity"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_what_every_answer_says(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    said = {name: headers.get(name) for name in (
        "x-content-type-options", "referrer-policy", "x-frame-options", "strict-transport-security",
        "cross-origin-opener-policy")}
    assert said == {
        "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
        "strict-transport-security": "max-age=31536000; includeSubDomains", "cross-origin-opener-policy": "same-origin"}
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_answer_says_what_we_are_made_of(http: httpx.Client, path: str) -> None:
    headers = http.get(path).headers
    assert not {"server", "via", "x-powered-by"} & set(headers)
    assert not any(word in f"{headers}".lower() for word in ("caddy", "uvicorn", "mirror"))


def test_nobody_brings_a_trace_of_their_own(http: httpx.Client) -> None:
    brought = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "tracestate": "x=1", "baggage": "user=root"}
    arrived = http.get("/volunteer/echo", headers=brought).json()["headers"]
    assert not {"traceparent", "tracestate", "baggage"} & set(arrived)


@pytest.mark.parametrize(("claimed", "believed"), [
    ("203.0.113.9", "203.0.113.9"), ("6.6.6.6, 203.0.113.9", "203.0.113.9"), ("nonsense", "127.0.0.1")])
def test_the_proxy_before_us_says_who_asks(http: httpx.Client, claimed: str, believed: str) -> None:
    """Its own client is the last one in the list; what stands before it, that client has made up."""
    headers = http.get("/volunteer/echo", headers={"X-Forwarded-For": claimed}).json()["headers"]
    assert headers["x-forwarded-for"] == believed


@pytest.mark.parametrize("path", ["/nothing", "/volunteer/broken"])
def test_pages_on_the_list_can_read_a_refusal_of_the_gateway(http: httpx.Client, path: str) -> None:
    ours, strangers = (http.get(path, headers={"Origin": origin}) for origin in (OURS, STRANGER))
    assert ours.headers["access-control-allow-origin"] == OURS
    assert "access-control-allow-origin" not in strangers.headers
    assert ours.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/volunteer/v1/hazards", "/resources/v1/imports"])
def test_a_body_without_an_end_is_cut(gateway: Gateway, path: str) -> None:
    """A gigabyte in pieces, of which nobody has said how many there are: neither here nor behind does it pile up."""
    memory = psutil.Process(gateway.pid).memory_info().rss
    with socket.create_connection((LOOPBACK, gateway.port)) as raw:
        raw.settimeout(PATIENCE_SECONDS)
        raw.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        sent = poured(raw, 2**30)
        answer = heard(raw)
    assert sent < 64 * MEGABYTE
    assert b" 413 " in answer.partition(b"\r\n")[0] or answer == b""
    assert psutil.Process(gateway.pid).memory_info().rss - memory < 64 * MEGABYTE


def poured(raw: socket.socket, most: int) -> int:
    """How much went out before the other side had enough."""
    sent = 0
    raw.setblocking(True)
    try:
        while sent < most:
            raw.sendall(PIECE)
            sent += len(PIECE)
            if has_answer(raw):
                return sent
    except OSError:
        return sent
    return sent


def has_answer(raw: socket.socket) -> bool:
    raw.setblocking(False)
    try:
        return raw.recv(1, socket.MSG_PEEK) is not None
    except BlockingIOError:
        return False
    finally:
        raw.setblocking(True)


def heard(raw: socket.socket) -> bytes:
    try:
        return raw.recv(65_536)
    except OSError:
        return b""


def test_headers_have_an_end_too(http: httpx.Client) -> None:
    answer = http.get("/volunteer/echo", headers={"X-Long": "x" * 100_000})
    assert answer.status_code == 431
    assert http.get("/volunteer/echo", headers={"X-Long": "x" * 8_000}).status_code == 200


SLOW = {
    "headers": (b"GET /volunteer/echo HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n"),
    "body": (b"POST /volunteer/v1/hazards HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    "chunks": (b"POST /volunteer/v1/hazards HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_who_comes_letter_by_letter_is_cut_while_others_are_served(
    gateway: Gateway, http: httpx.Client, kind: str,
) -> None:
    """Fifty at once, each of them always just about to go on."""
    begin, drop = SLOW[kind]
    crowd = [socket.create_connection((LOOPBACK, gateway.port)) for _ in range(50)]
    served = itertools.count()
    for one in crowd:
        one.sendall(begin)

    def all_are_cut() -> bool:
        crowd[:] = [one for one in crowd if not is_cut(one, drop)]
        assert http.get("/volunteer/echo").status_code == 200
        next(served)
        return not crowd

    until(all_are_cut)
    assert next(served) > 1


def is_cut(one: socket.socket, drop: bytes) -> bool:
    """An answer, an end or a reset: whichever, it holds nothing of us any longer."""
    one.setblocking(False)
    try:
        one.send(drop)
        cut = one.recv(65_536) is not None
    except BlockingIOError:
        return False
    except OSError:
        cut = True
    one.close()
    return cut


def test_by_default_nobody_says_who_asks_and_nothing_is_promised_of_https(tmp_path_factory: pytest.TempPathFactory) -> None:
    with before_mirrors(tmp_path_factory.mktemp("gateway") / "data") as plain:
        answer = httpx.get(f"{plain.url}/volunteer/echo", headers={"X-Forwarded-For": "6.6.6.6", "Origin": OURS}, trust_env=False)
        refusal = httpx.get(f"{plain.url}/nothing", headers={"Origin": ""}, trust_env=False)
    assert answer.json()["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert "strict-transport-security" not in answer.headers
    assert "access-control-allow-origin" not in refusal.headers
    assert json.loads(refusal.text)["status"] == 404
