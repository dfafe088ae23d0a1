"""Promises goods, hands them out, takes promises back.

Locks are taken in one order everywhere: needs by id, then lots by id. Under a lot's lock its reservations and its
`reserved` change together; the table's CHECK stands behind that.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, tuple_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue.actions import items_with
from services.resources.reservations import rules
from services.resources.reservations.models import Reservation
from services.resources.stock import ledger
from services.resources.stock.models import StockLot, StockMovement
from services.resources.stock.rules import in_order_of_expiry, usable_until, why_not_usable
from shared.clock import local_day
from shared.db import changed
from shared.events.resources import (
    ReservationConsumed,
    ReservationCreated,
    ReservationExpired,
    ReservationReleased,
)
from shared.http.problems import Words
from shared.messaging.outbox import emit

AFTER_WORKS = timedelta(days=2)


async def lock_lots(tx: AsyncSession, *conditions: Any) -> dict[UUID, StockLot]:
    """Lots in the order of their ids, as they are now and not as this session saw them before."""
    statement = select(StockLot).where(*conditions).order_by(StockLot.id).with_for_update()
    lots = await tx.exec(statement.execution_options(populate_existing=True))
    return {lot.id: lot for lot in lots}


async def active_on(tx: AsyncSession, lots: Collection[UUID], *conditions: Any) -> Sequence[Reservation]:
    """Active reservations of locked lots."""
    statement = select(Reservation).where(
        Reservation.lot_id.in_(lots), Reservation.state == "active", *conditions).order_by(Reservation.id)
    return (await tx.exec(statement.execution_options(populate_existing=True))).all()


async def read_again(tx: AsyncSession, reservation: Reservation) -> None:
    """Once its need is locked: it may have been handed out while we waited. Nothing changes it past its lot's lock."""
    await lock_lots(tx, StockLot.id == reservation.lot_id)
    await tx.refresh(reservation)


async def hold(
    tx: AsyncSession, wants: Sequence[rules.Want], shelves: Collection[tuple[str, str]], now: datetime,
    until: datetime | None = None,
) -> tuple[rules.Allocation, list[Reservation]]:
    """Reserves for all wants at once, in their order, as far as stock goes. The needs are locked.

    `shelves` are the (community, item) to look at: at least those of the wants.
    """
    if not shelves:
        return rules.Allocation([], []), []
    lots = await lock_lots(tx, tuple_(StockLot.community, StockLot.item).in_(shelves), may_have_some(now))
    await expire_overdue(tx, lots, now)
    usable = await usable_shelves(tx, lots.values(), now)
    allocation = rules.allocate(wants, usable, now, until or now + rules.HELD_FOR)
    return allocation, [promise(tx, lots[one.lot_id], one, now) for one in allocation.holds]


def may_have_some(now: datetime) -> ColumnElement[bool]:
    """Predicate on lots: so that many empty, held or old ones need not be locked. The rules look closer."""
    late = select(Reservation.id).where(
        Reservation.lot_id == StockLot.id, Reservation.state == "active", Reservation.expires_at <= now).exists()
    good = or_(StockLot.expires_on.is_(None), StockLot.expires_on >= local_day(now))
    free = and_(StockLot.on_hand > StockLot.reserved, StockLot.on_hold.is_(False), good)
    return and_(StockLot.on_hand > 0, or_(free, late))


async def expire_overdue(tx: AsyncSession, lots: dict[UUID, StockLot], now: datetime) -> None:
    """So that an expired reservation blocks nothing, even before any sweeper comes by."""
    for reservation in await active_on(tx, lots, Reservation.expires_at <= now):
        end(tx, lots[reservation.lot_id], reservation, "expired", now)


async def usable_shelves(tx: AsyncSession, lots: Collection[StockLot], now: datetime) -> list[rules.Shelf]:
    until = await good_until(tx, lots)
    return [
        rules.Shelf(lot.id, lot.community, lot.item, lot.on_hand - lot.reserved, until[lot.id], lot.restriction)
        for lot in lots if why_not(lot, until[lot.id], now) is None
    ]


async def good_until(tx: AsyncSession, lots: Collection[StockLot]) -> dict[UUID, datetime | None]:
    """Lot → the moment from which it may no longer be handed out."""
    items = await items_with(tx, {lot.item for lot in lots})
    return {lot.id: usable_until(lot.expires_on, items[lot.item].min_days_left) for lot in lots}


def why_not(lot: StockLot, until: datetime | None, now: datetime) -> str | None:
    return why_not_usable(on_hold=lot.on_hold, condition=lot.condition, until=until, now=now)


def promise(tx: AsyncSession, lot: StockLot, held: rules.Hold, now: datetime) -> Reservation:
    want = held.want
    lot.reserved += held.quantity
    changed(lot, now)
    reservation = Reservation(
        community=lot.community, need_id=want.need_id, need_line_id=want.need_line_id, lot_id=lot.id, item=lot.item,
        quantity=held.quantity, expires_at=held.expires_at.astimezone(UTC), correlation_id=want.correlation_id,
        created_at=now, updated_at=now,
    )
    tx.add(reservation)
    said = ReservationCreated(
        reservation_id=reservation.id, need_id=want.need_id, lot_id=lot.id, item=lot.item, quantity=held.quantity,
        expires_at=reservation.expires_at)
    emit(tx, said, of=reservation, correlation_id=want.correlation_id)
    return reservation


