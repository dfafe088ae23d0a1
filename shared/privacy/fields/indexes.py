"""Finding somebody by a sealed value: a keyed digest of it, in one table for all columns (blind index).

Only equal values are found, after the same normalising; the table tells nobody without the index key whose they are.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Index, and_, delete, insert, select, text
from sqlmodel import Field, SQLModel

from shared.privacy.fields.columns import sealing_of
from shared.privacy.fields.wrapping import FileOfKeys

DIGEST_BYTES = 16


class BlindIndexRow(SQLModel):
    """`field`: `table.column`. Equality of text is leak-proof, so that row-level security leaves the search its index."""

    field: str = Field(primary_key=True, max_length=60)
    digest: str = Field(primary_key=True, max_length=32)
    row_id: UUID = Field(primary_key=True)
    community: str = Field(max_length=31)


def by_row(table: str) -> Index:
    return Index(f"ix_{table}_row_id", "row_id")


def once(table: str, *fields: str) -> Index:
    """What no two rows of a community may have alike."""
    named = ", ".join(f"'{field}'" for field in fields)
    return Index(f"uq_{table}_once", "community", "field", "digest", unique=True,
                 postgresql_where=text(f"field in ({named})"))


class BlindIndex:
    """Digests of one service, and the statements that keep its table."""

    def __init__(self, keys: FileOfKeys, table: type[BlindIndexRow]) -> None:
        self.table = table
        self._key_of = lru_cache(maxsize=None)(keys.index_key)

    def digest(self, field: str, value: str) -> str:
        return hmac.digest(self._key_of(field), value.encode(), hashlib.sha256)[:DIGEST_BYTES].hex()

    def finds(self, table: Any, column: str, value: str) -> Any:
        """The condition that a row of `table` has this value in `column`."""
        field = f"{table.__tablename__}.{column}"
        found = select(self.table.row_id).where(self.table.field == field, self.table.digest == self.digest(field, value))
        return table.id.in_(found)

    def entries(self, row: Any, columns: Iterable[str], table: Any = None) -> list[dict[str, Any]]:
        """`table` for a row that is no instance of one."""
        table = table or type(row)
        found_by = sealing_of(table).found_by
        return [
            {"field": field, "digest": digest, "row_id": row.id, "community": row.community}
            for column in columns if column in found_by
            for field in [f"{table.__tablename__}.{column}"]
            for digest in sorted({self.digest(field, word) for word in words_of(found_by[column], getattr(row, column))})
        ]

    def forget(self, fields: Mapping[str, list[UUID]]) -> Any:
        """The statements that take out what these rows were found by in these fields."""
        return [delete(self.table).where(and_(self.table.field == field, self.table.row_id.in_(ids)))
                for field, ids in fields.items()]

    def add(self) -> Any:
        return insert(self.table.__table__)


def words_of(normalised: Any, value: Any) -> list[str]:
    return normalised(value) if value else []
