"""Authorization code with PKCE (OAuth 2.1), and ID tokens for whoever asks for `openid`."""

from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, InvalidRequestError
from authlib.oauth2.rfc6749 import AuthorizationCodeGrant as Grant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants.code import OpenIDCode
from joserfc.jwk import ECKey

from shared.identity.issuer.oauth.clients import KnownClient
from shared.identity.issuer.oauth.entitling import SignedIn, entitle
from shared.identity.issuer.oauth.models import AuthorizationCode
from shared.identity.issuer.sessions import actions as sessions
from shared.identity.issuer.sessions import wire
from shared.identity.issuer.sign_in.authenticated import Authenticated
from shared.identity.tokens import TOKEN_LIFE

CODE_LIFE = timedelta(minutes=1)
LONGEST_NONCE = 200


class AuthorizationCodeGrant(Grant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: KnownClient) -> str:
        """Authlib would repeat the URI in its refusal."""
        redirect_uri = request.payload.redirect_uri
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError("redirect_uri must be one that the client has registered.")
        return redirect_uri

    def save_authorization_code(self, code: str, request: Any) -> None:
        proved, asked = request.user, request.payload.data
        self.server.db.add(AuthorizationCode(
            code_hash=wire.hashed(code), client_id=request.client.id, redirect_uri=request.payload.redirect_uri,
            scope=request.scope or "", nonce=asked.get("nonce"), code_challenge=asked["code_challenge"],
            account_id=proved.account_id, amr=list(proved.amr), auth_time=proved.auth_time,
            expires_at=self.server.now + CODE_LIFE))

    def query_authorization_code(self, code: str, client: KnownClient) -> "Code | None":
        """A code that comes a second time was overheard: the session it opened ends (RFC 6749 §4.1.2)."""
        row = self.server.db.get(AuthorizationCode, wire.hashed(code), with_for_update=True)
        if row is None or row.client_id != client.id:
            return None
        if row.session_id is not None:
            session = sessions.locked(self.server.db, row.session_id)
            sessions.end(self.server.db, session, "code_reused", self.server.now)
            return None
        return Code(row) if self.server.now < row.expires_at else None

    def authenticate_user(self, authorization_code: "Code") -> SignedIn | None:
        row = authorization_code.row
        return entitle(self.server.db, Authenticated(row.account_id, tuple(row.amr), row.auth_time), self.server.now)

    def delete_authorization_code(self, authorization_code: "Code") -> None:
        """It is kept with its session, to know it again."""
        authorization_code.row.session_id = self.request.user.session.id


class Code(AuthorizationCodeMixin):
    """A row as Authlib asks it."""

    code_challenge_method = "S256"

    def __init__(self, row: AuthorizationCode) -> None:
        self.row, self.code_challenge = row, row.code_challenge

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return self.row.scope

    def get_nonce(self) -> str | None:
        return self.row.nonce

    def get_auth_time(self) -> int:
        return int(self.row.auth_time.timestamp())

    def get_acr(self) -> None:
        """We promise no class of assurance; `amr` says what was done."""

    def get_amr(self) -> list[str]:
        return self.row.amr


class Pkce(CodeChallenge):
    """Authlib asks public clients for a verifier; OAuth 2.1 wants a challenge of every client, and S256 alone is one."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def __init__(self, about: Any) -> None:
        super().__init__(required=True)

    def validate_code_challenge(self, grant: Any, redirect_uri: Any) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("code_challenge with code_challenge_method=S256 is required.")
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDCode):
    """Says who signed in, how and when; names and numbers of people are not in tokens."""

    def __init__(self, about: Any) -> None:
        super().__init__(require_nonce=False)
        self._about = about

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """Each code is good once, so a nonce cannot come twice with it; it only must be one we can keep."""
        if len(nonce) > LONGEST_NONCE or not nonce.isprintable():
            raise InvalidRequestError("nonce is too long, or has control characters.")
        return False

    def resolve_client_private_key(self, client: KnownClient) -> ECKey:
        return self._about.key

    def get_client_algorithm(self, client: KnownClient) -> str:
        return "ES256"

    def get_encode_header(self, client: KnownClient) -> dict[str, str]:
        return {"alg": "ES256", "kid": self._about.key.kid}

    def get_client_claims(self, client: KnownClient) -> dict[str, Any]:
        now = self._about.now
        return {"iss": self._about.settings.issuer_url, "aud": [client.id], "iat": int(now.timestamp()),
                "exp": int((now + TOKEN_LIFE).timestamp())}

    def generate_user_info(self, user: SignedIn, scope: str) -> dict[str, str]:
        return {"sub": str(user.account_id), "sid": str(user.session.id)}


