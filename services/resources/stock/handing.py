"""Goods that were handed out without a need: what a ledger kept on paper says, line by line."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.reservations.actions import lock_lots
from services.resources.reservations.rules import draw
from services.resources.stock.ledger import move
from services.resources.stock.models import StockLot, StockMovement
from services.resources.stock.rules import in_order_of_expiry


@dataclass(frozen=True)
class HandedOut:
    """`key` names the line of the paper ledger: the same line is never booked twice."""

    community: str
    item: str
    quantity: int
    occurred_at: datetime
    key: str
    recipient: str | None = None
    document: str | None = None


async def record_handed_out(
    tx: AsyncSession, lines: Sequence[HandedOut], *, by: str, now: datetime,
) -> dict[str, int]:
    """Books them from the lots that go off first, never below what is reserved: key → units that no lot had.

    Whether a unit was still good on that day is not asked: it is gone.
    """
    known = set(await tx.exec(select(StockMovement.community, StockMovement.import_key).where(
        StockMovement.import_key.in_({line.key for line in lines}))))
    new = [line for line in lines if (line.community, line.key) not in known]
    pairs = {(line.community, line.item) for line in new}
    lots = await lock_lots(tx, tuple_(StockLot.community, StockLot.item).in_(pairs), StockLot.on_hand > 0)
    shelves: dict[tuple[str, str], list[StockLot]] = defaultdict(list)
    for lot in sorted(lots.values(), key=lambda lot: in_order_of_expiry(lot.expires_on, lot.id)):
        shelves[lot.community, lot.item].append(lot)
    return {line.key: book(tx, line, shelves[line.community, line.item], by=by, now=now) for line in new}


def book(tx: AsyncSession, line: HandedOut, shelf: list[StockLot], *, by: str, now: datetime) -> int:
    """Gives the units that were not there."""
    lots = {lot.id: lot for lot in shelf}
    taken = draw(line.quantity, [(lot.id, lot.on_hand - lot.reserved) for lot in shelf])
    for lot_id, units in taken:
        move(tx, lots[lot_id], -units, "issued", by=by, now=now, occurred_at=line.occurred_at,
             document=line.document, recipient=line.recipient, import_key=line.key)
    return line.quantity - sum(units for _, units in taken)
