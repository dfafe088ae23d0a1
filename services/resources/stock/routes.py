"""Stock over HTTP: lots, the ledger, and what could be had."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.resources.stock import actions
from services.resources.stock.availability import availability, shown
from services.resources.stock.models import (
    AvailabilityOut,
    CountIn,
    DisposeIn,
    HoldIn,
    LotIn,
    LotOut,
    MovementOut,
    MovementReason,
    ReverseIn,
    StockLot,
    StockMovement,
)
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Code, Community

router = APIRouter(prefix="/v1", tags=["stock"])

StockRead = requires("stock:read")
StockKeep = requires("stock:keep")


@router.get("/availability")
async def read_availability(
    caller: StockRead, session: Read, now: Now, community: Community | None = None, item: Code | None = None,
) -> list[AvailabilityOut]:
    """By item: what lies there, what is promised, what a need could have now."""
    wanted = [StockLot.item == item] if item else []
    return await availability(session, now, caller.scope(StockLot.community, community), *wanted)


@router.post("/stock-lots", status_code=201)
@idempotent(required=True)
async def receive_lot(body: LotIn, caller: StockKeep, tx: Tx, now: Now) -> LotOut:
    """Goods came in. Needs that waited for them are covered at once, the gravest first."""
    caller.must_reach(body.community)
    return await actions.receive_lot(tx, body, by=caller.subject, now=now)


@router.get("/stock-lots")
async def list_lots(
    caller: StockRead, session: Read, now: Now, query: Paging, community: Community | None = None,
    item: Code | None = None, on_hold: bool | None = None,
) -> Page[LotOut]:
    wanted = {StockLot.item: item, StockLot.on_hold: on_hold}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    page = await page_of(session, StockLot, query, caller.scope(StockLot.community, community), *conditions)
    return Page(items=await shown(session, page.items, now), next=page.next)


@router.get("/stock-lots/{id}")
async def read_lot(id: UUID, caller: StockRead, session: Read, now: Now, response: Response) -> LotOut:
    lot = caller.must_find(await found(session, StockLot, id))
    return tagged(response, (await shown(session, [lot], now))[0])


@router.post("/stock-lots/{id}/hold")
@idempotent
async def hold_lot(id: UUID, body: HoldIn, caller: StockKeep, tx: Tx, now: Now, seen: IfMatch) -> LotOut:
    lot = caller.must_find(await locked(tx, StockLot, id, expected_version=seen))
    return await actions.hold(tx, lot, body, now)


@router.post("/stock-lots/{id}/release-hold")
@idempotent
async def release_hold(id: UUID, caller: StockKeep, tx: Tx, now: Now, seen: IfMatch) -> LotOut:
    lot = caller.must_find(await locked(tx, StockLot, id, expected_version=seen))
    return actions.release_hold(lot, now)


@router.post("/stock-lots/{id}/count")
@idempotent(required=True)
async def count_lot(id: UUID, body: CountIn, caller: StockKeep, tx: Tx, now: Now, seen: IfMatch) -> LotOut:
    """A stock-take of one lot."""
    lot = caller.must_find(await locked(tx, StockLot, id, expected_version=seen))
    return actions.count(tx, lot, body, by=caller.subject, now=now)


@router.post("/stock-lots/{id}/dispose")
@idempotent(required=True)
async def dispose_of_lot(id: UUID, body: DisposeIn, caller: StockKeep, tx: Tx, now: Now, seen: IfMatch) -> LotOut:
    lot = caller.must_find(await locked(tx, StockLot, id, expected_version=seen))
    return actions.dispose(tx, lot, body, by=caller.subject, now=now)


@router.get("/movements")
async def list_movements(
    caller: StockRead, session: Read, query: Paging, community: Community | None = None, lot_id: UUID | None = None,
    item: Code | None = None, need_id: UUID | None = None, reason: MovementReason | None = None,
) -> Page[MovementOut]:
    """The ledger, newest line first. A line never changes: `updated_since` means recorded since."""
    wanted = {StockMovement.lot_id: lot_id, StockMovement.item: item, StockMovement.need_id: need_id,
              StockMovement.reason: reason}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if query.updated_since:
        conditions.append(StockMovement.recorded_at >= query.updated_since)
        query.updated_since = None
    return await page_of(
        session, StockMovement, query, caller.scope(StockMovement.community, community), *conditions)


@router.post("/movements/{id}/reverse", status_code=201)
@idempotent(required=True)
async def reverse_movement(id: UUID, body: ReverseIn, caller: StockKeep, tx: Tx, now: Now) -> MovementOut:
    """A mistake is booked back by a new line; nothing in the ledger is changed."""
    movement = caller.must_find(await actions.movement_with(tx, id))
    return await actions.reverse(tx, movement, body, by=caller.subject, now=now)
