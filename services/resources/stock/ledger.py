"""The one place that writes the ledger: a movement and its effect on the lot, in one stroke."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.stock import rules
from services.resources.stock.models import MovementReason, StockLot, StockMovement
from shared.db import changed


def move(
    tx: AsyncSession, lot: StockLot, quantity: int, reason: MovementReason, *, by: str, now: datetime,
    occurred_at: datetime | None = None, **source: Any,
) -> StockMovement:
    """`lot` is locked, or new. Raises `Promised` when what is left would not cover what is reserved.

    `source`: because, document, need_id, need_line_id, reservation_id, reverses_id.
    """
    left = lot.on_hand + quantity
    rules.must_leave_reserved(left=left, reserved=lot.reserved)
    lot.on_hand = left
    changed(lot, now)
    movement = StockMovement(
        community=lot.community, lot_id=lot.id, item=lot.item, quantity=quantity, reason=reason, actor=by,
        occurred_at=occurred_at or now, recorded_at=now, **source,
    )
    tx.add(movement)
    return movement
