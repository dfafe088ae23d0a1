"""Tokens that are refused before their time, because their session or a grant in them ended. Alike in every application.

Each process keeps in memory what ended within the life of a token, and looks into its table every second: the row may
have been written by another replica. So a token is refused within seconds of its end, and with NATS away at its expiry.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import Clock
from shared.db import Database
from shared.events import Event
from shared.events.identity import MembershipChanged, SessionRevoked
from shared.identity.caller import Caller
from shared.identity.tokens import TOKEN_LIFE, milliseconds
from shared.jobs import Job
from shared.logs import log, what_failed
from shared.types import new_id

LOOK_EVERY_SECONDS = 1.0
STILL_TOLD = TOKEN_LIFE + timedelta(minutes=1)
"""A verifier takes a token for half a minute longer than it says, and clocks differ a little."""
PRUNE_EVERY_SECONDS = 600.0
PRUNED_AT_ONCE = 5000


class EndedSessionRow(SQLModel):
    """Without a `session_id` all tokens that the account had at `ended_at`."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID
    session_id: UUID | None = None
    ended_at: datetime = Field(index=True)


class Ended:
    """What a verifier asks for every token, remembered or not."""

    def __init__(self, database: Database, table: type[EndedSessionRow], clock: Clock) -> None:
        self._database, self._table, self._clock = database, table, clock
        self._sessions: frozenset[str] = frozenset()
        self._accounts: dict[str, int] = {}

    @classmethod
    async def of(cls, state: Any) -> "Ended":
        """Of an application whose `state` has a verifier, a database, tables and a clock; the verifier asks it from now on."""
        ended = cls(state.database, state.tables.ended_session, lambda: state.clock())
        await ended.look()
        state.verifier.has_ended = ended.covers
        return ended

    def covers(self, caller: Caller) -> bool:
        if caller.session_id in self._sessions:
            return True
        ended_at = self._accounts.get(caller.subject)
        return ended_at is not None and (caller.issued_at is None or milliseconds(caller.issued_at) <= ended_at)

    async def look(self) -> None:
        table, since = self._table, self._clock() - STILL_TOLD
        recent = select(table.account_id, table.session_id, table.ended_at).where(col(table.ended_at) > since)
        async with self._database.reading() as session:
            rows = (await session.exec(recent.order_by(col(table.ended_at)))).all()
        self._sessions = frozenset(str(row.session_id) for row in rows if row.session_id)
        self._accounts = {
            str(row.account_id): milliseconds(row.ended_at.timestamp()) for row in rows if row.session_id is None}

    async def keep_looking(self) -> None:
        """For ever. While the table cannot be read, what is known stays."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await self.look()
            except Exception as error:
                log.warning("ended.unread", **what_failed(error))


def hearing(table: type[EndedSessionRow]) -> Callable[[AsyncSession, Event[Any], datetime], Awaitable[None]]:
    """A listener: what the issuer said is written down, if a token may still be good that should not be."""

    async def hear(tx: AsyncSession, event: Event[SessionRevoked | MembershipChanged], now: datetime) -> None:
        said = event.data
        if isinstance(said, SessionRevoked):
            row = table(account_id=said.account_id, session_id=said.session_id, ended_at=said.revoked_at)
        elif said.change == "ended":
            row = table(account_id=said.account_id, ended_at=said.at)
        else:
            return
        if row.ended_at > now - STILL_TOLD:
            tx.add(row)

    return hear


def pruning_ended(table: type[EndedSessionRow]) -> Job:
    async def prune(tx: AsyncSession, now: datetime) -> bool:
        """True when more is waiting."""
        old = select(table.id).where(col(table.ended_at) < now - 2 * STILL_TOLD).limit(PRUNED_AT_ONCE)
        return (await tx.exec(delete(table).where(col(table.id).in_(old)))).rowcount == PRUNED_AT_ONCE

    return Job("prune_ended_sessions", PRUNE_EVERY_SECONDS, prune)
