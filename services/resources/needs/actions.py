"""How a need begins and how it ends: called from routes, listeners and works alike."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.needs import rules
from services.resources.needs.models import LineIn, Need, NeedIn, NeedLine, NeedOpenIn
from services.resources.needs.standing import standings
from services.resources.needs.supply import cover_all, finish, settle, tell
from services.resources.reservations import actions as reservations
from services.resources.reservations.models import Reservation
from shared.db import changed
from shared.events import resources as events
from shared.events.volunteer import RequiredItem
from shared.types import new_id


async def record(
    tx: AsyncSession, community: str, lines: Sequence[RequiredItem | LineIn], *, by: str, now: datetime,
    correlation_id: UUID | None = None, **facts: Any,
) -> Need:
    """A need as somebody said it, not yet open. Begins a loop of its own unless one already led here."""
    rules.must_name_each_item_once([line.item for line in lines])
    need = Need(community=community, requested_by=by, correlation_id=correlation_id or new_id(),
                created_at=now, updated_at=now, **facts)
    tx.add(need)
    await tx.flush()
    add_lines(tx, need, lines)
    return need


def add_lines(tx: AsyncSession, need: Need, lines: Sequence[RequiredItem | LineIn]) -> None:
    tx.add_all([NeedLine(need_id=need.id, item=line.item, requested=line.quantity) for line in lines])


async def submit(
    tx: AsyncSession, community: str, lines: Sequence[RequiredItem], *, by: str, now: datetime, **facts: Any,
) -> Need:
    """Somebody said so; a worker looks at it before any stock is held."""
    need = await record(tx, community, lines, by=by, now=now, **facts)
    tell(tx, need, events.NeedSubmitted, lines=list(lines))
    return need


async def raise_need(tx: AsyncSession, body: NeedIn, *, by: str, now: datetime) -> Need:
    """Raises `ShortOfStock` with all short lines when it must be covered at once and is not."""
    said = body.model_dump(exclude={"community", "lines", "all_or_nothing"})
    need = await record(tx, body.community, body.lines, by=by, now=now, source="person", **said)
    await begin(tx, need, by=by, now=now, all_or_nothing=body.all_or_nothing)
    return need


async def open_submitted(tx: AsyncSession, need: Need, body: NeedOpenIn, *, by: str, now: datetime) -> Need:
    """A worker has looked at it, and may have put it right."""
    rules.next_state(need.state, "open")
    for field, value in body.model_dump(exclude={"lines"}, exclude_none=True).items():
        setattr(need, field, value)
    if body.lines is not None:
        rules.must_name_each_item_once([line.item for line in body.lines])
        await tx.exec(delete(NeedLine).where(NeedLine.need_id == need.id))
        add_lines(tx, need, body.lines)
    await begin(tx, need, by=by, now=now)
    return need


async def begin(tx: AsyncSession, need: Need, *, by: str, now: datetime, all_or_nothing: bool = False) -> None:
    """Opens it, and holds what stock has for it."""
    need.state = rules.next_state(need.state, "open")
    need.opened_by, need.opened_at = by, now
    changed(need, now)
    lines = (await standings(tx, [need.id], now))[need.id]
    rules.must_have_lines(lines)
    wanted = [RequiredItem(item=line.item, quantity=line.requested) for line in lines]
    tell(tx, need, events.NeedOpened, lines=wanted)
    await cover_all(tx, [need], now, all_or_nothing=all_or_nothing)


async def close_short(tx: AsyncSession, need: Need, reason: str, now: datetime) -> Need:
    """Nothing more will come: what is still reserved is free again, and every short line is told."""
    rules.next_state(need.state, "close_short")
    lines = (await standings(tx, [need.id], now))[need.id]
    rules.must_be_short(lines)
    await end(tx, need, "close_short", lines, reason, now)
    supplied = [replace(line, reserved=0) for line in lines]
    tell(tx, need, events.NeedClosedShort, reason=reason, lines=rules.short_lines(supplied))
    return need


async def cancel(tx: AsyncSession, need: Need, reason: str, now: datetime) -> Need:
    rules.next_state(need.state, "cancel")
    lines = (await standings(tx, [need.id], now))[need.id]
    rules.must_have_issued_nothing(lines)
    await end(tx, need, "cancel", lines, reason, now)
    tell(tx, need, events.NeedCancelled, reason=reason)
    return need


async def withdraw(tx: AsyncSession, need: Need, reason: str, now: datetime) -> None:
    """What it was for is gone: cancelled, or closed short or fulfilled by what has been handed over already."""
    coverage = rules.coverage_of((await standings(tx, [need.id], now))[need.id])
    if coverage == "issued":
        await settle(tx, need, now)
    elif coverage == "partly_issued":
        await close_short(tx, need, reason, now)
    else:
        await cancel(tx, need, reason, now)


async def end(
    tx: AsyncSession, need: Need, step: str, lines: Sequence[rules.Standing], reason: str, now: datetime,
) -> None:
    await reservations.release(tx, reason, now, Reservation.need_id == need.id)
    still_open = {line.id: max(0, line.requested - line.issued) for line in lines}
    for line in await tx.exec(select(NeedLine).where(NeedLine.need_id == need.id)):
        line.cancelled = still_open[line.id]
    finish(need, step, reason, now)
