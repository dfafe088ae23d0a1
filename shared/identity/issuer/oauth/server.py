"""The authorization server: Authlib's protocol over one transaction. Made anew for each request, which is cheap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc9207.parameter import IssuerParameter
from joserfc.jwk import ECKey
from sqlmodel import Session

from shared.identity.issuer.oauth import answers
from shared.identity.issuer.oauth.answers import Answer
from shared.identity.issuer.oauth.client_auth import PrivateKeyJwt, client_secret_basic
from shared.identity.issuer.oauth.clients import KnownClient, find_client
from shared.identity.issuer.oauth.entitling import SignedIn, expiry
from shared.identity.issuer.sessions import actions as sessions
from shared.identity.issuer.sessions.actions import Place
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.tokens import mint


@dataclass(frozen=True)
class Circumstances:
    """Under which one request is answered."""

    now: datetime
    settings: IssuerSettings
    key: ECKey
    place: Place
    language: str


class Server(AuthorizationServer):
    def __init__(self, db: Session, about: Circumstances, grants: Sequence[tuple[Any, Any]], endpoints: Sequence[Any]) -> None:
        super().__init__()
        self.db, self.about, self.now, self.settings = db, about, about.now, about.settings
        issuer = about.settings.issuer_url
        self.register_client_auth_method("client_secret_basic", client_secret_basic)
        self.register_client_auth_method("private_key_jwt", PrivateKeyJwt(db, [issuer, f"{issuer}/v1/token"], about.now))
        for grant, extensions in grants:
            self.register_grant(grant, [extension(about) for extension in extensions])
        for endpoint in endpoints:
            self.register_endpoint(endpoint)
        self.register_extension(lambda server: Iss(issuer)(server))

    def query_client(self, client_id: str) -> KnownClient | None:
        return find_client(self.db, self.settings.service_keys_dir, client_id)

    def generate_token(
        self, grant_type: str, client: KnownClient, user: SignedIn | None = None, scope: str | None = None,
        expires_in: int | None = None, include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """An access token, for a person within their session; and the refresh token that keeps it open."""
        if user is None:
            return self._minted(client.subject, client.id, client.grants, expiry(self.now, ()))
        if include_refresh_token and user.session is None:
            user.session = sessions.open_session(
                self.db, user.account_id, client.id, user.amr, user.auth_time, self.about.place, scope or "", self.now)
        token = self._minted(
            user.account_id, client.id, user.grants, user.expiry(self.now), person_id=user.person_id,
            session_id=user.session.id if user.session else None, amr=user.amr, auth_time=user.auth_time)
        if include_refresh_token:
            token["refresh_token"] = self._refresh_token(user)
        return token | ({"scope": scope} if scope else {})

    def _minted(self, subject: Any, client_id: str, grants: Any, expires_at: datetime, **more: Any) -> dict[str, Any]:
        access_token = mint(
            self.about.key, issuer=self.settings.issuer_url, audience=self.settings.token_audience, subject=subject,
            client_id=client_id, grants=grants, now=self.now, expires_at=expires_at, **more)
        return {"access_token": access_token, "token_type": "Bearer",
                "expires_in": int((expires_at - self.now).total_seconds())}

    def _refresh_token(self, user: SignedIn) -> str:
        if user.found:
            return sessions.successor(self.db, user.found, self.now)
        return sessions.first_refresh_token(self.db, user.session, self.now)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Sessions and refresh tokens are saved where they are made; access tokens are never."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens: what happened is in the tables."""

    def create_oauth2_request(self, request: Any) -> Any:
        return request

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Answer:
        return Answer(status, body, dict(headers))

    def handle_error_response(self, request: Any, error: OAuth2Error) -> Answer:
        return answers.refusal(error, self.about.language)


class Iss(IssuerParameter):
    """RFC 9207: the answer says whose it is, so that nobody passes another issuer's off as ours."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def get_issuer(self) -> str:
        return self._issuer
