"""Verifies access tokens: who of the trusted issuers it is from, what that one's check finds, and how long it is remembered."""

import json
import time
from collections.abc import Callable
from typing import Any

from cachetools import TLRUCache
from joserfc.jws import extract_compact

from shared.http.problems import NotSignedIn, Unavailable
from shared.identity.caller import Caller
from shared.identity.published_keys import PublishedKeys
from shared.identity.trust.check import STUMBLES, Believed, Disbelieved, IssuerCheck, Keys
from shared.identity.trust.issuers import Trust, TrustedIssuer
from shared.logs import log

LONGEST_TOKEN = 16 * 1024
"""Twice what other servers take as a header; ours have 4 KB at most."""
REMEMBER_SECONDS = 30
REMEMBER_TOKENS = 10_000


class Verifier:
    """`now` gives seconds since 1970. `has_ended` is asked for every token, also for one that is remembered."""

    has_ended: Callable[[Caller], bool]

    def __init__(self, *checks: IssuerCheck, now: Callable[[], float] = time.time) -> None:
        self.has_ended = never_ends
        self._checks = {check.trusted.issuer: check for check in checks}
        # Verifying costs 0.15 ms of CPU; a token seen half a minute ago is not verified again, unless it has expired.
        self._remembered: TLRUCache[str, Believed] = TLRUCache(REMEMBER_TOKENS, remembered_until, timer=now)

    @classmethod
    def of_one(cls, issuer: str, audience: str, keys: Keys, *, now: Callable[[], float] = time.time) -> "Verifier":
        """Believes an issuer that says things as Linli's own does."""
        return cls(IssuerCheck(TrustedIssuer(issuer=issuer, audiences=(audience,)), keys, now=now), now=now)

    @classmethod
    def of(cls, trust: Trust, *, now: Callable[[], float] = time.time) -> "Verifier":
        return cls(*(IssuerCheck(one, PublishedKeys.of(one), now=now) for one in trust.issuers), now=now)

    async def verify(self, token: str) -> Caller:
        """Raises `NotSignedIn`, or `Unavailable` when no key of its issuer was ever seen."""
        try:
            return await self._caller_of(token)
        except Disbelieved as refusal:
            log.info("token.refused", reason=refusal.reason)
            raise NotSignedIn() from None

    async def caller_if_any(self, token: str) -> Caller | None:
        """Without a word in the log, for whoever only asks before the route does."""
        try:
            return await self._caller_of(token)
        except (Disbelieved, Unavailable):
            return None

    async def _caller_of(self, token: str) -> Caller:
        caller = (await self._believed(token)).caller
        if self.has_ended(caller):
            raise Disbelieved("ended")
        return caller

    async def known(self) -> dict[str, bool]:
        """Of every trusted issuer, whether its keys are."""
        return {issuer: await has_keys(check.keys) for issuer, check in self._checks.items()}

    async def ready(self) -> bool:
        """One of several that is away only keeps out those whom it signed in."""
        return any((await self.known()).values())

    async def _believed(self, token: str) -> Believed:
        if len(token) > LONGEST_TOKEN:
            raise Disbelieved("too_long")
        if remembered := self._remembered.get(token):
            return remembered
        header, issuer = read(token)
        check = self._checks.get(issuer)
        if check is None:
            raise Disbelieved("issuer")
        self._remembered[token] = believed = await check.believed(token, header)
        return believed


def never_ends(_: Caller) -> bool:
    return False


def read(token: str) -> tuple[dict[str, Any], str]:
    """The header and the issuer as the token says them, verified by nobody yet. Raises `Disbelieved`."""
    try:
        parts = extract_compact(token.encode())
        header, issuer = parts.headers(), json.loads(parts.payload)["iss"]
    except (*STUMBLES, KeyError):
        raise Disbelieved("unreadable") from None
    if not isinstance(header, dict) or not isinstance(issuer, str):
        raise Disbelieved("unreadable")
    return header, issuer


async def has_keys(keys: Keys) -> bool:
    try:
        return bool(await keys.current())
    except Unavailable:
        return False


def remembered_until(_token: str, believed: Believed, now: float) -> float:
    return min(now + REMEMBER_SECONDS, believed.expires_at)
