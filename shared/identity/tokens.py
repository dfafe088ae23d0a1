"""Access tokens as RFC 9068 describes them, and the subjects they name."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.identity.caller import Grant
from shared.types import new_id

TOKEN_LIFE = timedelta(minutes=10)
LARGEST_TOKEN = 4096
"""Bytes. Proxies and servers refuse headers of twice that, and every request carries it."""
OWN_CLIENT = "linli"
"""The `client_id` of people who sign in with a password: clients of their own are not registered yet."""


class TokenTooLarge(Exception):
    """Somebody was entrusted with so much that no token can say it."""


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def mint(
    key: ECKey,
    *,
    issuer: str,
    audience: str,
    subject: UUID | str,
    grants: Iterable[Grant],
    now: datetime,
    expires_at: datetime | None = None,
    client_id: str = OWN_CLIENT,
    person_id: UUID | None = None,
    session_id: UUID | None = None,
    amr: Sequence[str] = (),
    auth_time: datetime | None = None,
) -> str:
    """A signed token, good for ten minutes from `now` or until `expires_at`. Raises `TokenTooLarge`.

    `amr` says how somebody signed in (RFC 8176: `pwd`, `otp`, `sms`, `mfa`; and `wechat`), `auth_time` when.
    """
    claims = {
        "iss": issuer,
        "aud": [audience],
        "sub": str(subject),
        "client_id": client_id,
        "iat": milliseconds(now.timestamp()) / 1000,  # finer than a second: see shared/identity/ended.py
        "exp": int((expires_at or now + TOKEN_LIFE).timestamp()),
        "jti": str(new_id()),
        "grants": [claim_of(grant) for grant in grants],
    }
    if person_id:
        claims["person_id"] = str(person_id)
    if session_id:
        claims["sid"] = str(session_id)
    if amr:
        claims["amr"] = list(amr)
    if auth_time:
        claims["auth_time"] = int(auth_time.timestamp())
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid or key.thumbprint()}
    token = jwt.encode(header, claims, key, algorithms=["ES256"])
    if len(token) > LARGEST_TOKEN:
        raise TokenTooLarge()
    return token


def claim_of(grant: Grant) -> dict[str, str]:
    """Compact: without a `unit` where the grant names none."""
    return {"role": grant.role, "community": grant.community} | ({"unit": grant.unit} if grant.unit else {})


def subject_of_account(username: str) -> UUID:
    """The same for the same name in every installation and after every restart."""
    return uuid5(NAMESPACE_URL, f"urn:linli:account:{username}")


def subject_of_service(service: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:linli:service:{service}")
