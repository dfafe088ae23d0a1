"""An issuer in a process of its own, as `./linli up` starts it, on a database of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from deploy.local.ports import LOOPBACK, free_port
from deploy.topology import PROJECT
from shared.testing import NOBODY_LISTENS, WITHOUT_HASTE, eventually, field_keys_file
from shared.testing.databases import password_file


class IssuerProcess:
    def __init__(self, environment: dict[str, str], url: str) -> None:
        self.environment, self.url = environment, url
        self.process: subprocess.Popen | None = None

    @property
    def jwks_url(self) -> str:
        return f"{self.url}/.well-known/jwks.json"

    async def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deploy.serve", "identity"], cwd=PROJECT, env=self.environment,
            stdout=subprocess.DEVNULL)
        await eventually(self.is_ready)

    async def is_ready(self) -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            try:
                return (await client.get(f"{self.url}/readyz")).status_code == 200
            except httpx.TransportError:
                return False

    async def stop(self) -> None:
        if self.process:
            self.process.terminate()
            await asyncio.to_thread(self.process.wait)


@asynccontextmanager
async def issuer_process(database_url: str, secrets: Path, issuer_url: str, **more: str) -> AsyncIterator[IssuerProcess]:
    port = free_port()
    issuer = IssuerProcess(os.environ | {
        "PORT": str(port), "DATABASE_URL": database_url, "SERVICE": "identity", "NATS_URL": NOBODY_LISTENS,
        "DATABASE_PASSWORD_FILE": str(password_file("linli_identity_app")), "ISSUER_URL": issuer_url,
        "JWKS_URL": f"http://{LOOPBACK}:{port}/.well-known/jwks.json",
        "FIELD_KEYS_FILE": str(field_keys_file("identity")),
        "SIGNING_KEY_FILE": str(secrets / "signing_key.json"), "SERVICE_KEYS_DIR": str(secrets / "service_keys"),
        "PERSONA_PASSWORD_FILE": str(secrets / "persona_password"),
        **{name.upper(): str(value) for name, value in WITHOUT_HASTE.items()}, **more}, f"http://{LOOPBACK}:{port}")
    await issuer.start()
    try:
        yield issuer
    finally:
        await issuer.stop()
