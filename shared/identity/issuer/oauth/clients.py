"""Clients as Authlib asks for them: those of the database, and the four services, whose public keys are files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from authlib.oauth2.rfc6749 import ClientMixin
from joserfc.jwk import KeySet
from sqlmodel import Session

from shared.identity.caller import Grant
from shared.identity.issuer.oauth.models import OAuthClient
from shared.identity.issuer.sessions import wire
from shared.identity.policy import EVERYWHERE
from shared.identity.tokens import subject_of_service
from shared.settings import SERVICES

OPENID = "openid"


class KnownClient(ClientMixin):
    """A registered client."""

    auth_methods: Sequence[str]

    def __init__(self, row: OAuthClient) -> None:
        self.row, self.id, self.grant_types = row, row.id, row.grant_types
        # A secret is the same in the header and in the form; nothing is gained by allowing one alone.
        with_secret = ("client_secret_basic", "client_secret_post")
        self.auth_methods = with_secret if row.auth_method in with_secret else (row.auth_method,)

    @property
    def keeps_refresh_in_cookie(self) -> bool:
        return self.row.keeps_refresh_in == "cookie"

    @property
    def subject(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"urn:linli:client:{self.id}")

    @property
    def grants(self) -> tuple[Grant, ...]:
        return tuple(Grant("integrator", community) for community in self.row.communities)

    @property
    def keys(self) -> KeySet:
        return KeySet.import_key_set(self.row.jwks or {"keys": []})

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> None:
        """OAuth 2.1 §4.1.1: the client says where to, every time."""

    def get_allowed_scope(self, scope: str | None) -> str:
        return OPENID if OPENID in (scope or "").split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Character by character: every more generous comparison has been an open redirect somewhere."""
        return redirect_uri in self.row.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return self.row.secret_hash is not None and wire.matches(client_secret, self.row.secret_hash)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in self.auth_methods

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and self.check_grant_type("authorization_code")

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grant_types


class ServiceClient(KnownClient):
    """One of the four services, which signs. Its public key is read at every request: it changes without a restart."""

    def __init__(self, service: str, key: dict[str, Any]) -> None:
        super().__init__(OAuthClient(
            id=service, label=service, auth_method="private_key_jwt", grant_types=["client_credentials"],
            redirect_uris=[], communities=[], jwks={"keys": [key]}, registered_by="deployment"))

    @property
    def subject(self) -> UUID:
        return subject_of_service(self.id)

    @property
    def grants(self) -> tuple[Grant, ...]:
        return (Grant("service", EVERYWHERE),)


def find_client(db: Session, service_keys: Path | None, client_id: str) -> KnownClient | None:
    """None also for one that was disabled."""
    if client_id in SERVICES:
        return find_service(service_keys, client_id)
    row = db.get(OAuthClient, client_id) if client_id.isprintable() else None
    return KnownClient(row) if row is not None and row.disabled_at is None else None


def find_service(service_keys: Path | None, service: str) -> ServiceClient | None:
    try:
        return ServiceClient(service, json.loads((service_keys / f"{service}.json").read_text())) if service_keys else None
    except FileNotFoundError:
        return None
