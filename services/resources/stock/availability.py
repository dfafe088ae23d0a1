"""What could be promised now. Reservations past their time count as free, whether or not anybody swept them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue.models import CatalogItem
from services.resources.reservations.models import Reservation
from services.resources.stock.models import AvailabilityOut, LotOut, StockLot
from shared.clock import local_day

MOST_ITEMS = 1000


def overdue(now: datetime) -> Any:
    """Of a lot: units whose reservation has ended by time."""
    late = select(func.coalesce(func.sum(Reservation.quantity - Reservation.consumed), 0)).where(
        Reservation.lot_id == StockLot.id, Reservation.state == "active", Reservation.expires_at <= now)
    return late.scalar_subquery()


async def availability(
    session: AsyncSession, now: datetime, *conditions: Any,
) -> list[AvailabilityOut]:
    """One row per community and item."""
    reserved = StockLot.reserved - overdue(now)
    last_day = StockLot.expires_on - CatalogItem.min_days_left
    usable = and_(
        StockLot.on_hold.is_(False), StockLot.condition != "damaged",
        or_(StockLot.expires_on.is_(None), last_day >= local_day(now)))
    rows = await session.exec(
        select(
            StockLot.community, StockLot.item, CatalogItem.zh, CatalogItem.en, CatalogItem.base_unit,
            func.sum(StockLot.on_hand).label("on_hand"),
            func.sum(reserved).label("reserved"),
            func.sum(case((usable, 0), else_=StockLot.on_hand)).label("unusable"),
            func.sum(case((usable, StockLot.on_hand - reserved), else_=0)).label("available"),
            func.min(case((usable, StockLot.expires_on), else_=None)).label("earliest_expiry"),
        )
        .join(CatalogItem, CatalogItem.code == StockLot.item)
        .where(StockLot.on_hand > 0, *conditions)
        .group_by(StockLot.community, StockLot.item, CatalogItem.zh, CatalogItem.en, CatalogItem.base_unit)
        .order_by(StockLot.community, StockLot.item)
        .limit(MOST_ITEMS)
    )
    return [AvailabilityOut.model_validate(row) for row in rows]


async def shown(session: AsyncSession, lots: Sequence[StockLot], now: datetime) -> list[LotOut]:
    """Lots as callers see them: `reserved` without what is past its time."""
    late = dict((await session.exec(
        select(Reservation.lot_id, func.sum(Reservation.quantity - Reservation.consumed))
        .where(Reservation.lot_id.in_([lot.id for lot in lots]), Reservation.state == "active",
               Reservation.expires_at <= now)
        .group_by(Reservation.lot_id)
    )).all())
    return [
        LotOut.model_validate(lot).model_copy(update={"reserved": lot.reserved - int(late.get(lot.id, 0))})
        for lot in lots
    ]
