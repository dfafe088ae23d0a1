"""What a service has heard. The row is written in the transaction of the effect, so an effect happens once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import system_clock
from shared.events import Event
from shared.types import new_id


class InboxRow(SQLModel):
    """Kept for ever: the guarantee against doubled effects does not lean on the stream's duplicate window."""

    event_id: UUID = Field(primary_key=True)
    type: str = Field(max_length=100)
    subject: str = Field(max_length=60, index=True)
    community: str = Field(max_length=31)
    sequence: int
    correlation_id: UUID = Field(index=True)
    outcome: str = Field(max_length=12)
    heard_at: datetime = Field(default_factory=system_clock)


class DeadLetterRow(SQLModel):
    """An event no listener could handle: it blocks nothing, it is not lost, one command handles it again."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    stream: str = Field(max_length=40)
    stream_sequence: int
    type: str = Field(max_length=100)
    reason: str = Field(max_length=300)
    body: str = Field(sa_type=Text)
    failed_at: datetime = Field(default_factory=system_clock)
    replayed_at: datetime | None = None


async def first_time(tx: AsyncSession, inbox: type[InboxRow], event: Event) -> bool:
    """Claims the event for this transaction. False when it was heard before, or is older than one already seen."""
    table = inbox.__table__
    newest = await tx.scalar(select(func.max(table.c.sequence)).where(table.c.subject == event.subject))
    stale = newest is not None and event.sequence < newest
    return await claimed(tx, inbox, event, outcome="stale" if stale else "handled") and not stale


async def claimed(tx: AsyncSession, inbox: type[InboxRow], event: Event, *, outcome: str) -> bool:
    """False when another transaction has it."""
    row = inbox(
        event_id=event.id, type=event.type, subject=event.subject, community=event.community,
        sequence=event.sequence, correlation_id=event.correlationid, outcome=outcome,
    )
    claim = insert(inbox.__table__).values(row.model_dump()).on_conflict_do_nothing()
    return (await tx.exec(claim)).rowcount == 1
