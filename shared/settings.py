"""What a process is told by its environment. Secrets come from files, never from variables."""

import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url

ServiceName = Literal["volunteer", "mediation", "eldercare", "resources", "identity"]
SERVICES: tuple[str, ...] = ("volunteer", "mediation", "eldercare", "resources")


class Settings(BaseSettings):
    # Compose hands a variable on also where nobody set it; then it is empty.
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    service: ServiceName
    environment: Literal["development", "production"] = "development"
    log_format: Literal["json", "console"] = "json"

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
