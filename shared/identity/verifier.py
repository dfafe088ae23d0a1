"""Verifies access tokens: ES256, RFC 9068 `at+jwt`, a trusted issuer, our audience."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from cachetools import TLRUCache
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from shared.http.problems import NotSignedIn, Unavailable
from shared.identity.caller import Caller, Grant
from shared.identity.policy import ROLES

ALGORITHMS = ["ES256"]
TYPES = ("at+jwt", "application/at+jwt")
LEEWAY_SECONDS = 30
REMEMBER_SECONDS = 30
REMEMBER_TOKENS = 10_000


class Keys(Protocol):
    """Where the issuer's keys come from: its JWKS (`PublishedKeys`), or memory (`KnownKeys`)."""

    async def current(self) -> KeySet:
        """Raises `Unavailable`."""

    async def refreshed(self) -> KeySet:
        """After a token whose key is not among them; the same set when there is nothing new."""


class KnownKeys:
    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def current(self) -> KeySet:
        return self._keys

    async def refreshed(self) -> KeySet:
        return self._keys


class Remembered(NamedTuple):
    caller: Caller
    expires_at: float


class Verifier:
    """`now` gives seconds since 1970."""

    def __init__(self, issuer: str, audience: str, keys: Keys, *, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        # Verifying costs 0.15 ms of CPU; a token seen half a minute ago is not verified again, unless it has expired.
        self._remembered: TLRUCache[str, Remembered] = TLRUCache(REMEMBER_TOKENS, remembered_until, timer=now)

    async def verify(self, token: str) -> Caller:
        """Raises `NotSignedIn`, or `Unavailable` when no key of the issuer was ever seen."""
        if remembered := self._remembered.get(token):
            return remembered.caller
        claims = (await self._checked(token)).claims
        caller = caller_of(claims)
        self._remembered[token] = Remembered(caller, claims["exp"])
        return caller

    async def ready(self) -> bool:
        try:
            return bool(await self._keys.current())
        except Unavailable:
            return False

    async def _checked(self, token: str) -> jwt.Token:
        keys = await self._keys.current()
        try:
            return self._check(token, keys)
        except InvalidKeyIdError:
            newer = await self._keys.refreshed()
        if newer is keys:
            raise NotSignedIn()
        try:
            return self._check(token, newer)
        except InvalidKeyIdError:
            raise NotSignedIn() from None

    def _check(self, token: str, keys: KeySet) -> jwt.Token:
        """Raises `InvalidKeyIdError` for a key nobody knows, `NotSignedIn` for anything else that is wrong."""
        try:
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            if decoded.header.get("typ", "").lower() not in TYPES:
                raise NotSignedIn()
            self._claims.validate(decoded.claims)
        except InvalidKeyIdError:
            raise
        # The parser also stumbles with a TypeError over a stranger's header, such as `["alg"]` or `{"crit": 1}`.
        except (JoseError, ValueError, TypeError):
            raise NotSignedIn() from None
        return decoded


def remembered_until(_token: str, remembered: Remembered, now: float) -> float:
    return min(now + REMEMBER_SECONDS, remembered.expires_at)


def caller_of(claims: dict[str, Any]) -> Caller:
    person, session, moment = claims.get("person_id"), claims.get("sid"), claims.get("auth_time")
    return Caller(
        subject=claims["sub"],
        grants=tuple(grants_of(claims)),
        person_id=person if isinstance(person, str) else None,
        session_id=session if isinstance(session, str) else None,
        amr=tuple(filter(is_name, claims["amr"])) if isinstance(claims.get("amr"), list) else (),
        auth_time=moment if isinstance(moment, int) else None,
    )


def grants_of(claims: dict[str, Any]) -> list[Grant]:
    """`{"grants": [{"role": "squad_leader", "community": "yingui"}]}`; what nobody knows is dropped."""
    grants = claims.get("grants")
    return [
        Grant(role=grant["role"], community=grant["community"], unit=grant.get("unit"))
        for grant in (grants if isinstance(grants, list) else [])
        if isinstance(grant, dict) and grant.get("role") in ROLES and is_name(grant.get("community"))
        and (grant.get("unit") is None or is_id(grant["unit"]))
    ]


def is_name(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def is_id(value: Any) -> bool:
    """A grant for something that cannot be read is no grant, and not one for more."""
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
