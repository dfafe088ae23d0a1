"""What a service seals and opens with: its keyring and its blind index, made of the settings when it starts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import URL, inspect

from shared.logs import log, what_failed
from shared.privacy.fields.columns import SEALED, is_closed, row_name, sealing_of
from shared.privacy.fields.indexes import BlindIndex
from shared.privacy.fields.keyring import Keyring
from shared.privacy.fields.tokens import EMPTY, Kind, NotOpened, Place, Token, empty_of, opened, sealed
from shared.privacy.fields.wrapping import FileOfKeys

KEYRING_DATABASE = "linli_keyring"

Change = tuple[Any, str, Any]
"""(row, column, value)."""


class Vault:
    def __init__(self, keyring: Keyring, index: BlindIndex) -> None:
        self.keyring, self.index = keyring, index

    @classmethod
    def of(cls, service: str, database: URL, keys_file: Path, blind_index: type) -> "Vault":
        """Connects with the first key it needs. The keyring is a database beside the service's own, by the same role."""
        keys = FileOfKeys(keys_file)
        place = database.set(drivername="postgresql", database=KEYRING_DATABASE).render_as_string(hide_password=False)
        return cls(Keyring(place, service, keys), BlindIndex(keys, blind_index))

    async def close(self) -> None:
        await self.keyring.close()

    async def seal(self, table: type | None, changes: Iterable[Change]) -> list[Change]:
        """Tokens for plain values. `table` for rows that are no instances of one. Raises `SubjectErased`."""
        changes = list(changes)
        subjects = [sealing_of(table or type(row)).subject(row) for row, _, _ in changes]
        keys = await self.keyring.sealing(subjects)
        return [
            (row, column, sealed(value, SEALED[table or type(row)][column], place_of(table or type(row), row, column),
                                 *keys[subject]))
            for (row, column, value), subject in zip(changes, subjects, strict=True)]

    async def open(self, rows: Iterable[Any], table: type | None = None) -> list[Change]:
        """Plain values of all tokens in the rows. Of whom was erased they are empty. Raises `NotOpened`."""
        closed = [(row, column, token) for row in rows for column in SEALED[table or type(row)]
                  if isinstance(token := row.__dict__.get(column), Token)]
        keys = await self.keyring.opening({token.key for _, _, token in closed if is_closed(token)})
        return [(row, column, self._plain(table or type(row), row, column, token, keys)) for row, column, token in closed]

    async def sealed_rows(self, table: type, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """For an insert of many rows past the ORM: the same rows with their sealed columns as tokens."""
        copies = [SimpleNamespace(**row) for row in rows]
        changes = [(copy, column, value) for copy in copies for column in SEALED[table]
                   if (value := copy.__dict__.get(column)) is not None]
        for copy, column, token in await self.seal(table, changes):
            setattr(copy, column, token)
        return [copy.__dict__ for copy in copies]

    async def seal_one(self, place: Place, subject: UUID, text: str) -> Token:
        return sealed(text, "text", place, *(await self.keyring.sealing([subject]))[subject])

    async def open_one(self, place: Place, token: Token) -> str | None:
        """None when its key was destroyed. Raises `NotOpened`."""
        keys = await self.keyring.opening([token.key])
        return opened(token, "text", place, keys[token.key]) if token.key in keys else None

    async def bury(self, subjects: Mapping[UUID, datetime]) -> None:
        """After the commit that decided it. What fails now is done by a job, see privacy/rights/burying.py."""
        try:
            await self.keyring.bury(subjects)
        except Exception as error:
            log.warning("keys.not_destroyed_yet", subjects=len(subjects), **what_failed(error))

    def _plain(self, table: type, row: Any, column: str, token: Token, keys: Mapping[Any, Any]) -> Any:
        kind: Kind = SEALED[table][column]
        if token == EMPTY:
            return empty_of(kind)
        key = keys.get(token.key)
        if key is None:
            return None if table.__table__.c[column].nullable else empty_of(kind)
        try:
            return opened(token, kind, place_of(table, row, column), key)
        except NotOpened:
            log.error("field.not_opened", table=table.__tablename__, column=column)
            raise


def place_of(table: type, row: Any, column: str) -> Place:
    return Place(table.__tablename__, column, row_name(getattr(row, key) for key in keys_of(table)))


@cache
def keys_of(table: type) -> tuple[str, ...]:
    return tuple(key.name for key in inspect(table).primary_key)
