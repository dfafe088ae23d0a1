"""One row in every table of a service that has an id and a community, under the same id everywhere.

Written past foreign keys and checks, which do not matter to who may see a row.
"""

import importlib
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, get_args, get_origin
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, Date, DateTime, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.privacy.fields.columns import SealedType
from shared.privacy.fields.tokens import EMPTY
from shared.testing.databases import secret

COMMUNITY = "dungen"
MINE, OTHERS, ANYBODYS = (UUID(f"018f0000-0000-7000-8000-00000000000{digit}") for digit in (1, 2, 3))
"""What is the caller's own in every way there is; what is somebody else's in all of them; and one for wide reaches."""

ELSEWHERE = UUID("018f0000-0000-7000-8000-000000000004")
"""A row of another community."""

NEVER_OVER = datetime(2199, 1, 1, tzinfo=UTC)
"""All moments: no job takes such a row for one whose time has passed, whenever it runs."""

ME = "018f0000-0000-7000-8000-0000000000aa"

RELATIONS: dict[str, dict[str, Any]] = {
    "volunteer": {"subject": ME, "squad_id": MINE, "squad_role": "leader", "status": "active"},
    "patrol": {"submitted_by": ME, "squad_id": MINE},
    "hazard": {"reported_by": ME, "squad_id": MINE},
    "opinion": {"kind": "dispute", "spoken_by": ME, "noted_down_by": ME, "owner": ME},
    "home_safety_check": {"checked_by": ME, "resident_id": MINE},
    "home_safety_finding": {"check_id": MINE, "resident_id": MINE, "result": "hazard", "state": "open"},
    "opinion_answer": {"outcome": "done"},
    "opinion_step": {"code": "mediation.opinion.received"},
    "oauth_client": {"auth_method": "none"},
    "account": {"community": COMMUNITY},
    "account_grant": {"role": "volunteer"},
    "user_session": {"account_id": UUID(ME)},
    "import": {"submitted_by": ME, "state": "judged"},
    "consent": {"resident_id": MINE, "purpose": "home_safety_check"},
    "subject_request": {"resident_id": MINE},
    "gift": {"donor_resident_id": MINE},
    "application": {"applicant_resident_id": MINE},
    "emergency_access": {"resident_id": MINE, "opened_by": ME, "ends_at": NEVER_OVER, "ended_at": None},
}
"""Table → what makes a row of it one's own, or of use at all. Somebody else's has `SOMEBODY` in the same columns."""

SOMEBODY = "018f0000-0000-7000-8000-0000000000bb"


PLACE = 0x100
"""Added to the id of a building more, which is the only place of that id: three tables share one id space."""


def of_row(id: UUID, relations: dict[str, Any]) -> dict[str, Any]:
    """The same relations, of whoever the row of that id belongs to."""
    return relations if id == MINE else {
        name: {ME: SOMEBODY, UUID(ME): UUID(SOMEBODY), MINE: id}.get(value, value) for name, value in relations.items()}


def place_id(id: UUID) -> UUID:
    return UUID(int=id.int + PLACE)


class Admin:
    """Past row-level security, foreign keys and checks."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    @classmethod
    async def of(cls, database: str) -> "Admin":
        connection = await asyncpg.connect(os.environ["TEST_POSTGRES_URL"], password=secret("postgres"), database=database)
        await connection.execute("set session_replication_role = replica")
        for check in await connection.fetch("select conrelid::regclass::text as place, conname from pg_constraint "
                                            "where contype = 'c' and connamespace = 'public'::regnamespace"):
            await connection.execute(f'alter table {check["place"]} drop constraint "{check["conname"]}"')
        return cls(connection)

    async def seed(
        self, service: str, community: str = COMMUNITY, ids: Sequence[UUID] = (MINE, OTHERS, ANYBODYS),
    ) -> list[str]:
        """Gives the names of the tables."""
        tables = list(named_tables(service))
        for table in tables:
            for id in ids:
                row = row_of(table, id) | of_row(id, RELATIONS.get(table.__tablename__, {}))
                of_community = {"community": community} if "community" in row else {}
                await self.insert(table, row | of_community)
                if table.__tablename__ == "building":
                    await self.insert(table, row_of(table, place_id(id)) | of_community)
        return [table.__tablename__ for table in tables]

    async def insert(self, table: Any, row: dict[str, Any]) -> None:
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        await self.connection.execute(
            f'insert into "{table.__tablename__}" ({names}) values ({marks}) on conflict do nothing', *row.values())

    async def fingerprint(self, service: str, community: str | None = None) -> dict[str, str]:
        """Of everything a table holds, or of what is a community's."""
        found = {}
        for table in named_tables(service):
            if community is None or "community" in table.__table__.c:
                where = f"where community = '{community}'" if community else ""
                found[table.__tablename__] = await self.connection.fetchval(
                    f'select md5(string_agg(t::text, chr(10) order by t::text)) from "{table.__tablename__}" t {where}')
        return found

    async def tables(self) -> list[str]:
        return [row["name"] for row in await self.connection.fetch(
            "select relname as name from pg_class where relnamespace = 'public'::regnamespace order by 1")]

    async def restore(self, tables: list[str]) -> None:
        """What a request has changed of whose the rows are, is as it was."""
        for table in set(tables) & RELATIONS.keys():
            for id in (MINE, OTHERS):
                values = of_row(id, RELATIONS[table])
                marks = ", ".join(f'"{name}" = ${number}' for number, name in enumerate(values, 2))
                await self.connection.execute(
                    f'update "{table}" set {marks} where id::text = $1', str(id), *values.values())


def named_tables(service: str) -> Iterator[Any]:
    """Mapped classes whose rows a route can name: by their id, or by the loop they belong to."""
    module = "shared.identity.tables" if service == "identity" else f"services.{service}.tables"
    for mapper in importlib.import_module(module).Table._sa_registry.mappers:
        columns = mapper.local_table.c
        named = "id" in columns and isinstance(kind_of(columns.id), (Uuid, String))
        if named or {"correlation_id", "community"} <= set(columns.keys()):
            yield mapper.class_


def row_of(table: Any, id: UUID) -> dict[str, Any]:
    """Of what counts itself the database says the number."""
    return {column.name: value_of(table, column, id) for column in table.__table__.c
            if not column.nullable and not (column.name == "id" and isinstance(column.type, Integer))}


def kind_of(column: Any) -> Any:
    return getattr(column.type, "impl", column.type)


def value_of(table: Any, column: Any, id: UUID) -> Any:
    """One that the answer's schema takes, too."""
    if column.name == "community":
        return COMMUNITY
    kind = kind_of(column)
    if column.name in ("id", "client_id") and isinstance(kind, String):
        return str(id)
    if isinstance(column.type, SealedType):
        return EMPTY.encode() if column.type.kind == "bytes" else EMPTY
    for known, value in ((Uuid, id), (DateTime, NEVER_OVER), (Date, date(2026, 1, 1)), (ARRAY, [])):
        if isinstance(kind, known):
            return value
    field = table.model_fields[column.name]
    if isinstance(kind, JSONB):
        return json.dumps({} if dict in (field.annotation, get_origin(field.annotation)) else [])
    if not field.is_required():
        return field.get_default(call_default_factory=True)
    if literals := [argument for argument in get_args(field.annotation) if isinstance(argument, str)]:
        return literals[0]
    return {bool: False, int: 1, float: 1.0}.get(field.annotation, f"x{id.hex[1 - (getattr(kind, 'length', None) or 60):]}")
