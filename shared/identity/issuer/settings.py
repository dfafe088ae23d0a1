"""What the issuer is told by its environment. Secrets come from files, never from variables."""

from pathlib import Path

from sqlalchemy import URL

from shared.settings import EdgeSettings, with_driver


class IssuerSettings(EdgeSettings):
    database_url: str
    database_password_file: Path | None = None
    database_pool_size: int = 5

    audit_key_file: Path | None = None
    audit_checkpoints_dir: Path | None = None

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
