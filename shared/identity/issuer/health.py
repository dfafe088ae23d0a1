"""Is it alive, is it ready, how is it doing: without a database nobody can sign in, so then it is not ready."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text

from shared.db import is_away

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    service: Literal["identity"] = "identity"
    ready: bool = False
    database: Literal["up", "away"] = "away"
    migration: str | None = None


@router.get("/livez", include_in_schema=False)
async def livez() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz", include_in_schema=False)
async def readyz(request: Request, response: Response) -> Readiness:
    state = request.app.state
    readiness = Readiness()
    try:
        async with state.database.reading() as session:
            readiness.migration = await session.scalar(text("select version_num from alembic_version"))
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
