"""The yardstick: FastAPI and asyncpg doing the SQL of a hazard report and of a read, and nothing else.

    DATABASE_URL=… DATABASE_PASSWORD_FILE=… uvicorn deploy.bench.bare:app
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

from shared.reach import EVERYWHERE, SETTING

INSERT_HAZARD = """
    insert into hazard (id, community, version, created_at, updated_at, kind, severity, state, origin, photos,
                        correlation_id, reported_by, reported_at, required_items, fixed_by, is_supplied)
    values ($1, $2, 1, $3, $3, $4, $5, 'reported', 'person', '[]', $6, 'bare', $3, '[]', '[]', false)
"""
INSERT_OUTBOX = """
    insert into outbox (event_id, type, subject, community, sequence, correlation_id, data, created_at, published_at)
    values ($1, 'volunteer.hazard.reported.v1', $2, $3, 1, $4, $5, $6, $6)
"""
SELECT_HAZARD = "select * from hazard where id = $1"


class HazardIn(BaseModel):
    community: str
    kind: str
    severity: int


class HazardOut(BaseModel):
    id: UUID
    community: str
    kind: str
    severity: int
    state: str
    origin: str
    description: str | None = None
    place_id: UUID | None = None
    place_label: str | None = None
    photos: Any
    correlation_id: UUID
    reported_at: datetime
    version: int
    updated_at: datetime


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    password = Path(os.environ["DATABASE_PASSWORD_FILE"]).read_text().strip()
    async with asyncpg.create_pool(
            os.environ["DATABASE_URL"], password=password, min_size=10, max_size=10,
            server_settings={SETTING: EVERYWHERE}) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/v1/hazards", status_code=201)
async def report(body: HazardIn, request: Request) -> HazardOut:
    now, id, correlation = datetime.now(UTC), uuid4(), uuid4()
    async with request.app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(INSERT_HAZARD, id, body.community, now, body.kind, body.severity, correlation)
        data = json.dumps({"hazard_id": str(id), "kind": body.kind, "severity": body.severity, "origin": "person"})
        await connection.execute(INSERT_OUTBOX, uuid4(), str(id), body.community, correlation, data, now)
    return HazardOut(id=id, state="reported", origin="person", photos=[], correlation_id=correlation, reported_at=now,
                     version=1, updated_at=now, **body.model_dump())


@app.get("/v1/hazards/{id}")
async def read(id: UUID, request: Request) -> HazardOut:
    async with request.app.state.pool.acquire() as connection:
        row = await connection.fetchrow(SELECT_HAZARD, id)
    if row is None:
        raise HTTPException(404)
    return HazardOut(**dict(row))
