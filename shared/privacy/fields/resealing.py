"""Seals anew what is not sealed under the current key: after a new key was made, or where it was never sealed.

It works on beside the running services, batch by batch, and knows from the values alone what is left to do: stopped at
any moment it is simply started again. A value that somebody changed meanwhile is current already, and left alone.
"""

from collections.abc import AsyncIterator, Callable
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Text, and_, bindparam, not_, or_, select, tuple_, type_coerce, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.privacy.fields.columns import SEALED, sealing_of
from shared.privacy.fields.tokens import ALGORITHM, EMPTY, VERSION, Token, from_bytes
from shared.privacy.fields.vault import Vault

AT_ONCE = 500

Progress = Callable[[int], None]


class Resealing:
    """Of one table. `engine` reaches every community."""

    def __init__(self, table: type, vault: Vault, engine: AsyncEngine) -> None:
        self.model, self.table, self.vault, self.engine = table, table.__table__, vault, engine
        self.columns = SEALED[table]
        self.keys = list(self.table.primary_key)

    async def run(self, progress: Progress = lambda rows: None) -> int:
        """Gives how many rows were sealed anew. Raises `NotOpened` at a value that nothing here sealed."""
        done = 0
        async for rows in self.batches():
            done += await self.seal(rows)
            progress(done)
        return done

    async def batches(self) -> AsyncIterator[list[SimpleNamespace]]:
        after: tuple | None = None
        while True:
            wanted = select(self.table).where(or_(*map(self.is_old, self.columns))).order_by(*self.keys).limit(AT_ONCE)
            if after is not None:
                wanted = wanted.where(tuple_(*self.keys) > after)
            async with self.engine.connect() as connection:
                rows = [SimpleNamespace(**row) for row in (await connection.execute(wanted)).mappings()]
            if not rows:
                return
            after = tuple(getattr(rows[-1], key.name) for key in self.keys)
            yield rows

    def is_old(self, name: str) -> Any:
        column = self.table.c[name]
        current = f"{VERSION}.{ALGORITHM}.{self.vault.keyring.wrapping.current}."
        written = column.type.as_written(column)
        return and_(written.is_not(None), written != EMPTY, not_(written.startswith(current, autoescape=True)))

    async def seal(self, rows: list[SimpleNamespace]) -> int:
        """Gives how many it sealed."""
        rows = await self.without_erased(rows)
        if not rows:
            return 0
        before = [dict(row.__dict__) for row in rows]
        never_sealed = [row for row in rows if self.read_plain(row)]
        for row, column, plain in await self.vault.open(rows, self.model):
            setattr(row, column, plain)
        changes = [(row, column, value) for row in rows for column in self.columns
                   if (value := getattr(row, column)) is not None]
        entries = [entry for row in never_sealed for entry in self.vault.index.entries(row, self.columns, self.model)]
        tokens = await self.vault.seal(self.model, changes)
        by_row = {id(row): {} for row in rows}
        for row, column, token in tokens:
            by_row[id(row)][column] = token
        async with self.engine.connect() as connection:
            replacements = [self.replaced(was, by_row[id(row)]) for row, was in zip(rows, before, strict=True)]
            await connection.execute(self.replacement, replacements)
            if entries:
                await connection.execute(insert_or(self.vault.index.table.__table__).on_conflict_do_nothing(), entries)
        return len(rows)

    async def without_erased(self, rows: list[SimpleNamespace]) -> list[SimpleNamespace]:
        """What is left of whom was erased opens with no key, and stays as it is."""
        subjects = [sealing_of(self.model).subject(row) for row in rows]
        erased = await self.vault.keyring.destroyed(subjects)
        return [row for row, subject in zip(rows, subjects, strict=True) if subject not in erased]

    def read_plain(self, row: SimpleNamespace) -> bool:
        """Takes what was never sealed as it stands; True when there was such a value."""
        found = False
        for column, kind in self.columns.items():
            value = getattr(row, column)
            if value is None or value == EMPTY or value.startswith(f"{VERSION}."):
                continue
            setattr(row, column, from_bytes(value.encode("latin-1" if kind == "bytes" else "utf-8"), kind))
            found = True
        return found

    def replaced(self, was: dict[str, Any], tokens: dict[str, Token]) -> dict[str, Any]:
        return (
            {f"key_{key.name}": was[key.name] for key in self.keys}
            | {f"new_{name}": tokens.get(name) for name in self.columns}
            | {f"was_{name}": None if was[name] is None else str(was[name]) for name in self.compared})

    @cached_property
    def compared(self) -> list[str]:
        """Bytes are files, which nobody changes."""
        return [name for name, kind in self.columns.items() if kind != "bytes"]

    @cached_property
    def replacement(self) -> Any:
        """Only of a row whose sealed values are still those that were read."""
        column = self.table.c
        same = [column[key.name] == bindparam(f"key_{key.name}", type_=key.type) for key in self.keys]
        same += [
            type_coerce(column[name], Text).is_not_distinct_from(bindparam(f"was_{name}", type_=Text))
            for name in self.compared]
        return update(self.table).where(*same).values({name: bindparam(f"new_{name}") for name in self.columns})

    async def left(self) -> int:
        """How many rows hold a value under another key than the current one, and could be opened."""
        return sum([len(await self.without_erased(rows)) async for rows in self.batches()])