def end(
    tx: AsyncSession, lot: StockLot, reservation: Reservation, state: str, now: datetime, reason: str | None = None,
) -> None:
    """What is left of an active reservation is free again. The lot is locked."""
    lot.reserved -= reservation.left
    changed(lot, now)
    reservation.state, reservation.ended_at, reservation.ended_because = state, now, reason
    changed(reservation, now)
    which = {"reservation_id": reservation.id, "need_id": reservation.need_id, "item": reservation.item,
             "quantity": reservation.left}
    said = (ReservationExpired(**which) if state == "expired"
            else ReservationReleased(**which, lot_id=lot.id, reason=reason))
    emit(tx, said, of=reservation, correlation_id=reservation.correlation_id)


async def release(tx: AsyncSession, reason: str, now: datetime, *conditions: Any) -> dict[UUID, StockLot]:
    """Ends the active reservations that meet the conditions, whose needs are locked; gives their lots."""
    holding = select(Reservation.lot_id).where(Reservation.state == "active", *conditions)
    lots = await lock_lots(tx, StockLot.id.in_(holding))
    for reservation in await active_on(tx, lots, *conditions):
        end(tx, lots[reservation.lot_id], reservation, "released", now, reason)
    return lots


async def hand_out(
    tx: AsyncSession, need_id: UUID, wanted: dict[UUID, int], *, by: str, now: datetime, occurred_at: datetime,
    document: str | None = None,
) -> list[StockMovement]:
    """Consumes reservations of the need: line → units, which it holds. Expiry and holds are looked at once more.

    Raises `ShortOfStock` when a promise ended meanwhile, or naming every lot that may no longer be handed out.
    """
    living = (Reservation.need_id == need_id, Reservation.expires_at > now)
    lots = await lock_lots(tx, StockLot.id.in_(
        select(Reservation.lot_id).where(Reservation.state == "active", *living)))
    held = {one.id: one for one in await active_on(tx, lots, *living)}
    drawn = [part for line_id, units in wanted.items() for part in rules.draw(units, soonest(held, lots, line_id))]
    rules.must_be_drawn(sum(units for _, units in drawn), sum(wanted.values()))
    await must_be_issuable(tx, [lots[held[id].lot_id] for id, _ in drawn], now)
    return [
        consume(tx, lots[held[id].lot_id], held[id], units, by=by, now=now, occurred_at=occurred_at, document=document)
        for id, units in drawn
    ]


def soonest(
    held: dict[UUID, Reservation], lots: dict[UUID, StockLot], line_id: UUID,
) -> list[tuple[UUID, int]]:
    """(reservation, units left) of a line; what goes off first comes first."""
    mine = [one for one in held.values() if one.need_line_id == line_id]
    mine.sort(key=lambda one: in_order_of_expiry(lots[one.lot_id].expires_on, one.id))
    return [(one.id, one.left) for one in mine]


async def must_be_issuable(tx: AsyncSession, lots: list[StockLot], now: datetime) -> None:
    until = await good_until(tx, lots)
    refused = [
        {"lot_id": str(lot.id), "item": lot.item, "reason": why}
        for lot in lots if (why := why_not(lot, until[lot.id], now))
    ]
    if refused:
        raise rules.ShortOfStock(
            Words("有批次现在不能发放", "Some lots may not be handed out now"), lots=refused)


def consume(
    tx: AsyncSession, lot: StockLot, reservation: Reservation, units: int, *, by: str, now: datetime,
    occurred_at: datetime, document: str | None,
) -> StockMovement:
    lot.reserved -= units
    reservation.consumed += units
    changed(reservation, now)
    if reservation.left == 0:
        reservation.state, reservation.ended_at = "consumed", now
        said = ReservationConsumed(reservation_id=reservation.id, need_id=reservation.need_id, lot_id=lot.id,
                                   item=lot.item, quantity=reservation.quantity)
        emit(tx, said, of=reservation, correlation_id=reservation.correlation_id)
    return ledger.move(
        tx, lot, -units, "issued", by=by, now=now, occurred_at=occurred_at, document=document,
        need_id=reservation.need_id, need_line_id=reservation.need_line_id, reservation_id=reservation.id)


async def keep_until(tx: AsyncSession, need_id: UUID, works_end: datetime, now: datetime) -> None:
    """Goods wait for scheduled works a little longer than these last, but never longer than they are good."""
    living = (Reservation.need_id == need_id, Reservation.expires_at > now)
    lots = await lock_lots(tx, StockLot.id.in_(
        select(Reservation.lot_id).where(Reservation.state == "active", *living)))
    good = await good_until(tx, lots.values())
    until = works_end + AFTER_WORKS
    for reservation in await active_on(tx, lots, *living):
        longest = min(until, good[reservation.lot_id] or until)
        reservation.expires_at = max(reservation.expires_at, longest).astimezone(UTC)
        changed(reservation, now)
