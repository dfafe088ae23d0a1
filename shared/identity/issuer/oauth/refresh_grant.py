"""Refresh tokens: each is exchanged once for the next. One that comes again ends the session (RFC 9700 §4.14)."""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, TokenMixin
from authlib.oauth2.rfc6749 import RefreshTokenGrant as Grant
from authlib.oauth2.rfc7009 import RevocationEndpoint

from shared.identity.issuer.oauth.clients import KnownClient
from shared.identity.issuer.oauth.entitling import SignedIn, entitle
from shared.identity.issuer.sessions import actions as sessions
from shared.identity.issuer.sessions.actions import Found
from shared.identity.issuer.sessions.rules import Verdict
from shared.identity.issuer.sign_in.authenticated import Authenticated


class RefreshToken(TokenMixin):
    """A refresh token as Authlib asks it."""

    def __init__(self, found: Found) -> None:
        self.found = found

    def check_client(self, client: KnownClient) -> bool:
        return self.found.session.client_id == client.id

    def get_scope(self) -> str:
        return self.found.session.scope


class RefreshTokenGrant(Grant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        """Authlib knows one state of a token, valid or not; ours are in sessions/rules.py."""
        found = sessions.find_refresh_token(self.server.db, refresh_token, self.server.now)
        if found is None or found.verdict is Verdict.REFUSE:
            return None
        if found.verdict is Verdict.REUSED:
            sessions.end(self.server.db, found.session, "refresh_token_reused", self.server.now)
            return None
        return RefreshToken(found)

    def authenticate_user(self, refresh_token: RefreshToken) -> SignedIn:
        session = refresh_token.found.session
        proved = Authenticated(session.account_id, tuple(session.amr), session.auth_time)
        user = entitle(self.server.db, proved, self.server.now)
        if user is None:
            raise InvalidGrantError()
        user.session, user.found = session, refresh_token.found
        return user

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """It was replaced when its successor was made."""


class Revocation(RevocationEndpoint):
    """RFC 7009: to sign out. The whole session ends, whichever of its refresh tokens is presented."""

    CLIENT_AUTH_METHODS = ["none"]
    SUPPORTED_TOKEN_TYPES = ("refresh_token",)

    def query_token(self, token_string: str, token_type_hint: Any) -> RefreshToken | None:
        found = sessions.find_refresh_token(self.server.db, token_string, self.server.now)
        return RefreshToken(found) if found else None

    def revoke_token(self, token: RefreshToken, request: Any) -> None:
        sessions.end(self.server.db, token.found.session, "signed_out", self.server.now)
