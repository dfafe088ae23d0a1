"""Rows of one table that an import reads, adds to and changes, saved together at its end."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import Entity, changed

E = TypeVar("E", bound=Entity)

EMPTY: tuple[Any, ...] = (None, "", [], {})


class ChangedMeanwhile(Exception):
    """Somebody changed a row between the import's reading and its saving: the import begins anew."""


class Shelf(Generic[E]):
    """Nothing is overwritten: a value is only put where there is none, and lists only grow."""

    def __init__(self, table: type[E], rows: Iterable[E]) -> None:
        self.table = table
        self.rows: dict[UUID, E] = {row.id: row for row in rows}
        self.new: dict[UUID, E] = {}
        self.touched: dict[UUID, E] = {}
        self.defaults = [
            (name, field.default_factory) for name, field in table.model_fields.items() if field.default_factory]

    def __iter__(self) -> Iterator[E]:
        yield from self.rows.values()

    def __getitem__(self, id: UUID) -> E:
        return self.rows[id]

    def add(self, **columns: Any) -> E:
        """A new row. What a column defaults to is given here: pydantic reads a factory's signature at every call."""
        row = self.table(**{name: default() for name, default in self.defaults} | columns)
        self.rows[row.id] = self.new[row.id] = row
        return row

    def fill(self, row: E, **values: Any) -> None:
        """Puts each value where the row has none."""
        for name, value in values.items():
            if value not in EMPTY and getattr(row, name) in EMPTY:
                self.put(row, name, value)

    def extend(self, row: E, name: str, values: Iterable[Any]) -> None:
        """Adds to a list what it does not hold yet."""
        held = getattr(row, name)
        fresh = [value for value in dict.fromkeys(values) if value not in EMPTY and value not in held]
        if fresh:
            self.put(row, name, [*held, *fresh])

    def note(self, row: E, name: str, values: dict[str, Any]) -> None:
        """Adds to a column of named texts the names it does not have yet."""
        held = getattr(row, name)
        fresh = {key: str(value) for key, value in values.items() if value not in EMPTY and key not in held}
        if fresh:
            self.put(row, name, held | fresh)

    def put(self, row: E, name: str, value: Any) -> None:
        setattr(row, name, value)
        if row.id not in self.new:
            self.touched[row.id] = row

    async def save(self, tx: AsyncSession, now: datetime) -> None:
        """Raises `ChangedMeanwhile`."""
        await self._refuse_stale(tx)
        for row in self.touched.values():
            changed(row, now)
            tx.add(row)
        tx.add_all(self.new.values())
        await tx.flush()

    async def _refuse_stale(self, tx: AsyncSession) -> None:
        if not self.touched:
            return
        table = self.table
        seen = select(table.id, table.version).where(table.id.in_(self.touched)).with_for_update()
        versions = dict((await tx.exec(seen)).all())
        if any(versions.get(id) != row.version for id, row in self.touched.items()):
            raise ChangedMeanwhile(table.__tablename__)
