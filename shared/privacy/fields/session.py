"""A session that seals what is written and opens what is read, so that actions and rules see plain values alone.

Sealing happens when changes are flushed, opening after each query: the keys of all rows in it are fetched at once.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session as PlainSession
from sqlalchemy.orm.attributes import get_history, set_committed_value
from sqlalchemy.util import await_only
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.orm.session import Session

from shared.privacy.fields.columns import SEALED, sealing_of
from shared.privacy.fields.tokens import Token


class SyncSealingSession(Session):
    pass


class SealingSession(AsyncSession):
    """`info["vault"]` is what it seals and opens with."""

    sync_session_class = SyncSealingSession

    async def exec(self, statement: Any, **options: Any) -> Any:
        return await self._opening(super().exec(statement, **options))

    async def execute(self, statement: Any, *arguments: Any, **options: Any) -> Any:
        return await self._opening(super().execute(statement, *arguments, **options))

    async def scalar(self, statement: Any, *arguments: Any, **options: Any) -> Any:
        return await self._opening(super().scalar(statement, *arguments, **options))

    async def get(self, *arguments: Any, **options: Any) -> Any:
        return await self._opening(super().get(*arguments, **options))

    async def refresh(self, *arguments: Any, **options: Any) -> None:
        await self._opening(super().refresh(*arguments, **options))

    async def _opening(self, query: Any) -> Any:
        result = await query
        if rows := self.info.pop("closed", None):
            for row, column, plain in await self.info["vault"].open(rows):
                set_committed_value(row, column, plain)
        return result


@event.listens_for(SyncSealingSession, "before_flush")
def seal(session: PlainSession, context: Any, instances: Any) -> None:
    new = [row for row in session.new if type(row) in SEALED]
    dirty = [row for row in session.dirty if type(row) in SEALED]
    if not new and not dirty:
        return
    vault = session.info["vault"]
    rewrite_index(session, vault, new, dirty)
    changes = [change for row in new for change in plain_values(row)]
    changes += [change for row in dirty for change in plain_values(row) if is_changed(row, change[1]) or is_given_away(row)]
    if changes:
        for row, column, token in await_only(vault.seal(None, changes)):
            setattr(row, column, token)
        session.info["sealed"] = changes


@event.listens_for(SyncSealingSession, "after_flush_postexec")
def show_again(session: PlainSession, context: Any) -> None:
    for row, column, plain in session.info.pop("sealed", ()):
        set_committed_value(row, column, plain)


def plain_values(row: Any) -> Iterator[tuple[Any, str, Any]]:
    """(row, column, value) of every sealed column that has a value."""
    for column in SEALED[type(row)]:
        value = row.__dict__.get(column)
        if value is not None and not isinstance(value, Token):
            yield row, column, value


def is_changed(row: Any, column: str) -> bool:
    return get_history(row, column).has_changes()


def is_given_away(row: Any) -> bool:
    """To another whose key seals it from now on."""
    column = sealing_of(type(row)).depends_on
    return column is not None and is_changed(row, column)


def rewrite_index(session: PlainSession, vault: Any, new: list[Any], dirty: list[Any]) -> None:
    """For the columns people are found by; what a row was found by before goes first."""
    forgotten: dict[str, list[UUID]] = defaultdict(list)
    entries = [entry for row in new for entry in vault.index.entries(row, sealing_of(type(row)).found_by)]
    for row in dirty:
        columns = [column for column in sealing_of(type(row)).found_by if is_changed(row, column)]
        for column in columns:
            forgotten[f"{row.__tablename__}.{column}"].append(row.id)
        entries += vault.index.entries(row, columns)
    for statement in vault.index.forget(forgotten) if forgotten else ():
        session.execute(statement)
    if entries:
        session.execute(vault.index.add(), entries)
