"""Follows money from gift to use, and hides counts so small that they point at somebody. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

SMALL = 5
"""Counts below it are not shown."""

OTHER = "other"


class Step(NamedTuple):
    """What a posted transfer did to the cash of one restriction. `use`: index of the payment it is part of, if it is one;
    `gift_id`: the gift it is, if it is one; neither: a change of purpose, of which `transfer` is the same for both sides."""

    transfer: int
    restriction: str
    amount: int
    gift_id: UUID | None = None
    use: int | None = None


class Part(NamedTuple):
    gift_id: UUID
    amount: int


class Helped(NamedTuple):
    purpose: str
    amount: int
    who: UUID


def follow(steps: Sequence[Step]) -> dict[UUID, list[tuple[int, int]]]:
    """Gift → (use, fen). In the order of the ledger, first in first out; money that changed its purpose keeps its gift.

    Gifts come before all uses: what a reversed gift had paid for was made good by a later one.
    """
    pots: dict[str, deque[Part]] = defaultdict(deque)
    used: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    carried: dict[int, list[Part]] = {}
    for step in steps:
        if step.gift_id is not None:
            pots[step.restriction].append(Part(step.gift_id, step.amount))
    for step in sorted((one for one in steps if one.gift_id is None), key=lambda one: (one.transfer, one.amount)):
        if step.amount > 0:
            pots[step.restriction].extend(carried.pop(step.transfer, ()))
            continue
        taken = take(pots[step.restriction], -step.amount)
        if step.use is None:
            carried[step.transfer] = taken
        else:
            for part in taken:
                used[part.gift_id].append((step.use, part.amount))
    return used


def take(pot: deque[Part], amount: int) -> list[Part]:
    taken = []
    while amount > 0 and pot:
        first = pot.popleft()
        part = min(amount, first.amount)
        taken.append(first._replace(amount=part))
        amount -= part
        if first.amount > part:
            pot.appendleft(first._replace(amount=first.amount - part))
    return taken


def spent_by_purpose(payments: Iterable[Helped]) -> list[tuple[str, int, int | None]]:
    """(purpose, fen, how many were helped). What helped fewer than five goes together under `other`."""
    amounts: dict[str, int] = defaultdict(int)
    who: dict[str, set[UUID]] = defaultdict(set)
    payments = list(payments)
    for payment in payments:
        who[payment.purpose].add(payment.who)
    for payment in payments:
        shown = payment.purpose if len(who[payment.purpose]) >= SMALL else OTHER
        amounts[shown] += payment.amount
        who[shown].add(payment.who)
    return [(purpose, amount, shown_count(len(who[purpose]))) for purpose, amount in sorted(amounts.items())]


def shown_count(count: int) -> int | None:
    return count if count >= SMALL else None
