"""What may happen to a need, and how far it is supplied. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.resources.needs.models import Coverage
from services.resources.reservations.rules import ShortOfStock
from shared.events.resources import ShortLine
from shared.events.volunteer import RequiredItem
from shared.http.problems import Conflict, Words, WrongState, invalid

STEPS: dict[str, dict[str, str]] = {
    "open": {"submitted": "open"},
    "cover": {"open": "open"},
    "issue": {"open": "open"},
    "fulfil": {"open": "fulfilled"},
    "close_short": {"open": "closed_short"},
    "cancel": {"submitted": "cancelled", "open": "cancelled"},
}
PRIORITY_WHEN_UNKNOWN = 2


@dataclass(frozen=True)
class Standing:
    """How a line stands. requested = issued + cancelled + reserved + missing."""

    id: UUID
    item: str
    requested: int
    cancelled: int = 0
    reserved: int = 0
    issued: int = 0

    @property
    def outstanding(self) -> int:
        return self.requested - self.cancelled - self.issued

    @property
    def missing(self) -> int:
        return max(0, self.outstanding - self.reserved)


def next_state(state: str, step: str) -> str:
    """Raises `WrongState` with the steps that are possible."""
    following = STEPS[step].get(state)
    if following is None:
        raise WrongState(state=state, step=step, possible=[name for name, states in STEPS.items() if state in states])
    return following


def allows(state: str, step: str) -> bool:
    return state in STEPS[step]


def coverage_of(lines: Collection[Standing]) -> Coverage:
    if lines and all(line.issued >= line.requested for line in lines):
        return "issued"
    if any(line.issued > 0 for line in lines):
        return "partly_issued"
    if not any(line.reserved > 0 for line in lines):
        return "none"
    return "reserved" if all(line.missing == 0 for line in lines) else "partly_reserved"


def is_fulfilled(lines: Collection[Standing], works: Iterable[str]) -> bool:
    """All handed over, and the works, where there are any, accepted. Cancelled works do not count."""
    return coverage_of(lines) == "issued" and all(state in ("accepted", "cancelled") for state in works)


def purposes_of(phase: str, source: str, purpose: str | None) -> frozenset[str]:
    """What a lot may be restricted to, and still serve such a need."""
    return frozenset({phase, source, purpose} - {None})


def urgency(priority: int, opened_at: datetime, id: UUID) -> tuple[int, datetime, int]:
    """Sorts needs: the gravest first, then who waited longest."""
    return (-priority, opened_at, id.int)


def with_held(lines: Iterable[Standing], held: dict[UUID, int]) -> list[Standing]:
    return [replace(line, reserved=line.reserved + held.get(line.id, 0)) for line in lines]


def short_lines(lines: Iterable[Standing]) -> list[ShortLine]:
    """Every line with less than was wanted, and what was supplied or is held for it."""
    return [
        ShortLine(item=line.item, requested=line.requested, supplied=line.issued + line.reserved)
        for line in lines if line.issued + line.reserved < line.requested
    ]


def must_name_each_item_once(items: Sequence[str]) -> None:
    twice = sorted(item for item, times in Counter(items).items() if times > 1)
    if twice:
        raise invalid("body.lines", "同一物资请合并为一行", "Name each item in one line", items=twice)


def must_have_lines(lines: Collection[object]) -> None:
    if not lines:
        raise invalid("body.lines", "请写明物资和数量", "Say what is wanted, and how many")


def must_be_short(lines: Collection[Standing]) -> None:
    """Raises `Conflict`: what has been handed over completely is not closed short."""
    if coverage_of(lines) == "issued":
        raise Conflict(Words("物资已全部发放", "Everything has been handed over"), rule="nothing_is_short")


def must_have_issued_nothing(lines: Iterable[Standing]) -> None:
    if any(line.issued > 0 for line in lines):
        raise Conflict(Words("已发放部分物资，请按短缺关闭", "Something was handed over: close it short instead"),
                       rule="close_short_instead")


def quantities_to_issue(
    lines: Collection[Standing], wanted: dict[str, int] | None, field: str = "body.lines",
) -> dict[UUID, int]:
    """Line → units, by default all that is reserved. Raises `ShortOfStock` naming every line that holds too little."""
    if wanted is None:
        return {line.id: line.reserved for line in lines if line.reserved > 0}
    by_item = {line.item: line for line in lines}
    unknown = sorted(set(wanted) - set(by_item))
    if unknown:
        raise invalid(field, "需求中没有这些物资", "The need has no such line", items=unknown)
    short = [
        {"item": item, "requested": units, "available": by_item[item].reserved}
        for item, units in wanted.items() if units > by_item[item].reserved
    ]
    if short:
        raise ShortOfStock(lines=short)
    return {by_item[item].id: units for item, units in wanted.items()}


def quantities_to_hold(lines: Collection[Standing], wanted: dict[str, int] | None) -> dict[UUID, int]:
    """Line → further units, by default all that is missing. Raises `Invalid` for more than the line misses."""
    if wanted is None:
        return {line.id: line.missing for line in lines if line.missing > 0}
    by_item = {line.item: line for line in lines}
    too_many = sorted(
        item for item, units in wanted.items() if item not in by_item or units > by_item[item].missing)
    if too_many:
        missing = {item: by_item[item].missing if item in by_item else 0 for item in too_many}
        raise invalid("body.lines", "超出需求尚缺的数量", "More than the need still misses", missing=missing)
    return {by_item[item].id: units for item, units in wanted.items()}


def items_summed(items: Iterable[RequiredItem]) -> list[RequiredItem]:
    """One line per item, as others may name one twice."""
    sums: Counter[str] = Counter()
    for item in items:
        sums[item.item] += item.quantity
    return [RequiredItem(item=item, quantity=quantity) for item, quantity in sums.items()]
