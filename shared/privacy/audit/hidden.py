"""Rows that exist, of which somebody was told that they do not: of another community, another squad, another case.

The request itself cannot tell: row-level security hides the row from it, and the answer is the same either way. So it is
looked for afterwards, past the caller's reach and by its primary key: one look for a 404 that names a table and an id. What
exists nowhere is nobody's, and no denial; nor is what has no id of its own (a place of any kind, a code, a community).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Uuid, select

from shared.db import Database
from shared.http.problems import NotFound


async def find_hidden(database: Database, metadata: MetaData, missing: NotFound) -> dict[str, Any] | None:
    """How an entry names the row: `kind`, `subject_id`, `community`. None: it does not exist."""
    kind, id = missing.facts.get("kind"), missing.facts.get("id")
    table = metadata.tables.get(str(kind))
    if table is None or id is None or "id" not in table.c or not isinstance(table.c.id.type, Uuid):
        return None
    places = [table.c.community] if "community" in table.c else []
    async with database.everywhere.connect() as connection:
        row = (await connection.execute(select(table.c.id, *places).where(table.c.id == UUID(id)))).one_or_none()
    return row and {"kind": kind, "subject_id": row.id, "community": row.community if places else None}
