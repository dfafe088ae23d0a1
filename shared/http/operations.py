"""What operators do, alike in every service: dead letters, replay of the outbox, and the part this service had in a loop."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import update
from sqlmodel import select

from shared.clock import Now
from shared.db import Read, Tx
from shared.events import parse
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of, sealed
from shared.http.problems import Conflict, NotFound, Words
from shared.identity.caller import requires
from shared.messaging.inbox import claimed
from shared.messaging.listen import handle
from shared.privacy.audit import record
from shared.types import In, Moment, Out

router = APIRouter(tags=["operations"])
replaying = APIRouter(tags=["operations"])
"""For whoever says events, also without hearing any: the issuer."""

OutboxRead = requires("outbox:read")
DeadLettersRead = requires("dead_letters:read")
OperationsRun = requires("operations:run")
LoopsRead = requires("loops:read")


class DeadLetterOut(Out):
    id: UUID
    stream: str
    stream_sequence: int
    type: str
    reason: str
    failed_at: datetime
    replayed_at: datetime | None


class OutboxOut(Out):
    event_id: UUID
    type: str
    subject: str
    community: str
    sequence: int
    correlation_id: UUID
    causation_id: UUID | None
    created_at: datetime
    published_at: datetime | None


class ReplayIn(In):
    since: Moment


class ReplayOut(Out):
    events: int


class LoopStep(Out):
    """One event of the loop: said by this service, or heard by it."""

    at: datetime
    direction: Literal["said", "heard"]
    type: str
    subject: str
    event_id: UUID
    causation_id: UUID | None = None
    data: dict[str, Any] | None = None


class LoopOut(Out):
    correlation_id: UUID
    service: str
    community: str
    steps: list[LoopStep]


@router.get("/v1/dead-letters")
async def list_dead_letters(request: Request, caller: DeadLettersRead, session: Read, query: Paging) -> Page[DeadLetterOut]:
    """Of all communities at once: an event that cannot be read does not say whose it is."""
    table = request.app.state.tables.dead_letter
    query.updated_since = None
    return await page_of(session, table, query)


@router.post("/v1/dead-letters/{id}/replay")
@idempotent
async def replay_dead_letter(request: Request, id: UUID, caller: OperationsRun, tx: Tx, now: Now) -> DeadLetterOut:
    state = request.app.state
    table = state.tables.dead_letter
    letter = (await tx.exec(select(table).where(table.id == id).with_for_update())).one_or_none()
    if letter is None:
        raise NotFound(kind="dead_letter", id=str(id))
    if letter.replayed_at is not None:
        raise Conflict(Words("已经重放过", "It was replayed already"), replayed_at=str(letter.replayed_at))
    await handle_again(tx, state, letter.body)
    letter.replayed_at = now
    record(tx, "dead_letter.replayed", kind="dead_letter", subject_id=id, type=letter.type)
    return letter


async def handle_again(tx: Any, state: Any, body: str) -> None:
    """Raises `Conflict` when the event still cannot be read; a refusal by an action passes as it is."""
    try:
        event = parse(body)
    except (ValueError, KeyError):
        raise Conflict(Words("事件仍然无法读取", "The event still cannot be read")) from None
    if not await claimed(tx, state.tables.inbox, event, outcome="replayed"):
        raise Conflict(Words("事件已处理过", "The event was handled already"))
    tx.info["causation_id"] = event.id
    await handle(tx, state.listeners, event, state.clock)


@router.get("/v1/outbox")
async def list_outbox(request: Request, caller: OutboxRead, session: Read, query: Paging) -> Page[OutboxOut]:
    """What this service has said: the record that an integrator's copy can be compared with. Newest first."""
    table = request.app.state.tables.outbox
    statement = select(table).where(caller.scope(table.community))
    statement = statement.order_by(table.event_id.desc()).limit(query.limit + 1)
    if query.after:
        statement = statement.where(table.event_id < query.after)
    if query.updated_since:
        statement = statement.where(table.created_at >= query.updated_since)
    rows = list((await session.exec(statement)).all())
    last = rows[query.limit - 1] if len(rows) > query.limit else None
    return Page(items=rows[: query.limit], next=sealed(last.event_id) if last else None)


@replaying.post("/v1/outbox/replay")
@idempotent
async def replay_outbox(request: Request, body: ReplayIn, caller: OperationsRun, tx: Tx) -> ReplayOut:
    """Publishes again what was said since then, under the same ids, so that consumers recognise it."""
    table = request.app.state.tables.outbox.__table__
    again = update(table).where(table.c.created_at >= body.since, table.c.published_at.is_not(None))
    result = await tx.exec(again.values(published_at=None))
    record(tx, "outbox.replayed", kind="outbox", since=body.since, events=result.rowcount)
    return ReplayOut(events=result.rowcount)


@router.get("/v1/loops/{correlation_id}")
async def read_loop(request: Request, correlation_id: UUID, caller: LoopsRead, session: Read) -> LoopOut:
    """This service's part of a loop, oldest first: what of it happened within the caller's reach."""
    tables = request.app.state.tables
    said, heard = [
        (await session.exec(
            select(table).where(table.correlation_id == correlation_id, caller.scope(table.community)))).all()
        for table in (tables.outbox, tables.inbox)
    ]
    if not said and not heard:
        raise NotFound(kind="loop", id=str(correlation_id))
    steps = [said_step(row) for row in sorted(said, key=lambda row: row.id)] + [heard_step(row) for row in heard]
    return LoopOut(
        correlation_id=correlation_id, service=request.app.state.settings.service,
        community=(*said, *heard)[0].community, steps=sorted(steps, key=lambda step: step.at),
    )


def said_step(row: Any) -> LoopStep:
    return LoopStep(at=row.created_at, direction="said", type=row.type, subject=row.subject, event_id=row.event_id,
                    causation_id=row.causation_id, data=row.data)


def heard_step(row: Any) -> LoopStep:
    return LoopStep(at=row.heard_at, direction="heard", type=row.type, subject=row.subject, event_id=row.event_id)
