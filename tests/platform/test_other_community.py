"""A row of another community does not exist for a stranger: every route that names one, on real rows."""

import os
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.identity.policy import ROLES
from shared.testing import bearer, running, secret
from tests.platform.apps import APPS, operations

pytestmark = pytest.mark.anyio

ID = UUID("018f0000-0000-7000-8000-000000000001")
STRANGER = bearer(*(f"{role}@yingui" for role in ROLES if role != "service"), subject="stranger")
LEFT_OUT = {"/v1/items/{code}", "/v1/places/{id}"}
"""The catalogue is one for all communities; places have one id space over three tables, and a test of their own
(tests/resources/test_register_api.py)."""
LITERALS: tuple[tuple[type, str], ...] = (
    (Uuid, f"'{ID}'"), (Boolean, "false"), (Integer, "1"), (JSONB, "'[]'"), (DateTime, "'2026-01-01T00:00:00Z'"),
    (Date, "'2026-01-01'"),
)


def literal_for(column: Any) -> str:
    if column.name == "community":
        return "'dungen'"
    for kind, literal in LITERALS:
        if isinstance(column.type, kind) or isinstance(getattr(column.type, "impl", None), kind):
            return literal
    return "'x'"


def rows_of(metadata: Any) -> list[str]:
    """One row of dungen in every table that has an id and a community; the same id everywhere."""
    statements = []
    for table in metadata.sorted_tables:
        if "community" not in table.c or "id" not in table.c or not isinstance(table.c.id.type, Uuid):
            continue
        filled = [column for column in table.c if not column.nullable]
        names = ", ".join(f'"{column.name}"' for column in filled)
        statements.append(f'insert into "{table.name}" ({names}) values ({", ".join(map(literal_for, filled))})')
    return statements


async def seed(database: str, statements: list[str]) -> int:
    """Past foreign keys and checks, which do not matter to who may see a row."""
    admin = await asyncpg.connect(os.environ["TEST_POSTGRES_URL"], password=secret("postgres"), database=database)
    try:
        await admin.execute("set session_replication_role = replica")
        for check in await admin.fetch("select conrelid::regclass::text as place, conname from pg_constraint "
                                       "where contype = 'c' and connamespace = 'public'::regnamespace"):
            await admin.execute(f'alter table {check["place"]} drop constraint "{check["conname"]}"')
        for statement in statements:
            await admin.execute(statement)
    finally:
        await admin.close()
    return len(statements)


@pytest.mark.parametrize("service", APPS)
async def test_no_route_finds_a_row_of_another_community(service: str) -> None:
    app = APPS[service]
    async with running(app) as running_service:
        database = app.state.settings.database.database
        assert await seed(database, rows_of(app.state.tables.metadata)) > 0
        for method, path in operations(app):
            if "{" not in path or path in LEFT_OUT:
                continue
            concrete = path.replace("{slug}", "dungen")
            for name in ("id", "correlation_id"):
                concrete = concrete.replace(f"{{{name}}}", str(ID))
            body = app.openapi()["paths"][path][method.lower()].get("requestBody")
            answer = await running_service.call(method, concrete, STRANGER)
            allowed = (403, 404, 422, 428) if body else (403, 404, 428)
            assert answer.status_code in allowed, f"{method} {path} answers {answer.status_code}: {answer.text[:200]}"
