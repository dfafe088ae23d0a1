"""What the issuer is told by its environment. Secrets come from files, never from variables."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL

from shared.settings import with_driver


class IssuerSettings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Literal["development", "production"] = "development"
    log_format: Literal["json", "console"] = "json"

    database_url: str
    database_password_file: Path | None = None
    database_pool_size: int = 5

    nats_url: str
    nats_nkey_seed_file: Path | None = None

    issuer_url: str
    token_audience: str = "linli"
    signing_key_file: Path
    service_keys_dir: Path | None = None
    """The public key of each of the four services, as `<service>.json`."""
    persona_password_file: Path | None = None

    web_redirect_uris: tuple[str, ...] = ()
    mobile_redirect_uris: tuple[str, ...] = ("org.linli.app:/signed-in",)
    """Where our own applications may be sent after signing in, as JSON lists."""

    @property
    def database(self) -> URL:
        return with_driver(self.database_url, self.database_password_file)

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @model_validator(mode="after")
    def personas_are_for_development(self) -> Self:
        if self.is_production and self.persona_password_file:
            raise ValueError("PERSONA_PASSWORD_FILE makes accounts that share a password: never in production")
        return self

    @model_validator(mode="after")
    def production_is_behind_tls(self) -> Self:
        place = urlsplit(self.issuer_url)
        if self.is_production and place.scheme != "https" and place.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("ISSUER_URL must be https in production: passwords and tokens travel to it")
        return self
