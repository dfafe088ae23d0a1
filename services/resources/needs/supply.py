"""How a need gets its goods: promised from stock as far as it goes, handed over, and done when nothing is open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.needs import rules
from services.resources.needs.models import Need
from services.resources.needs.standing import (
    AT_ONCE,
    can_be_supplied,
    no_longer_covered,
    overdue,
    standings,
    waiting_for,
)
from services.resources.reservations import actions as reservations
from services.resources.reservations.models import Reservation, ReservationOut, ReservationsOut, ShortOut
from services.resources.reservations.rules import Allocation, Want, must_be_active, must_cover_all
from services.resources.stock.models import StockMovement
from services.resources.stock.rules import must_not_be_ahead
from services.resources.works.models import Works
from shared.db import changed
from shared.events import Payload
from shared.events import resources as events
from shared.messaging.outbox import emit


def tell(tx: AsyncSession, need: Need, said: type[Payload], **facts: object) -> None:
    loop = {"need_id": need.id, "hazard_id": need.hazard_id, "opinion_id": need.opinion_id}
    emit(tx, said(**loop, **facts), of=need, correlation_id=need.correlation_id)


async def lock_open(tx: AsyncSession, ids: Collection[UUID]) -> list[Need]:
    """Locked in the order of their ids, as every transaction does; given in order of urgency."""
    statement = select(Need).where(Need.id.in_(ids), Need.state == "open").order_by(Need.id).with_for_update()
    needs = await tx.exec(statement.execution_options(populate_existing=True))
    return sorted(needs, key=lambda need: rules.urgency(need.priority, need.opened_at, need.id))


async def cover(tx: AsyncSession, need: Need, now: datetime, *, all_or_nothing: bool = False) -> Need:
    """Tries again, and from now on whenever goods come in."""
    rules.next_state(need.state, "cover")
    need.covers_itself = True
    changed(need, now)
    await cover_all(tx, [need], now, all_or_nothing=all_or_nothing)
    return need


async def cover_waiting(tx: AsyncSession, community: str, items: Collection[str], now: datetime) -> None:
    """Goods came in: open needs that miss them get theirs, the gravest first, then who waited longest."""
    waiting = await lock_open(tx, await waiting_for(tx, community, items, now))
    await cover_all(tx, waiting, now)


async def sweep(tx: AsyncSession, now: datetime) -> bool:
    """Ends what was promised too long, promises anew where it is still wanted, and tells what became short.

    True when more is overdue than one turn takes.
    """
    late = await overdue(tx, now)
    needs = await lock_open(tx, {*late, *await no_longer_covered(tx, now), *await can_be_supplied(tx, now)})
    await cover_all(tx, needs, now)
    return len(late) == AT_ONCE


async def cover_all(
    tx: AsyncSession, needs: Sequence[Need], now: datetime, *, all_or_nothing: bool = False,
) -> None:
    """Reserves for locked needs, in their order, as far as stock goes, and tells how they stand."""
    lines = await standings(tx, [need.id for need in needs], now)
    missing = [(need, line) for need in needs for line in lines[need.id] if line.missing > 0]
    wants = [want_of(need, line, line.missing) for need, line in missing if need.covers_itself]
    shelves = {(need.community, line.item) for need, line in missing}
    allocation, _ = await reservations.hold(tx, wants, shelves, now)
    if all_or_nothing:
        must_cover_all(allocation)
    tell_coverage(tx, needs, lines, allocation, now)


def want_of(need: Need, line: rules.Standing, quantity: int) -> Want:
    purposes = rules.purposes_of(need.phase, need.source, need.purpose)
    return Want(need.id, line.id, need.community, line.item, quantity, purposes, need.correlation_id)


def tell_coverage(
    tx: AsyncSession, needs: Sequence[Need], lines: dict[UUID, list[rules.Standing]], allocation: Allocation,
    now: datetime,
) -> None:
    """`need.covered` once, `need.short` when it became short or when something was held and it still is."""
    held = allocation.held()
    for need in needs:
        standing = rules.with_held(lines[need.id], held)
        is_covered = all(line.missing == 0 for line in standing)
        gained = any(line.id in held for line in standing)
        if is_covered == need.is_covered and (is_covered or not gained):
            continue
        need.is_covered = is_covered
        changed(need, now)
        if is_covered:
            tell(tx, need, events.NeedCovered)
        else:
            tell(tx, need, events.NeedShort, lines=rules.short_lines(standing))


async def reserve(
    tx: AsyncSession, need: Need, wanted: dict[str, int] | None, *, until: datetime, now: datetime,
    all_or_nothing: bool,
) -> ReservationsOut:
    """A person reserves for lines of an open need, by default for all that is missing."""
    rules.next_state(need.state, "cover")
    lines = await standings(tx, [need.id], now)
    units = rules.quantities_to_hold(lines[need.id], wanted)
    wants = [want_of(need, line, units[line.id]) for line in lines[need.id] if units.get(line.id, 0) > 0]
    shelves = {(need.community, want.item) for want in wants}
    allocation, made = await reservations.hold(tx, wants, shelves, now, until)
    if all_or_nothing:
        must_cover_all(allocation)
    tell_coverage(tx, [need], lines, allocation, now)
    short = [ShortOut(item=one.want.item, requested=one.want.quantity, available=one.available)
             for one in allocation.short]
    return ReservationsOut(reservations=[ReservationOut.model_validate(one) for one in made], short=short)


async def release(tx: AsyncSession, need: Need, reservation: Reservation, reason: str, now: datetime) -> None:
    """A person takes goods back from a need; the machine does not promise them to it again by itself."""
    must_be_active(reservation.state)
    need.covers_itself = False
    changed(need, now)
    await reservations.release(tx, reason, now, Reservation.id == reservation.id)
    tell_coverage(tx, [need], await standings(tx, [need.id], now), Allocation([], []), now)


async def issue(
    tx: AsyncSession, need: Need, wanted: dict[str, int] | None, *, by: str, now: datetime,
    occurred_at: datetime | None = None, document: str | None = None,
) -> list[StockMovement]:
    """Hands over what is reserved, or of it what is wanted.

    Raises `ShortOfStock` naming every line that holds too little, or every lot that may not be handed out.
    """
    rules.next_state(need.state, "issue")
    happened = must_not_be_ahead(occurred_at, now, "body.occurred_at")
    lines = (await standings(tx, [need.id], now))[need.id]
    units = rules.quantities_to_issue(lines, wanted)
    moved = await reservations.hand_out(tx, need.id, units, by=by, now=now, occurred_at=happened, document=document)
    changed(need, now)
    await settle(tx, need, now)
    return moved


async def settle(tx: AsyncSession, need: Need, now: datetime) -> None:
    """The need is fulfilled as soon as nothing of it is open. It is locked."""
    if not rules.allows(need.state, "fulfil"):
        return
    works = (await tx.exec(select(Works.state).where(Works.need_id == need.id))).all()
    if rules.is_fulfilled((await standings(tx, [need.id], now))[need.id], works):
        finish(need, "fulfil", None, now)
        tell(tx, need, events.NeedFulfilled)


def finish(need: Need, step: str, reason: str | None, now: datetime) -> None:
    need.state, need.ended_at, need.ended_because = rules.next_state(need.state, step), now, reason
    changed(need, now)
