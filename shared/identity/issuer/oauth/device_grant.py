"""Screens without a keyboard: they show a code, and somebody signs in for them on another device (RFC 8628)."""

from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, UnauthorizedClientError
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCredentialMixin
from authlib.oauth2.rfc8628 import DeviceCodeGrant as Grant

from shared.identity.issuer.oauth.clients import KnownClient
from shared.identity.issuer.oauth.entitling import SignedIn, entitle
from shared.identity.issuer.oauth.models import DEVICE_CODE, DeviceAuthorization
from shared.identity.issuer.sessions import wire
from shared.identity.issuer.sign_in.authenticated import Authenticated

SLOWER_BY_SECONDS = 5


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    EXPIRES_IN = 900
    CLIENT_AUTH_METHODS = ["none"]

    def authenticate_client(self, request: Any) -> KnownClient:
        """Authlib lets every client ask; only screens have a use for it."""
        client = super().authenticate_client(request)
        if not client.check_grant_type(DEVICE_CODE):
            raise UnauthorizedClientError()
        return client

    def get_verification_uri(self) -> str:
        return f"{self.server.settings.issuer_url}/v1/device"

    def save_device_credential(self, client_id: str, scope: str | None, data: dict[str, Any]) -> None:
        client = self.server.query_client(client_id)
        self.server.db.add(DeviceAuthorization(
            device_code_hash=wire.hashed(data["device_code"]), user_code=data["user_code"], client_id=client_id,
            scope=client.get_allowed_scope(scope), interval_seconds=data["interval"],
            expires_at=self.server.now + timedelta(seconds=data["expires_in"])))


class DeviceCredential(DeviceCredentialMixin):
    """A row as Authlib asks it."""

    def __init__(self, row: DeviceAuthorization, server: Any) -> None:
        self.row, self._server = row, server

    def get_client_id(self) -> str:
        return self.row.client_id

    def get_scope(self) -> str:
        return self.row.scope

    def get_user_code(self) -> str:
        return self.row.user_code

    def is_expired(self) -> bool:
        return self._server.now >= self.row.expires_at


class DeviceCodeGrant(Grant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]

    def query_device_credential(self, device_code: str) -> DeviceCredential:
        """Locked, so that of two that ask at once one alone is answered."""
        row = self.server.db.get(DeviceAuthorization, wire.hashed(device_code), with_for_update=True)
        if row is None or row.used_at is not None:
            raise InvalidGrantError()
        self._row = row
        return DeviceCredential(row, self.server)

    def query_user_grant(self, user_code: str) -> tuple[SignedIn | None, bool] | None:
        row = self._row
        if row.approved is None:
            return None
        if not row.approved:
            return None, False
        proved = Authenticated(row.account_id, tuple(row.amr or ()), row.auth_time)
        user = entitle(self.server.db, proved, self.server.now)
        return user, user is not None

    def should_slow_down(self, credential: DeviceCredential) -> bool:
        row, now = credential.row, self.server.now
        hasty = row.polled_at is not None and now < row.polled_at + timedelta(seconds=row.interval_seconds)
        row.polled_at = now
        if hasty:
            row.interval_seconds += SLOWER_BY_SECONDS
        return hasty

    def save_token(self, token: dict[str, Any]) -> None:
        self._row.used_at = self.server.now
