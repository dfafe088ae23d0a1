"""A key of our own, one of a stranger, a clock that stands still, and tokens made with them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.identity.caller import Grant
from shared.identity.tokens import mint

ISSUER, AUDIENCE = "https://issuer.test/identity", "linli"
ISSUED = datetime(2026, 3, 1, 8, tzinfo=UTC)
SUBJECT = UUID("0197c1f0-0000-7000-8000-000000000001")
PERSON = UUID("0197c1f0-0000-7000-8000-000000000002")
GRANTS = (Grant("squad_leader", "yingui"), Grant("volunteer", "yingui"))

KEY = ECKey.generate_key("P-256", auto_kid=True)
STRANGER = ECKey.generate_key("P-256", auto_kid=True)


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = ISSUED.timestamp()

    def __call__(self) -> float:
        return self.seconds

    def show(self, seconds_after_issue: float) -> None:
        self.seconds = ISSUED.timestamp() + seconds_after_issue


class KnownKeys:
    """Of an issuer that publishes nothing: they are in memory."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys = KeySet(list(keys))

    async def current(self) -> KeySet:
        return self.keys

    async def refreshed(self) -> KeySet:
        return self.keys


def token(key: ECKey = KEY, **changes: Any) -> str:
    return mint(key, **{"issuer": ISSUER, "audience": AUDIENCE, "subject": SUBJECT, "grants": GRANTS, "now": ISSUED,
                        "person_id": PERSON} | changes)


def handmade(header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None, key: Any = KEY) -> str:
    """A token with other header fields or claims; `None` removes one."""
    whole_header = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid} | (header or {})
    whole_claims = {"iss": ISSUER, "aud": [AUDIENCE], "sub": str(SUBJECT), "iat": int(ISSUED.timestamp()),
                    "exp": int(ISSUED.timestamp()) + 600, "grants": []} | (claims or {})
    return jwt.encode(without_none(whole_header), without_none(whole_claims), key, algorithms=["ES256"],
                      default_type=None)


def without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
