"""What may be booked: balanced, covered, of an open day, true to what the money was given for. Pure."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.resources.fund.ledger.models import UNRESTRICTED, HoldState
from shared.http.problems import Conflict, Words, WrongState, invalid


class Entry(NamedTuple):
    """`amount` in fen: positive comes in, negative goes out."""

    kind: str
    restriction: str
    amount: int


class Balance(NamedTuple):
    posted: int
    pending_out: int
    no_overdraft: bool

    @property
    def available(self) -> int:
        return self.posted + self.pending_out


class Unbalanced(Conflict):
    slug, title = "transfer-not-balanced", Words("分录不平", "The postings do not sum to zero")


class InsufficientFunds(Conflict):
    slug, title = "insufficient-funds", Words("可用资金不足", "Not enough money is free")


class PeriodClosed(Conflict):
    slug, title = "period-closed", Words("该期间已结账", "That period is closed")


NO_OVERDRAFT = frozenset({"cash"})
HOLD_ENDS: dict[str, HoldState] = {"void_hold": "voided", "expire_hold": "expired"}


def moved(amount: int, restriction: str, *, out_of: str, into: str) -> list[Entry]:
    return [Entry(out_of, restriction, -amount), Entry(into, restriction, amount)]


def must_balance(entries: Sequence[Entry], *, consent: str | None = None) -> None:
    """Two or more, none empty, zero together; without the donor's consent zero for each restriction. L1, L4."""
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.restriction] += entry.amount
    uneven = sorted(restriction for restriction, total in sums.items() if total)
    if len(entries) < 2 or not all(entry.amount for entry in entries) or sum(sums.values()):
        raise Unbalanced(sum=sum(sums.values()))
    if uneven and consent is None:
        raise Unbalanced(Words("定向资金不能挪作他用", "Money given for one purpose leaves for no other"), restrictions=uneven)


def must_cover(balances: Mapping[tuple[str, str], Balance], entries: Iterable[Entry]) -> None:
    """L2: what goes out is there and promised to nobody. Raises `InsufficientFunds` naming every short account."""
    wanted: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        wanted[entry.kind, entry.restriction] -= min(0, entry.amount)
    short = [
        {"kind": kind, "restriction": restriction, "requested": amount, "available": balance.available}
        for (kind, restriction), amount in sorted(wanted.items())
        if (balance := balances[kind, restriction]).no_overdraft and amount > balance.available
    ]
    if short:
        raise InsufficientFunds(accounts=short)


def draw(amount: int, purpose: str, available: Mapping[str, int]) -> list[tuple[str, int]]:
    """(restriction, fen): what was given for the purpose first, then what is free for any. Raises `InsufficientFunds`."""
    own = min(amount, max(0, available.get(purpose, 0)))
    free = max(0, available.get(UNRESTRICTED, 0)) if purpose != UNRESTRICTED else 0
    if own + free < amount:
        raise InsufficientFunds(requested=amount, available=own + free, purpose=purpose)
    return [(restriction, part) for restriction, part in ((purpose, own), (UNRESTRICTED, amount - own)) if part]


def part_of(entries: Sequence[Entry], amount: int) -> list[Entry]:
    """Of a hold the first `amount` fen, in its order; out and in of a restriction alike. Raises `InsufficientFunds`."""
    held = sum(-entry.amount for entry in entries if entry.amount < 0)
    if not 0 < amount <= held:
        raise InsufficientFunds(Words("超过预留金额", "More than is held"), requested=amount, held=held)
    taken = [*taking(amount, [entry for entry in entries if entry.amount < 0], -1),
             *taking(amount, [entry for entry in entries if entry.amount > 0], 1)]
    return taken


def taking(amount: int, side: Iterable[Entry], sign: int) -> Iterable[Entry]:
    for entry in side:
        part = min(amount, abs(entry.amount))
        amount -= part
        if part:
            yield entry._replace(amount=sign * part)


def negated(entries: Iterable[Entry]) -> list[Entry]:
    return [entry._replace(amount=-entry.amount) for entry in entries]


def must_be_open(occurred_on: date, closed_through: date | None, today: date) -> None:
    """Raises `PeriodClosed`, or `Invalid` for a day still to come."""
    if occurred_on > today:
        raise invalid("body.occurred_on", "不能晚于今天", "Lies in the future")
    if closed_through is not None and occurred_on <= closed_through:
        raise PeriodClosed(closed_through=str(closed_through), occurred_on=str(occurred_on))


def must_close_later(through: date, closed_through: date | None, today: date) -> None:
    """A period is closed once it is over, and never opened again."""
    if through >= today:
        raise invalid("body.through", "只能结束已过去的日子", "Only days that are over can be closed")
    if closed_through is not None and through <= closed_through:
        raise PeriodClosed(closed_through=str(closed_through), through=str(through))


def must_be_reversible(kind: str, *, reversed_already: bool) -> None:
    """Raises `Conflict`. A hold is voided; a reversal booked by mistake is entered anew."""
    if kind not in ("post", "post_hold"):
        raise Conflict(Words("只能冲销已入账的记录", "Only what was posted is reversed"), kind=kind)
    if reversed_already:
        raise Conflict(Words("已冲销过", "It was reversed already"), rule="reversed_once")


def must_be_of_the_ledger_alone(concerns: UUID | None) -> None:
    """Raises `Conflict`: a gift, or a payment, is reversed as what it is, so that it knows."""
    if concerns is not None:
        raise Conflict(Words("请在捐赠或申请处冲销", "Reverse the gift or the payment itself"), concerns=str(concerns))


def must_be_pending(state: HoldState) -> None:
    """L2: a hold is resolved exactly once. Raises `WrongState`."""
    if state != "pending":
        raise WrongState(state=state, step="resolve", possible=[])


def hold_state(held: int, resolution: str | None, posted: int, *, expired: bool) -> HoldState:
    """What became of a hold of `held` fen, by the kind of what resolved it and how much that posted."""
    if resolution is None:
        return "expired" if expired else "pending"
    if resolution == "post_hold":
        return "posted" if posted == held else "part_posted"
    return HOLD_ENDS[resolution]


def digest(prev_hash: str, facts: Mapping[str, Any]) -> str:
    """SHA-256 over the hash before and the facts, as canonical JSON."""
    text = json.dumps({"prev": prev_hash, **facts}, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
