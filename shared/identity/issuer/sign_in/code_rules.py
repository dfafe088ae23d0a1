"""The code that is sent to a telephone: how long it is good, and how often it may be guessed."""

from datetime import datetime, timedelta
from typing import NamedTuple

DIGITS = 6
LIFE = timedelta(minutes=5)
MOST_TRIES = 5
MOST_TRIES_ELSEWHERE = 2
"""Of the five, from other networks than the one that asked: a stranger cannot use up the owner's tries, and somebody
whose telephone changes from one network to another still gets in."""


class Held(NamedTuple):
    expires_at: datetime
    tries: int
    tries_elsewhere: int


def may_be_tried(code: Held, now: datetime, *, elsewhere: bool) -> bool:
    if now >= code.expires_at or code.tries >= MOST_TRIES:
        return False
    return not elsewhere or code.tries_elsewhere < MOST_TRIES_ELSEWHERE


def plain_digits(typed: str) -> str:
    """As people copy it: `123 456`, full width."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())


def number_of(random: int) -> str:
    return f"{random % 10**DIGITS:0{DIGITS}}"
