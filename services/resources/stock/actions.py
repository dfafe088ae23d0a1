"""Changes to stock: goods come in, are counted, held back, thrown away, booked back. Handing out is with the needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue.actions import items_with
from services.resources.catalogue.models import CatalogItem
from services.resources.catalogue.rules import in_base_units
from services.resources.needs.models import Need
from services.resources.needs.supply import cover_waiting
from services.resources.register.organisations.models import Organisation
from services.resources.reservations.actions import active_on, lock_lots
from services.resources.reservations.actions import end as end_reservation
from services.resources.stock import rules
from services.resources.stock.ledger import move
from services.resources.stock.models import CountIn, DisposeIn, HoldIn, LotIn, ReverseIn, StockLot, StockMovement
from shared.db import changed, locked
from shared.events.resources import StockAdjusted, StockReceived
from shared.http.problems import Conflict, NotFound, Words, invalid
from shared.messaging.outbox import emit
from shared.types import new_id


@dataclass(frozen=True)
class Arrival:
    """One line of a delivery. `key` names the line of an imported file: the same line is never received twice.

    `held_because`: it is put on hold as it comes in, for this reason.
    """

    body: LotIn
    key: str | None = None
    held_because: str | None = None
    field: str = "body"


async def receive_lot(tx: AsyncSession, body: LotIn, *, by: str, now: datetime) -> StockLot:
    return (await receive_lots(tx, [Arrival(body)], by=by, now=now))[0]


async def receive_lots(tx: AsyncSession, arrivals: Sequence[Arrival], *, by: str, now: datetime) -> list[StockLot]:
    """Any number of lots in a few statements; then needs that waited for them are covered.

    Lines known by their key are skipped. Raises `Invalid`, naming the arrival's field, for an unknown item or donor.
    """
    items = await items_with(tx, {arrival.body.item for arrival in arrivals})
    await donors_must_be_known(tx, arrivals)
    known = await keys_known(tx, arrivals)
    new = [arrival for arrival in arrivals if arrival.key is None or (arrival.body.community, arrival.key) not in known]
    lots = [lot_of(arrival, items, now) for arrival in new]
    tx.add_all(lots)
    await tx.flush()
    for arrival, lot in zip(new, lots, strict=True):
        body, item = arrival.body, items[lot.item]
        quantity = in_base_units(body.quantity, body.pack, item.base_unit, item.packs, arrival.field)
        move(tx, lot, quantity, "received", by=by, now=now, occurred_at=lot.received_at, document=lot.document)
    tell_received(tx, lots)
    for community in sorted({lot.community for lot in lots}):
        await cover_waiting(tx, community, {lot.item for lot in lots if lot.community == community}, now)
    return lots


def lot_of(arrival: Arrival, items: dict[str, CatalogItem], now: datetime) -> StockLot:
    body = arrival.body
    if body.item not in items:
        raise invalid(f"{arrival.field}.item", "物资目录中没有此编码", "Not in the catalogue of items", item=body.item)
    rules.must_have_sane_days(body.produced_on, body.expires_on, arrival.field)
    received_at = rules.must_not_be_ahead(body.received_at, now, f"{arrival.field}.received_at")
    facts = body.model_dump(exclude={"quantity", "pack", "received_at"})
    return StockLot(
        **facts, import_key=arrival.key, on_hold=arrival.held_because is not None, held_because=arrival.held_because,
        received_at=received_at, version=0, created_at=now, updated_at=now)


async def donors_must_be_known(tx: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    named = {arrival.body.donor_organisation_id for arrival in arrivals} - {None}
    if not named:
        return
    rows = await tx.exec(select(Organisation.id, Organisation.community).where(Organisation.id.in_(named)))
    known = set(rows.all())
    for arrival in arrivals:
        donor = arrival.body.donor_organisation_id
        if donor is not None and (donor, arrival.body.community) not in known:
            raise invalid(f"{arrival.field}.donor_organisation_id", "本社区没有登记这个组织",
                          "Not in the register of this community")


async def keys_known(tx: AsyncSession, arrivals: Sequence[Arrival]) -> set[tuple[str, str]]:
    keys = {arrival.key for arrival in arrivals} - {None}
    if not keys:
        return set()
    rows = await tx.exec(select(StockLot.community, StockLot.import_key).where(StockLot.import_key.in_(keys)))
    return set(rows.all())


def tell_received(tx: AsyncSession, lots: Sequence[StockLot]) -> None:
    loop = new_id()
    for lot in lots:
        said = StockReceived(lot_id=lot.id, item=lot.item, quantity=lot.on_hand, expires_on=lot.expires_on,
                             owner_mode=lot.owner_mode)
        emit(tx, said, of=lot, correlation_id=loop)


async def hold(tx: AsyncSession, lot: StockLot, body: HoldIn, now: datetime) -> StockLot:
    """Nothing of it is promised or handed out; what was promised is freed, and found elsewhere by the next sweep."""
    rules.must_change_hold(lot.on_hold, on_hold=True)
    lot.on_hold, lot.held_because = True, body.reason
    changed(lot, now)
    for reservation in await active_on(tx, [lot.id]):
        end_reservation(tx, lot, reservation, "released", now, body.reason)
    return lot


def release_hold(lot: StockLot, now: datetime) -> StockLot:
    """Needs that wait for it are covered by the next sweep."""
    rules.must_change_hold(lot.on_hold, on_hold=False)
    lot.on_hold, lot.held_because = False, None
    changed(lot, now)
    return lot


def count(tx: AsyncSession, lot: StockLot, body: CountIn, *, by: str, now: datetime) -> StockLot:
    """A stock-take: the ledger gets the difference to what it said until now. Counting right changes nothing."""
    difference = body.counted - lot.on_hand
    if difference:
        adjust(tx, lot, difference, body, "adjusted", by=by, now=now)
    return lot


def dispose(tx: AsyncSession, lot: StockLot, body: DisposeIn, *, by: str, now: datetime) -> StockLot:
    if body.quantity > lot.on_hand:
        raise invalid("body.quantity", "超过现有数量", "More than lies there", on_hand=lot.on_hand)
    adjust(tx, lot, -body.quantity, body, "disposed", by=by, now=now)
    return lot


def adjust(
    tx: AsyncSession, lot: StockLot, quantity: int, body: CountIn | DisposeIn | ReverseIn, reason: str, *,
    by: str, now: datetime, **source: object,
) -> StockMovement:
    happened = rules.must_not_be_ahead(body.occurred_at, now, "body.occurred_at")
    movement = move(tx, lot, quantity, reason, by=by, now=now, occurred_at=happened, because=body.reason,
                    document=body.document, **source)
    said = StockAdjusted(lot_id=lot.id, item=lot.item, quantity=quantity, reason=body.reason)
    emit(tx, said, of=lot, correlation_id=new_id())
    return movement


async def reverse(tx: AsyncSession, movement: StockMovement, body: ReverseIn, *, by: str, now: datetime) -> StockMovement:
    """Books a movement back by a new line. What was issued comes back to its lot, and is missing at its need again."""
    need = await locked(tx, Need, movement.need_id) if movement.need_id else None
    if need is not None and need.ended_at is not None:
        raise Conflict(Words("需求已结束，请将退回物资重新入库", "The need has ended: receive what came back as a new lot"),
                       rule="need_has_ended", need_id=str(need.id))
    lot = (await lock_lots(tx, StockLot.id == movement.lot_id))[movement.lot_id]
    earlier = select(StockMovement.id).where(StockMovement.reverses_id == movement.id)
    rules.must_be_reversible(movement.reason, reversed_already=(await tx.exec(earlier)).first() is not None)
    return adjust(
        tx, lot, -movement.quantity, body, "reversed", by=by, now=now, reverses_id=movement.id,
        need_id=movement.need_id, need_line_id=movement.need_line_id, reservation_id=movement.reservation_id)


async def movement_with(tx: AsyncSession, id: UUID) -> StockMovement:
    movement = await tx.get(StockMovement, id)
    if movement is None:
        raise NotFound(kind="stock_movement", id=str(id))
    return movement
