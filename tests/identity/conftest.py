"""An issuer in this process, on a database of its own, with every persona able to sign in."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey

from shared.clock import system_clock
from shared.identity.assertions import assertion
from shared.identity.issuer.settings import IssuerSettings
from shared.identity.main import build_issuer
from shared.testing import NOBODY_LISTENS, WITHOUT_HASTE, field_keys_file
from shared.testing.databases import fresh_database, password_file
from tests.identity.issuers import issuer_settings, provider, whose

__all__ = ["issuer_settings", "provider", "whose"]

ISSUER = "https://linli.test/identity"
PASSWORD = "one for all of them"
SERVICE_KEY = ECKey.generate_key("P-256")


class RunningIssuer:
    def __init__(self, app: FastAPI) -> None:
        self.app, self.state = app, app.state
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://issuer.test")

    def at(self, moment: datetime) -> None:
        """Stops the issuer's clock there."""
        self.state.clock = lambda: moment

    async def ask(self, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
        return await self.client.post("/v1/token", data=form, headers=headers)

    async def sign_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        return await self.ask(grant_type="password", username=username, password=password)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    (tmp_path / "persona_password").write_text(f"{PASSWORD}\n")
    (tmp_path / "service_keys").mkdir()
    (tmp_path / "volunteer.json").write_text(json.dumps(SERVICE_KEY.as_dict(private=True)))
    (tmp_path / "service_keys" / "volunteer.json").write_text(json.dumps(SERVICE_KEY.as_dict(private=False)))
    return tmp_path


def as_service(secrets: Path, service: str = "volunteer") -> dict[str, str]:
    """The parameters by which a service asks for its token, good once."""
    signed = assertion(secrets / "volunteer.json", service, ISSUER, system_clock())
    return {"grant_type": "client_credentials"} | signed


@asynccontextmanager
async def running_issuer(database_url: str, secrets: Path, **settings: Any) -> AsyncIterator[RunningIssuer]:
    told = {
        "database_url": database_url, "database_password_file": password_file("linli_identity_app"),
        "nats_url": NOBODY_LISTENS, "issuer_url": ISSUER, "signing_key_file": secrets / "signing_key.json",
        "field_keys_file": field_keys_file("identity"), "service_keys_dir": secrets / "service_keys",
        "persona_password_file": secrets / "persona_password",
        "audit_key_file": Path(os.environ["TEST_SECRETS"], "audit", "identity.json"),
        "audit_checkpoints_dir": secrets / "audit",
    }
    app = build_issuer(IssuerSettings(**WITHOUT_HASTE | told | settings), system_clock)
    async with app.router.lifespan_context(app):
        yield RunningIssuer(app)


@pytest.fixture
async def database_url(anyio_backend: str) -> AsyncIterator[str]:
    async with fresh_database("identity") as url:
        yield url


@pytest.fixture
async def issuer(database_url: str, secrets: Path) -> AsyncIterator[RunningIssuer]:
    async with running_issuer(database_url, secrets) as running:
        yield running
