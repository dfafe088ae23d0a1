"""Clients, authorization codes and device codes; and what clients are told of them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field as Described
from sqlalchemy import ARRAY, JSON, String
from sqlmodel import Field

from shared.clock import system_clock
from shared.identity.policy import EVERYWHERE
from shared.identity.tables import Table
from shared.types import Code, Community, In, Out, Title

AuthMethod = Literal["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
PHONE_CODE = "urn:linli:params:oauth:grant-type:phone-code"
WECHAT_CODE = "urn:linli:params:oauth:grant-type:wechat-code"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class OAuthClient(Table, table=True):
    """An application that may ask for tokens. `communities` are where an integrator's own token reaches.

    `keeps_refresh_in`: `cookie` for browsers, whose scripts must not hold a refresh token, else `body`.
    """

    __tablename__ = "oauth_client"

    id: str = Field(primary_key=True, max_length=60)
    label: str = Field(max_length=120)
    auth_method: str = Field(max_length=30)
    grant_types: list[str] = Field(sa_type=ARRAY(String))
    redirect_uris: list[str] = Field(default=[], sa_type=ARRAY(String))
    communities: list[str] = Field(default=[], sa_type=ARRAY(String))
    secret_hash: str | None = Field(default=None, max_length=64)
    jwks: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    keeps_refresh_in: str = Field(default="body", max_length=10)
    first_party: bool = False
    registered_by: str = Field(max_length=60)
    created_at: datetime = Field(default_factory=system_clock)
    disabled_at: datetime | None = None


class UsedAssertion(Table, table=True):
    """So that a client assertion that somebody overheard is good for nothing."""

    __tablename__ = "used_assertion"

    client_id: str = Field(primary_key=True, max_length=60)
    jti: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(index=True)


class AuthorizationCode(Table, table=True):
    """Good for a minute and for once. `session_id` is the session it opened: a second use ends that."""

    __tablename__ = "authorization_code"

    code_hash: str = Field(primary_key=True, max_length=64)
    client_id: str = Field(foreign_key="oauth_client.id", max_length=60)
    redirect_uri: str = Field(max_length=400)
    scope: str = Field(default="", max_length=100)
    nonce: str | None = Field(default=None, max_length=200)
    code_challenge: str = Field(max_length=128)
    account_id: UUID = Field(foreign_key="account.id")
    amr: list[str] = Field(sa_type=ARRAY(String))
    auth_time: datetime
    expires_at: datetime = Field(index=True)
    session_id: UUID | None = None


class DeviceAuthorization(Table, table=True):
    """A screen that waits for somebody to sign in elsewhere: RFC 8628. `approved` is null until they have decided."""

    __tablename__ = "device_authorization"

    device_code_hash: str = Field(primary_key=True, max_length=64)
    user_code: str = Field(unique=True, max_length=12)
    client_id: str = Field(foreign_key="oauth_client.id", max_length=60)
    scope: str = Field(default="", max_length=100)
    expires_at: datetime = Field(index=True)
    interval_seconds: int
    polled_at: datetime | None = None
    approved: bool | None = None
    account_id: UUID | None = Field(default=None, foreign_key="account.id")
    amr: list[str] | None = Field(default=None, sa_type=ARRAY(String))
    auth_time: datetime | None = None
    used_at: datetime | None = None


class ClientIn(In):
    """An integrator has `communities`, and `jwks` if it can sign (else it is given a secret, once); an application of
    people has `redirect_uris`."""

    id: Code = Described(examples=["city_dashboard"])
    label: Title
    communities: list[Community | Literal["*"]] = Described(default=[], max_length=100)
    jwks: dict[str, Any] | None = Described(default=None, description="RFC 7517, public keys for private_key_jwt")
    redirect_uris: list[str] = Described(default=[], max_length=10)


class ClientOut(Out):
    id: str
    label: str
    auth_method: AuthMethod
    grant_types: list[str]
    redirect_uris: list[str]
    communities: list[str] = Described(description=f"`{EVERYWHERE}` is every community")
    first_party: bool
    created_at: datetime
    disabled_at: datetime | None


class ClientRegisteredOut(ClientOut):
    client_secret: str | None = Described(default=None, description="Shown this once; only its hash is kept")


class TokenOut(Out):
    """RFC 6749 §5.1. What an access token is good for is in its `grants`; the one scope is `openid`."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Described(description="Seconds")
    refresh_token: str | None = Described(default=None, description="In a cookie instead for a client in a browser")
    scope: str | None = None
    id_token: str | None = None


class DeviceOut(Out):
    """RFC 8628 §3.2."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class RefusalOut(Out):
    """RFC 6749 §5.2, RFC 8628 §3.5."""

    error: Literal[
        "invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client",
        "unsupported_grant_type", "unsupported_response_type", "unsupported_token_type", "access_denied",
        "authorization_pending", "slow_down", "expired_token", "link_required", "temporarily_unavailable",
    ]
    error_description: str


class DiscoveryOut(Out):
    """OpenID Connect Discovery 1.0 and RFC 8414, as far as this issuer goes."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    device_authorization_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    scopes_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    claims_supported: list[str]
    code_challenge_methods_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    authorization_response_iss_parameter_supported: bool
    ui_locales_supported: list[str]
