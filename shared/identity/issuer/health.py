"""Is it alive, is it ready, how is it doing: without a database nobody can sign in, so then it is not ready. NATS away is
degraded but ready: what was ended is told later, and a token dies at its expiry until then."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text

from shared.clock import system_clock
from shared.db import is_away
from shared.messaging.relay import waiting

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    service: Literal["identity"] = "identity"
    ready: bool = False
    database: Literal["up", "away"] = "away"
    nats: Literal["up", "away"] = "away"
    outbox_waiting: int | None = None
    outbox_oldest_seconds: float | None = None
    migration: str | None = None


@router.get("/livez", include_in_schema=False)
async def livez() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", include_in_schema=False)
async def readyz(request: Request, response: Response) -> Readiness:
    state = request.app.state
    readiness = Readiness(nats="up" if state.messages.is_connected else "away")
    try:
        async with state.database.everywhere.connect() as connection:
            readiness.migration = await connection.scalar(text("select version_num from alembic_version"))
            readiness.outbox_waiting, oldest = await waiting(connection, state.tables.outbox)
        readiness.outbox_oldest_seconds = (system_clock() - oldest).total_seconds() if oldest else 0.0
        readiness.database = "up"
        readiness.ready = not state.stopping
    except Exception as error:
        if not is_away(error):
            raise
    response.status_code = 200 if readiness.ready else 503
    return readiness


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
