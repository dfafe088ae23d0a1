"""Reservations over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.resources.needs import supply
from services.resources.needs.models import Need
from services.resources.needs.rules import must_name_each_item_once
from services.resources.reservations import actions
from services.resources.reservations.models import (
    ReleaseIn,
    Reservation,
    ReservationOut,
    ReservationsIn,
    ReservationsOut,
    State,
)
from services.resources.reservations.rules import must_lie_ahead
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import tagged
from shared.identity.caller import requires
from shared.types import Code, Community

router = APIRouter(prefix="/v1/reservations", tags=["stock"])

NeedsRead = requires("needs:read")
NeedsManage = requires("needs:manage")


@router.post("", status_code=201)
@idempotent(required=True)
async def reserve(body: ReservationsIn, caller: NeedsManage, tx: Tx, now: Now) -> ReservationsOut:
    """From the lots that go off first. All or nothing unless said otherwise; all short lines are named at once."""
    need = caller.must_find(await locked(tx, Need, body.need_id))
    until = must_lie_ahead(body.expires_at, now)
    must_name_each_item_once([line.item for line in body.lines or []])
    wanted = {line.item: line.quantity for line in body.lines} if body.lines else None
    return await supply.reserve(
        tx, need, wanted, until=until, now=now, all_or_nothing=body.all_or_nothing)


@router.get("")
async def list_reservations(
    caller: NeedsRead, session: Read, query: Paging, community: Community | None = None, need_id: UUID | None = None,
    lot_id: UUID | None = None, item: Code | None = None, state: State | None = None,
) -> Page[ReservationOut]:
    wanted = {Reservation.need_id: need_id, Reservation.lot_id: lot_id, Reservation.item: item,
              Reservation.state: state}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return await page_of(session, Reservation, query, caller.scope(Reservation.community, community), *conditions)


@router.get("/{id}")
async def read_reservation(id: UUID, caller: NeedsRead, session: Read, response: Response) -> ReservationOut:
    return tagged(response, caller.must_find(await found(session, Reservation, id)))


@router.post("/{id}/release")
@idempotent(required=True)
async def release_reservation(id: UUID, body: ReleaseIn, caller: NeedsManage, tx: Tx, now: Now) -> ReservationOut:
    """Frees what is left of it. The need takes stock by itself again only after somebody covers it."""
    reservation = caller.must_find(await found(tx, Reservation, id))
    need = await locked(tx, Need, reservation.need_id)
    await actions.read_again(tx, reservation)
    await supply.release(tx, need, reservation, body.reason, now)
    return reservation
