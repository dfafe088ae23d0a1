"""What a process is told by its environment. Secrets come from files, never from variables."""

import secrets
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url

from shared.http.edges.exact_origins import exact_origins
from shared.production import refuse_development

ServiceName = Literal["volunteer", "mediation", "eldercare", "resources", "identity"]
SERVICES: tuple[str, ...] = ("volunteer", "mediation", "eldercare", "resources")

Network = IPv4Network | IPv6Network
INSIDE: tuple[Network, ...] = tuple(map(ip_network, (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")))


class EdgeSettings(BaseSettings):
    """What every process is told that answers HTTP.

    `gateway_networks`: where the gateway calls from, whose `X-Forwarded-For` is believed. The rates are for one process.
    """

    # Compose hands a variable on also where nobody set it; then it is empty.
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    environment: Literal["development", "production"] = "development"
    log_format: Literal["json", "console"] = "json"

    cors_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(exact_origins)] = ()
    requests_per_minute_of_a_person: int = Field(default=1200, ge=1)
    requests_per_minute_of_an_address: int = Field(default=600, ge=1)
    gateway_networks: tuple[Network, ...] = INSIDE

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @model_validator(mode="after")
    def fit_for_production(self) -> Self:
        if self.is_production:
            refuse_development(self)
        return self


class Settings(EdgeSettings):
    service: ServiceName

    database_url: str
    database_password_file: Path | None = None
    database_pool_size: int = 10
    field_keys_file: Path
    audit_key_file: Path | None = None
    audit_checkpoints_dir: Path | None = None

    nats_url: str
    nats_nkey_seed_file: Path | None = None

    trusted_issuers_file: Path | None = None
    """Without it these are the one trusted issuer, see shared/identity/trust/issuers.py."""
    issuer_url: str | None = None
    jwks_url: str | None = None
    jwks_file: Path | None = None
    token_url: str | None = None
    token_audience: str = "linli"
    service_credential_file: Path | None = None
    service_key_file: Path | None = None
    """Shown to the issuer in the place of the credential, by signing; the built-in issuer wants it so."""

    volunteer_url: str | None = None
    mediation_url: str | None = None
    eldercare_url: str | None = None
    resources_url: str | None = None

    @model_validator(mode="after")
    def somebody_is_trusted(self) -> Self:
        if not (self.trusted_issuers_file or self.issuer_url):
            raise ValueError("ISSUER_URL or TRUSTED_ISSUERS_FILE has to say whose tokens are believed")
        return self

    @property
    def database(self) -> URL:
        return with_driver(self.database_url, self.database_password_file)

    @cached_property
    def service_secret(self) -> bytes:
        """The same in every replica and after a restart; without a credential, only in this process."""
        return self.service_credential_file.read_bytes() if self.service_credential_file else secrets.token_bytes(32)


def with_driver(url: str, password_file: Path | None) -> URL:
    """A URL anybody may write (`postgresql://user@host/db`) as asyncpg needs it, with its password from a file."""
    parsed = make_url(url).set(drivername="postgresql+asyncpg")
    if password_file is None:
        return parsed
    return parsed.set(password=password_file.read_text().strip())
