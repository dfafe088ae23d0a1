"""Past handouts are recorded, and booked from what lies in stock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.handouts import rules
from services.resources.handouts.models import Handout
from services.resources.reservations.actions import lock_lots
from services.resources.stock.ledger import move
from services.resources.stock.models import StockLot
from shared.events.resources import StockAdjusted
from shared.messaging.outbox import emit

HANDED_OUT = "handed_out"


async def record_handouts(tx: AsyncSession, handouts: Sequence[Handout], *, by: str, loop: UUID, now: datetime) -> None:
    """Earliest expiry first; nothing that is reserved is touched, and stock never goes below zero."""
    if not handouts:
        return
    items = {handout.item for handout in handouts}
    lots = await lock_lots(tx, StockLot.community == handouts[0].community, StockLot.item.in_(items))
    tx.add_all(handouts)
    await tx.flush()
    for handout in handouts:
        book(tx, handout, lots, by=by, loop=loop, now=now)


def book(tx: AsyncSession, handout: Handout, lots: dict[UUID, StockLot], *, by: str, loop: UUID, now: datetime) -> None:
    own = [lot for lot in lots.values() if lot.item == handout.item]
    own.sort(key=lambda lot: (lot.expires_on is None, lot.expires_on, lot.received_at, lot.id))
    for part in rules.share_out(handout.quantity, [rules.Free(lot.id, lot.on_hand - lot.reserved) for lot in own]):
        lot = lots[part.lot_id]
        move(tx, lot, -part.quantity, "issued", by=by, now=now, because=HANDED_OUT, document=f"handout:{handout.id}")
        said = StockAdjusted(lot_id=lot.id, item=lot.item, quantity=-part.quantity, reason=HANDED_OUT)
        emit(tx, said, of=lot, correlation_id=loop)
        handout.booked += part.quantity
