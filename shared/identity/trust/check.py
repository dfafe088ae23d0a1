"""Checks the tokens of one issuer: signature, type, audience, time; and reads them by its mapping."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from joserfc import errors, jwt
from joserfc.jwk import KeySet

from shared.identity.caller import Caller, Grant
from shared.identity.trust.claims import caller_of
from shared.identity.trust.issuers import TrustedIssuer

LEEWAY_SECONDS = 30
STUMBLES = (errors.JoseError, ValueError, TypeError, AttributeError, RecursionError)
"""What the parser raises; the last four over a stranger's header such as `["alg"]` or `{"crit": 1}`."""
KEYS_IN_A_TOKEN = frozenset({"jwk", "jku", "x5u", "x5c"})
"""A token that brings its own key, or names one, is refused whoever signed it."""


class Disbelieved(Exception):
    """`reason` is one of our own words, for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Believed(NamedTuple):
    caller: Caller
    expires_at: float


class Keys(Protocol):
    """Where an issuer's keys come from: its JWKS (`PublishedKeys`), or its own memory (`KeyRing`)."""

    async def current(self) -> KeySet:
        """Raises `Unavailable`."""

    async def refreshed(self) -> KeySet:
        """After a token whose key is not among them; the same set when there is nothing new."""


class IssuerCheck:
    """`now` gives seconds since 1970."""

    def __init__(self, trusted: TrustedIssuer, keys: Keys, *, now: Callable[[], float]) -> None:
        self.trusted, self.keys = trusted, keys
        self._types = frozenset(full_type(name) for name in trusted.token_types)
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": trusted.issuer},
            aud={"essential": True, "values": list(trusted.audiences)},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def believed(self, token: str, header: dict[str, Any]) -> Believed:
        """`header` is the token's own, not yet verified. Raises `Disbelieved`, or `Unavailable` when no key of the issuer
        was ever seen."""
        self._refuse_by(header)
        claims = (await self._verified(token)).claims
        caller = caller_of(claims, self.trusted.claims)
        if caller is None:
            raise Disbelieved("subject")
        return Believed(self._limited(caller), claims["exp"])

    def _refuse_by(self, header: dict[str, Any]) -> None:
        """Before any key is looked for, so that a strange header makes nobody fetch keys."""
        if header.get("alg") not in self.trusted.algorithms:
            raise Disbelieved("algorithm")
        if full_type(header.get("typ")) not in self._types:
            raise Disbelieved("type")
        if KEYS_IN_A_TOKEN & header.keys():
            raise Disbelieved("key_in_header")

    def _limited(self, caller: Caller) -> Caller:
        trusted = self.trusted
        return replace(caller, subject=f"{trusted.subject_prefix}{caller.subject}",
                       grants=tuple(grant for grant in caller.grants if may_give(trusted, grant)))

    async def _verified(self, token: str) -> jwt.Token:
        keys = await self.keys.current()
        try:
            return self._check(token, keys)
        except errors.InvalidKeyIdError:
            newer = await self.keys.refreshed()
        if newer is keys:
            raise Disbelieved("unknown_key")
        try:
            return self._check(token, newer)
        except errors.InvalidKeyIdError:
            raise Disbelieved("unknown_key") from None

    def _check(self, token: str, keys: KeySet) -> jwt.Token:
        """Raises `InvalidKeyIdError` for a key nobody knows, `Disbelieved` for anything else that is wrong."""
        try:
            decoded = jwt.decode(token, keys, algorithms=self.trusted.algorithms)
            self._claims.validate(decoded.claims)
        except errors.InvalidKeyIdError:
            raise
        except STUMBLES as error:
            raise Disbelieved(reason_of(error)) from None
        return decoded


def full_type(typ: Any) -> str:
    """RFC 7515 §4.1.9: `at+jwt` is short for `application/at+jwt`, in capitals or not."""
    if not isinstance(typ, str):
        return ""
    return typ.lower() if "/" in typ else f"application/{typ.lower()}"


def may_give(trusted: TrustedIssuer, grant: Grant) -> bool:
    return ((trusted.only_roles is None or grant.role in trusted.only_roles)
            and (trusted.only_communities is None or grant.community in trusted.only_communities))


REASONS: dict[type[Exception], str] = {
    errors.BadSignatureError: "signature",
    errors.UnsupportedAlgorithmError: "algorithm",
    errors.UnsupportedHeaderError: "header",
    errors.MissingCritHeaderError: "header",
    errors.ExpiredTokenError: "expired",
    errors.ExceededSizeError: "too_long",
}


def reason_of(error: Exception) -> str:
    """For the log. Of a claim, which one; never what it says."""
    if isinstance(error, errors.InvalidClaimError | errors.MissingClaimError):
        return f"claim_{error.claim}"
    return REASONS.get(type(error), "unreadable")
