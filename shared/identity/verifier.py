"""Verifies access tokens: ES256, RFC 9068 `at+jwt`, a trusted issuer, our audience. Keys come from the issuer's JWKS."""

import asyncio
import json
import time
from typing import Any

import httpx
from cachetools import TTLCache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.http.problems import NotSignedIn, Unavailable
from shared.identity.caller import Caller, Grant
from shared.identity.policy import ROLES
from shared.logs import log, what_failed

ALGORITHMS = ["ES256"]
LEEWAY_SECONDS = 30
REFETCH_SECONDS = 60
REMEMBER_SECONDS = 30


class Verifier:
    def __init__(self, issuer: str, audience: str, jwks_url: str) -> None:
        self._jwks_url = jwks_url
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        # Verifying costs 0.15 ms of CPU; a token seen half a minute ago is not verified again.
        self._remembered: TTLCache[str, Caller] = TTLCache(maxsize=10_000, ttl=REMEMBER_SECONDS)

    async def verify(self, token: str) -> Caller:
        """Raises `NotSignedIn`, or `Unavailable` when no key of the issuer was ever seen."""
        if remembered := self._remembered.get(token):
            return remembered
        caller = self._caller(await self._decode(token))
        self._remembered[token] = caller
        return caller

    async def ready(self) -> bool:
        if self._keys is None:
            await self._fetch_keys()
        return self._keys is not None

    async def _decode(self, token: str) -> jwt.Token:
        if self._keys is None and not await self._fetch_keys():
            raise Unavailable()
        try:
            return self._checked(token)
        except ValueError:
            if not await self._fetch_keys():
                raise NotSignedIn() from None
        except JoseError:
            raise NotSignedIn() from None
        try:
            return self._checked(token)
        except (ValueError, JoseError):
            raise NotSignedIn() from None

    def _checked(self, token: str) -> jwt.Token:
        """Raises `ValueError` for a key nobody knows, `JoseError` for anything else that is wrong."""
        decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        if decoded.header.get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
            raise JoseError("not an access token")
        self._claims.validate(decoded.claims)
        return decoded

    async def _fetch_keys(self) -> bool:
        """At most once a minute, however many unknown keys a stranger invents. False when nothing new came."""
        async with self._fetching:
            if time.monotonic() - self._fetched_at < REFETCH_SECONDS and self._keys is not None:
                return False
            try:
                async with httpx.AsyncClient(timeout=3) as client:
                    answer = await client.get(self._jwks_url)
                    answer.raise_for_status()
                    self._keys = KeySet.import_key_set(answer.json())
            except (httpx.HTTPError, json.JSONDecodeError, JoseError) as error:
                log.warning("jwks.away", **what_failed(error))
                return False
            self._fetched_at = time.monotonic()
            return True

    def _caller(self, token: jwt.Token) -> Caller:
        return Caller(
            subject=str(token.claims["sub"]),
            grants=tuple(grants_of(token.claims)),
            person_id=token.claims.get("person_id"),
        )


def grants_of(claims: dict[str, Any]) -> list[Grant]:
    """`{"grants": [{"role": "squad_leader", "community": "yingui"}]}`; roles nobody knows are dropped."""
    return [
        Grant(role=str(grant["role"]), community=str(grant["community"]))
        for grant in claims.get("grants", [])
        if isinstance(grant, dict) and grant.get("role") in ROLES and grant.get("community")
    ]
