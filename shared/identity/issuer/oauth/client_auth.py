"""How a client shows who it is, where Authlib's own ways do not do: HTTP Basic to the letter, and private_key_jwt."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523.client import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from shared.identity.assertions import ASSERTION_TYPE
from shared.identity.issuer.oauth.clients import KnownClient
from shared.identity.issuer.oauth.models import UsedAssertion

SIGNED_BY_CLIENTS = ["ES256", "RS256", "PS256"]
LONGEST_ASSERTION_SECONDS = 600
LONGEST_JTI = 64


def client_secret_basic(query_client: Any, request: Any) -> KnownClient | None:
    """RFC 6749 §2.3.1 encodes both parts as a form does, with `+` for a blank, which Authlib leaves as it is."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise InvalidClientError() from None
    client = query_client(unquote_plus(name))
    return client if client and client.check_client_secret(unquote_plus(secret)) else None


class PrivateKeyJwt(JWTBearerClientAssertion):
    """RFC 7523 §3. An assertion is good once, for ten minutes at most, and only with the algorithms we name."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, db: Session, audiences: list[str], now: datetime) -> None:
        super().__init__()
        self._db, self._audiences, self._now = db, audiences, now

    def __call__(self, query_client: Any, request: Any) -> KnownClient | None:
        if request.form.get("client_assertion_type") != ASSERTION_TYPE:
            return None
        try:
            return super().__call__(query_client, request)
        # As elsewhere, the parser stumbles with these over a stranger's header.
        except (JoseError, ValueError, TypeError):
            raise InvalidClientError() from None

    def get_audiences(self) -> list[str]:
        return self._audiences

    def resolve_client_public_key(self, client: KnownClient) -> KeySet:
        return client.keys

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        claims = jwt.decode(assertion, resolve_key, algorithms=SIGNED_BY_CLIENTS).claims
        self.verify_claims(claims)
        return claims

    def validate_jti(self, claims: dict[str, Any], jti: Any) -> bool:
        lasts = claims["exp"] - self._now.timestamp()
        is_name = isinstance(jti, str) and jti.isprintable() and len(jti) <= LONGEST_JTI
        if not is_name or lasts > LONGEST_ASSERTION_SECONDS:
            return False
        used = insert(UsedAssertion.__table__).on_conflict_do_nothing().values(
            client_id=claims["sub"], jti=jti, expires_at=datetime.fromtimestamp(claims["exp"], UTC))
        return self._db.execute(used).rowcount == 1
