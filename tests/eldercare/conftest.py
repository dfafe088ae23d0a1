"""The eldercare service beside a register and an issuer that are real HTTP servers in this process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from services.eldercare.main import app
from shared.testing import TestService, running
from shared.types import new_id


@dataclass
class Register:
    """What the register answers: who and what is in it, and whether it is there at all."""

    residents: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    places: dict[UUID, str] = field(default_factory=dict)
    broken: bool = False
    tokens_seen: list[str] = field(default_factory=list)

    def admit(self, community: str = "yingui", household_id: UUID | None = None) -> str:
        id = new_id()
        self.residents[id] = {
            "id": str(id), "community": community, "household_id": str(household_id) if household_id else None,
            "name": "登记里的姓名",
        }
        return str(id)

    def found(self, community: str = "yingui") -> str:
        """A place."""
        id = new_id()
        self.places[id] = community
        return str(id)

    def app(self) -> FastAPI:
        register = FastAPI()

        @register.post("/token")
        async def token() -> dict[str, Any]:
            return {"access_token": "service-token", "expires_in": 600}

        @register.get("/v1/residents/{id}")
        async def resident(id: UUID, request: Request, response: Response) -> dict[str, Any]:
            self.tokens_seen.append(request.headers["authorization"])
            if self.broken:
                response.status_code = 500
                return {}
            if id not in self.residents:
                response.status_code = 404
                return {}
            return self.residents[id]

        @register.get("/v1/places/{id}")
        async def place(id: UUID, response: Response) -> dict[str, Any]:
            if id not in self.places:
                response.status_code = 404
                return {}
            return {"id": str(id), "community": self.places[id]}

        return register


@asynccontextmanager
async def served(application: FastAPI) -> AsyncIterator[str]:
    """The application behind a real socket; its URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def register(anyio_backend: str) -> Register:
    return Register()


@pytest.fixture
async def eldercare(register: Register, tmp_path: Path) -> AsyncIterator[TestService]:
    credential = tmp_path / "credential"
    credential.write_text("only for tests")
    async with served(register.app()) as url, running(
        app, resources_url=url, token_url=f"{url}/token", service_credential_file=credential,
    ) as service:
        yield service
