"""Is it alive, is it ready, how is it doing. NATS away is degraded but ready: the outbox keeps what is said."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from pydantic import BaseModel
from sqlalchemy import func, select, text

from shared.clock import system_clock
from shared.db import is_away
from shared.messaging.relay import waiting

router = APIRouter(tags=["health"])

WAITING = Gauge("linli_outbox_waiting", "Events not yet published", ["service"])
OLDEST = Gauge("linli_outbox_oldest_seconds", "Age of the oldest event not yet published", ["service"])
DEAD = Gauge("linli_dead_letters_open", "Dead letters not yet replayed", ["service"])


class Readiness(BaseModel):
    service: str
    ready: bool
    database: Literal["up", "away"]
    nats: Literal["up", "away"]
    keys: Literal["known", "unknown"]
    issuers: dict[str, bool]
    """Whose tokens are believed; false for one whose keys were never seen."""
    outbox_waiting: int | None = None
    outbox_oldest_seconds: float | None = None
    dead_letters: int | None = None
    migration: str | None = None


@router.get("/livez", include_in_schema=False)
async def livez() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", include_in_schema=False)
async def readyz(request: Request, response: Response) -> Readiness:
    readiness = await look(request)
    response.status_code = 200 if readiness.ready else 503
    return readiness


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    readiness = await look(request)
    service = readiness.service
    if readiness.database == "up":  # otherwise what was known last stays, and an alert goes on
        WAITING.labels(service).set(readiness.outbox_waiting)
        OLDEST.labels(service).set(readiness.outbox_oldest_seconds)
        DEAD.labels(service).set(readiness.dead_letters)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def look(request: Request) -> Readiness:
    state = request.app.state
    issuers = await state.verifier.known()
    readiness = Readiness(
        service=state.settings.service, ready=False, database="away",
        nats="up" if state.messages.is_connected else "away",
        keys="known" if any(issuers.values()) else "unknown", issuers=issuers,
    )
    try:
        async with state.database.everywhere.connect() as connection:
            count, oldest = await waiting(connection, state.tables.outbox)
            dead = state.tables.dead_letter.__table__
            readiness.dead_letters = await connection.scalar(
                select(func.count()).select_from(dead).where(dead.c.replayed_at.is_(None)))
            readiness.migration = await connection.scalar(text("select version_num from alembic_version"))
    except Exception as error:
        if not is_away(error):
            raise
        return readiness
    readiness.database = "up"
    readiness.outbox_waiting = count
    readiness.outbox_oldest_seconds = (system_clock() - oldest).total_seconds() if oldest else 0.0
    readiness.ready = readiness.keys == "known" and not state.stopping
    return readiness
