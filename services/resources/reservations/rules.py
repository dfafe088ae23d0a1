"""Who gets what: first come by urgency, first out what expires first. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.http.problems import Conflict, Words, WrongState, invalid

HELD_FOR = timedelta(days=14)
"""How long goods wait for a need when nobody says otherwise; scheduled works hold theirs until they are done."""


class ShortOfStock(Conflict):
    """Names every short line at once, with what could be had."""

    slug, title = "short-of-stock", Words("库存不足", "Not enough in stock")


@dataclass(frozen=True)
class Want:
    """So many further units for one line. A lot with a restriction may serve it when that is one of its purposes."""

    need_id: UUID
    need_line_id: UUID
    community: str
    item: str
    quantity: int
    purposes: frozenset[str]
    correlation_id: UUID


@dataclass(frozen=True)
class Shelf:
    """What a lot still has to give."""

    lot_id: UUID
    community: str
    item: str
    free: int
    usable_until: datetime | None
    restriction: str | None = None

    def may_serve(self, want: Want, now: datetime) -> bool:
        fits = (self.community, self.item) == (want.community, want.item)
        allowed = self.restriction is None or self.restriction in want.purposes
        return fits and allowed and (self.usable_until is None or self.usable_until > now)


@dataclass(frozen=True)
class Hold:
    want: Want
    lot_id: UUID
    quantity: int
    expires_at: datetime


@dataclass(frozen=True)
class Short:
    want: Want
    available: int


@dataclass(frozen=True)
class Allocation:
    holds: list[Hold]
    short: list[Short]

    def held(self) -> dict[UUID, int]:
        """Line → units."""
        sums: dict[UUID, int] = defaultdict(int)
        for hold in self.holds:
            sums[hold.want.need_line_id] += hold.quantity
        return sums


def first_expired_first(shelves: Iterable[Shelf]) -> list[Shelf]:
    """What goes off soonest comes first, what does not go off last; of equals the older lot."""
    return sorted(shelves, key=lambda shelf: (
        shelf.usable_until is None, shelf.usable_until or datetime.max, shelf.lot_id.int))


def allocate(wants: Sequence[Want], shelves: Iterable[Shelf], now: datetime, until: datetime) -> Allocation:
    """Serves the wants in their order, as far as it goes. A hold never outlasts the goods."""
    by_item: dict[tuple[str, str], list[Shelf]] = defaultdict(list)
    for shelf in first_expired_first(shelves):
        by_item[shelf.community, shelf.item].append(shelf)
    free = {shelf.lot_id: shelf.free for same in by_item.values() for shelf in same}
    allocation = Allocation([], [])
    for want in wants:
        missing = want.quantity
        for shelf in by_item[want.community, want.item]:
            taken = min(missing, free[shelf.lot_id]) if shelf.may_serve(want, now) else 0
            if taken > 0:
                free[shelf.lot_id] -= taken
                missing -= taken
                expires_at = min(until, shelf.usable_until or until)
                allocation.holds.append(Hold(want, shelf.lot_id, taken, expires_at))
        if missing:
            allocation.short.append(Short(want, want.quantity - missing))
    return allocation


def must_cover_all(allocation: Allocation) -> None:
    """Raises `ShortOfStock` with all short lines."""
    if allocation.short:
        raise ShortOfStock(lines=[
            {"item": short.want.item, "requested": short.want.quantity, "available": short.available}
            for short in allocation.short
        ])


def must_lie_ahead(expires_at: datetime | None, now: datetime) -> datetime:
    if expires_at is not None and expires_at <= now:
        raise invalid("body.expires_at", "应晚于现在", "Should lie in the future")
    return expires_at or now + HELD_FOR


def draw(quantity: int, held: Iterable[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
    """Takes `quantity` out of (reservation, units left), in their order: (reservation, units taken)."""
    taken: list[tuple[UUID, int]] = []
    for reservation_id, left in held:
        units = min(quantity, left)
        if units > 0:
            taken.append((reservation_id, units))
            quantity -= units
    return taken


def must_be_drawn(drawn: int, wanted: int) -> None:
    """Raises `ShortOfStock`: between looking and locking, a promise ended."""
    if drawn < wanted:
        raise ShortOfStock(Words("部分预留刚刚失效，请重试", "A reservation has just ended, try again"),
                           requested=wanted, available=drawn)


def must_be_active(state: str) -> None:
    if state != "active":
        raise WrongState(state=state, step="release", possible=[])
