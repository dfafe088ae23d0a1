"""The issuer's public keys as its JWKS publishes them: fetched when first needed, refreshed behind the requests."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.http.outgoing import NotReached, Outgoing
from shared.http.problems import Unavailable
from shared.logs import log, what_failed

FETCH_TIMEOUT_SECONDS = 3
RETRY_SECONDS = 2
"""While no key is known at all."""
REFETCH_SECONDS = 60
"""However many unknown keys a stranger invents."""
REFRESH_SECONDS = 300
"""How long a key that the issuer has withdrawn is still believed."""


class PublishedKeys:
    def __init__(
        self,
        url: str,
        *,
        elapsed: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url, self._elapsed, self._transport = url, elapsed, transport
        self._keys: KeySet | None = None
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()
        self._refreshing: asyncio.Task | None = None

    async def current(self) -> KeySet:
        """Raises `Unavailable` as long as the issuer was never reached; once known, keys outlive its absence."""
        if self._keys is None:
            return await self.refreshed()
        if self._elapsed() - self._asked_at > REFRESH_SECONDS and (not self._refreshing or self._refreshing.done()):
            self._refreshing = asyncio.create_task(self.refreshed())
        return self._keys

    async def refreshed(self) -> KeySet:
        """What the issuer publishes now, or what is known when it was asked just before or does not answer."""
        async with self._asking:
            if self._elapsed() - self._asked_at >= self._pause():
                self._keys = await self._fetch() or self._keys
                self._asked_at = self._elapsed()
        if self._keys is None:
            raise Unavailable()
        return self._keys

    def _pause(self) -> int:
        return RETRY_SECONDS if self._keys is None else REFETCH_SECONDS

    async def _fetch(self) -> KeySet | None:
        try:
            async with Outgoing(self._url, seconds=FETCH_TIMEOUT_SECONDS, transport=self._transport) as issuer:
                answer = await issuer.get()
            if answer.status != 200:
                raise NotReached(f"status_{answer.status}")
            return usable(answer.json())
        except (NotReached, ValueError) as error:
            log.warning("jwks.away", **what_failed(error))
            return None


def usable(document: Any) -> KeySet:
    """The P-256 signature keys of a JWKS; RFC 7517 §5 has us pass over all others. Raises `ValueError` for none."""
    entries = document.get("keys") if isinstance(document, dict) else None
    keys = [key for entry in entries or [] if (key := p256_key(entry))]
    if not keys:
        raise ValueError("no key for ES256")
    return KeySet(keys)


def p256_key(entry: Any) -> ECKey | None:
    if not isinstance(entry, dict) or (entry.get("kty"), entry.get("crv")) != ("EC", "P-256"):
        return None
    try:
        key = ECKey.import_key(entry)
        key.check_use("sig")
        key.check_alg("ES256")
    except (JoseError, ValueError, TypeError):
        return None
    return key
