"""From which lots a handout is booked. Pure."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID


class Free(NamedTuple):
    lot_id: UUID
    quantity: int


def share_out(quantity: int, lots: Iterable[Free]) -> list[Free]:
    """What to take from each lot, in the order given, until the quantity or the stock is used up."""
    taken = []
    for lot in lots:
        part = min(quantity, lot.quantity)
        if part > 0:
            taken.append(Free(lot.lot_id, part))
            quantity -= part
    return taken
