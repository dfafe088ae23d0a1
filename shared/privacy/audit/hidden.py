"""Rows that exist, of which somebody was told that they do not: of another community, another squad, another case.

The request itself cannot tell: row-level security hides the row from it, and the answer is the same either way. So it is
looked for afterwards, past the caller's reach and by its primary key: one look for a 404 that names a table and an id. What
exists nowhere is nobody's, and no denial; nor is what has no id of its own (a place of any kind, a code, a community).

What somebody said without a name is never entered: they may look for it themselves, and the entry would name them.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, Uuid, func, select

from shared.db import Database
from shared.http.problems import NotFound

NAMED_BY = "named_by"
"""In a table's `info`: the columns that say whose a row is. Where all are empty nobody may know."""


async def find_hidden(database: Database, metadata: MetaData, missing: NotFound) -> dict[str, Any] | None:
    """How an entry names the row: `kind`, `subject_id`, `community`. None: it does not exist."""
    kind, id = missing.facts.get("kind"), missing.facts.get("id")
    table = metadata.tables.get(str(kind))
    if table is None or id is None or "id" not in table.c or not isinstance(table.c.id.type, Uuid):
        return None
    places = [table.c.community] if "community" in table.c else []
    async with database.everywhere.connect() as connection:
        wanted = select(table.c.id, *places).where(table.c.id == UUID(id))
        if NAMED_BY in table.info:
            wanted = wanted.where(func.coalesce(*(table.c[name] for name in table.info[NAMED_BY])).is_not(None))
        row = (await connection.execute(wanted)).one_or_none()
    return row and {"kind": kind, "subject_id": row.id, "community": row.community if places else None}
