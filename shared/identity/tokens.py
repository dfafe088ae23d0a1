"""Access tokens as RFC 9068 describes them, and the subjects they name."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.identity.caller import Grant
from shared.types import new_id

TOKEN_LIFE = timedelta(minutes=10)
OWN_CLIENT = "linli"
"""The `client_id` of people who sign in with a password: clients of their own are not registered yet."""


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
    """A signed token, good for ten minutes from `now` or until `expires_at`.

    `amr` says how somebody signed in (RFC 8176: `pwd`, `otp`, `sms`, `mfa`; and `wechat`), `auth_time` when.
    """
    claims = {
        "iss": issuer,
        "aud": [audience],
        "sub": str(subject),
        "client_id": client_id,
        "iat": int(now.timestamp()),
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
    return jwt.encode(header, claims, key, algorithms=["ES256"])


def claim_of(grant: Grant) -> dict[str, str]:
    """Compact: without a `unit` where the grant names none."""
    return {"role": grant.role, "community": grant.community} | ({"unit": grant.unit} if grant.unit else {})


def subject_of_account(username: str) -> UUID:
    """The same for the same name in every installation and after every restart."""
    return uuid5(NAMESPACE_URL, f"urn:linli:account:{username}")


def subject_of_service(service: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:linli:service:{service}")
