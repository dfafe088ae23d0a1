"""How long somebody has to wait who tried often. The waiting time grows; nobody is ever locked out for good.

What is tried is counted by who is meant and from which network. Where the owner has signed in before, only what was
tried for this account from this very network counts: a stranger elsewhere slows down nobody but themselves.
"""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple

Kind = Literal["sign_in", "send"]
KINDS: tuple[Kind, ...] = ("send", "sign_in")
Of = Literal["pair", "who", "network"]

KNOWN_FOR = timedelta(days=90)
"""How long a network stays known after the owner signed in there."""
KEPT = timedelta(days=2)
"""No tally counts longer than that."""


class Limit(NamedTuple):
    """After `free` tries the next has to wait `first`, and twice as long after each further one, up to `longest`.

    All is forgotten once nothing was tried for `forgotten_after`.
    """

    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta


SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

LIMITS: dict[tuple[Kind, Of], Limit] = {
    ("sign_in", "pair"): Limit(5, 30 * SECOND, HOUR, 24 * HOUR),
    ("sign_in", "network"): Limit(30, 30 * SECOND, HOUR, 24 * HOUR),
    ("send", "pair"): Limit(1, MINUTE, HOUR, 6 * HOUR),
    ("send", "who"): Limit(5, MINUTE, HOUR / 2, 6 * HOUR),
    ("send", "network"): Limit(20, MINUTE, HOUR, 6 * HOUR),
}
"""A text message costs money and wakes people: so it counts also how many go to one telephone, from wherever."""


class Key(NamedTuple):
    kind: Kind
    who: str
    network: str

    @property
    def limit(self) -> Limit | None:
        of: Of = "pair" if self.who and self.network else "who" if self.who else "network"
        return LIMITS.get((self.kind, of))


class Tally(NamedTuple):
    count: int
    last_at: datetime


def keys(kind: Kind, who: str, network: str, *, known: bool) -> list[Key]:
    """What counts, in the order in which it is locked. `who` is empty when nobody knows yet who is meant."""
    pair = Key(kind, who, network)
    if known or not who:
        return [pair]
    wider = [Key(kind, "", network), Key(kind, who, "")]
    return sorted([pair, *(key for key in wider if key.limit)])


def wait_after(limit: Limit, count: int) -> timedelta:
    over = count - limit.free
    return timedelta() if over < 0 else min(limit.first * 2 ** min(over, 20), limit.longest)


def still_waits(limit: Limit, tally: Tally, now: datetime) -> timedelta:
    """Zero when the next try may be made."""
    return max(timedelta(), tally.last_at + wait_after(limit, counted(limit, tally, now)) - now)


def counted(limit: Limit, tally: Tally, now: datetime) -> int:
    return 0 if now - tally.last_at >= limit.forgotten_after else tally.count


def one_more(limit: Limit, tally: Tally, now: datetime) -> Tally:
    return Tally(counted(limit, tally, now) + 1, now)


def is_known(succeeded_at: datetime | None, now: datetime) -> bool:
    return succeeded_at is not None and now - succeeded_at < KNOWN_FOR
