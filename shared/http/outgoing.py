"""Every call this house makes goes out here: to an address that an operator has set, and to no other.

    gateway = Outgoing(settings.sms_gateway_url)              # once, in the lifespan
    answer = await gateway.post("/send", json={"to": phone})  # raises NotReached: tell the caller 503
    if answer.status != 200: ...                              # what a status means, the caller knows
    identity = answer.json()                                  # raises NotReached for what is no JSON
    await gateway.close()                                     # when the lifespan ends

A path is written by us and stays below the base address; what people say goes into `params`, `json` or `data`, which
are encoded. `only_public=True`, for whatever a person may have named, also refuses addresses inside the house.
Nothing here follows a redirect, reads a proxy from the environment, or waits or reads without end; no message of ours
holds an address, because some providers want secrets in it (WeChat does).
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self
from urllib.parse import unquote

import httpx

from shared.http.public_addresses import InsideTheHouse, PublicAddresses

SECONDS = 5.0
MOST_BYTES = 64 * 1024


@cache
def trusted() -> ssl.SSLContext:
    """Made once: it takes longer to make than most calls take."""
    return httpx.create_ssl_context(trust_env=False)


class NotReached(Exception):
    """No answer that can be used. `why` is one of our own words, and `cause` the kind of a library's error."""

    def __init__(self, why: str, cause: BaseException | None = None) -> None:
        super().__init__(why)
        self.why, self.cause = why, type(cause).__name__ if cause else None


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        """Raises `NotReached`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise NotReached("no_json") from None


class Outgoing:
    """One third party, or another part of the house, at its base address. `seconds` hold from the call to the last byte.

    `transport` is for tests.
    """

    def __init__(
        self, base_url: str, *, seconds: float = SECONDS, most_bytes: int = MOST_BYTES, only_public: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Raises `ValueError` for what is no http(s) address, or carries a user's name or password."""
        self._base = httpx.URL(base_url)
        if self._base.scheme not in ("http", "https") or not self._base.host or self._base.userinfo:
            raise ValueError("an address to call needs http(s), a host, and no user")
        self._seconds, self._most_bytes = seconds, most_bytes
        inner = transport or httpx.AsyncHTTPTransport(verify=trusted(), trust_env=False)
        self._client = httpx.AsyncClient(
            transport=PublicAddresses(inner) if only_public else inner, timeout=seconds, trust_env=False,
            follow_redirects=False, headers={"Accept-Encoding": "identity", "User-Agent": "linli"})

    async def get(
        self, path: str = "", *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Raises `NotReached`."""
        return await self._ask("GET", path, params=params, headers=headers)

    async def post(
        self, path: str = "", *, json: Any = None, data: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Raises `NotReached`."""
        return await self._ask("POST", path, json=json, data=data, params=params, headers=headers)

    async def close(self) -> None:
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(self, method: str, path: str, **content: Any) -> Answer:
        try:
            async with asyncio.timeout(self._seconds), self._client.stream(method, self._at(path), **content) as answer:
                return Answer(answer.status_code, await self._body_of(answer))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotReached("away", error) from None
        except TimeoutError as error:
            raise NotReached("too_slow", error) from None
        except InsideTheHouse as error:
            raise NotReached("inside_the_house", error) from None

    def _at(self, path: str) -> httpx.URL:
        """Raises `ValueError` for a path that leads away from the base: a mistake of ours, or somebody's attempt."""
        if not path:
            return self._base
        asked, _, query = path.partition("?")
        plain = unquote(asked)
        if not plain.startswith("/") or plain.startswith("//") or "\\" in plain or ".." in plain or "#" in path:
            raise ValueError("a path begins with one slash and stays below the base address")
        url = self._base.copy_with(path=self._base.path.rstrip("/") + asked)
        return url.copy_with(query=query.encode()) if query else url

    async def _body_of(self, answer: httpx.Response) -> bytes:
        if answer.is_redirect:
            raise NotReached("redirect")
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise NotReached("encoded")  # a small answer may unpack to a large one
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > self._most_bytes:
                raise NotReached("too_large")
        return bytes(body)
