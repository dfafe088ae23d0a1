"""An issuer's public keys as its JWKS publishes them: fetched when first needed, refreshed behind the requests."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from shared.http.outgoing import NotReached, Outgoing
from shared.http.problems import Unavailable
from shared.identity.trust.discovery import discovered
from shared.identity.trust.issuers import TrustedIssuer
from shared.logs import log, what_failed

FETCH_TIMEOUT_SECONDS = 3
RETRY_SECONDS = 2
"""While no key is known at all."""
REFETCH_SECONDS = 60
"""However many unknown keys a stranger invents."""
REFRESH_SECONDS = 300
"""How long a key that the issuer has withdrawn is still believed."""


Fetch = Callable[[], Awaitable[Any]]
"""Gives the JWKS document. Raises `NotReached`."""


class PublishedKeys:
    def __init__(
        self, fetch: Fetch, *, algorithms: Sequence[str] = ("ES256",), elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._document, self._algorithms, self._elapsed = fetch, algorithms, elapsed
        self._keys: KeySet | None = None
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()
        self._refreshing: asyncio.Task | None = None

    @classmethod
    def of(
        cls, trusted: TrustedIssuer, *, elapsed: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> "PublishedKeys":
        """From its file, from its address, or from where its discovery document says."""
        fetch: Fetch = partial(published, trusted, transport)
        if trusted.jwks_file:
            fetch = partial(in_file, trusted.jwks_file)
        return cls(fetch, algorithms=trusted.algorithms, elapsed=elapsed)

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
            return usable(await self._document(), self._algorithms)
        except (NotReached, ValueError) as error:
            log.warning("jwks.away", **what_failed(error))
            return None


async def published(trusted: TrustedIssuer, transport: httpx.AsyncBaseTransport | None) -> Any:
    """Where the keys are may change, so the discovery document is asked each time. Raises `NotReached`."""
    url = trusted.jwks_url or await discovered(trusted.issuer, "jwks_uri", transport)
    async with Outgoing(url, seconds=FETCH_TIMEOUT_SECONDS, transport=transport) as issuer:
        answer = await issuer.get()
    if answer.status != 200:
        raise NotReached(f"status_{answer.status}")
    return answer.json()


async def in_file(path: Path) -> Any:
    """A file that was replaced is read at the next refresh. Raises `NotReached`."""
    try:
        return json.loads(await asyncio.to_thread(path.read_text))
    except (OSError, ValueError) as error:
        raise NotReached("no_file", error) from None


LEAST_RSA_BITS = 2048
KINDS: dict[str, tuple[type[Key], str, str | None]] = {
    "ES256": (ECKey, "EC", "P-256"),
    "RS256": (RSAKey, "RSA", None),
    "EdDSA": (OKPKey, "OKP", "Ed25519"),
    "Ed25519": (OKPKey, "OKP", "Ed25519"),
}
"""Algorithm: the class of its keys, their `kty` and `crv`."""


def usable(document: Any, algorithms: Sequence[str] = ("ES256",)) -> KeySet:
    """The signature keys for these algorithms; RFC 7517 §5 has us pass over all others. Raises `ValueError` for none."""
    entries = document.get("keys") if isinstance(document, dict) else None
    keys = [key for entry in entries or [] if (key := first_key(entry, algorithms))]
    if not keys:
        raise ValueError("no key for " + ", ".join(algorithms))
    return KeySet(keys)


def first_key(entry: Any, algorithms: Sequence[str]) -> Key | None:
    return next((key for algorithm in algorithms if (key := key_for(algorithm, entry))), None)


def key_for(algorithm: str, entry: Any) -> Key | None:
    kind, kty, curve = KINDS[algorithm]
    if not isinstance(entry, dict) or (entry.get("kty"), entry.get("crv")) != (kty, curve):
        return None
    try:
        key = kind.import_key(entry)
        key.check_use("sig")
        key.check_alg(algorithm)
    except (JoseError, ValueError, TypeError):
        return None
    is_short = isinstance(key, RSAKey) and key.public_key.key_size < LEAST_RSA_BITS
    return None if is_short or key.is_private else key
