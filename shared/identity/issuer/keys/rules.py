"""Which of the keys signs at a moment, and which are published: decided by the clock, so nobody has to switch anything.

A key is published from the moment it is in the file, signs from its own `signs_from` until the next key's, and stays
published until the last token it signed has expired everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from joserfc.jwk import ECKey

from shared.identity.tokens import TOKEN_LIFE

PUBLISHED_BEFORE_USE = timedelta(hours=24)
"""Longer than anybody keeps a JWKS."""
PUBLISHED_AFTER_USE = TOKEN_LIFE + timedelta(minutes=50)
"""Until the last token has expired, and generous: clocks differ."""
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class DatedKey:
    """`signs_from` is unknown in a file that no rotation has written: there the first key signs."""

    key: ECKey
    signs_from: datetime | None = None


Keys = Sequence[DatedKey]


class NextIsWaiting(Exception):
    """A next key is published already, and two at a time would only confuse."""

    def __init__(self, signs_from: datetime) -> None:
        super().__init__("a next key is published already")
        self.signs_from = signs_from


def dated(keys: Keys, now: datetime) -> list[DatedKey]:
    """Gives the keys of a handwritten file the dates they have in effect: the first signs now, the others have signed."""
    first, *others = keys
    if first.signs_from is not None:
        return list(keys)
    return [replace(first, signs_from=now), *(replace(key, signs_from=ALWAYS) for key in others)]


def signing(keys: Keys, now: datetime) -> DatedKey:
    """Raises `ValueError` when none can sign yet."""
    able = [key for key in dated(keys, now) if key.key.is_private and key.signs_from <= now]
    if not able:
        raise ValueError("no private key signs at this time")
    return max(able, key=lambda key: key.signs_from)


def superseded_at(key: DatedKey, keys: Keys) -> datetime | None:
    later = [other.signs_from for other in keys if other.signs_from > key.signs_from]
    return min(later, default=None)


def published(keys: Keys, now: datetime) -> list[DatedKey]:
    known = dated(keys, now)
    ends = {id(key): superseded_at(key, known) for key in known}
    return [key for key in known if not (end := ends[id(key)]) or now < end + PUBLISHED_AFTER_USE]


def rotated(keys: Keys, new: ECKey, now: datetime, lead: timedelta = PUBLISHED_BEFORE_USE) -> list[DatedKey]:
    """With the next key, and without those that nobody needs any more. Raises `NextIsWaiting`."""
    kept = published(keys, now)
    waiting = [key.signs_from for key in kept if key.signs_from > now]
    if waiting:
        raise NextIsWaiting(min(waiting))
    return [DatedKey(new, now + lead), *kept]


def replaced(new: ECKey, now: datetime) -> list[DatedKey]:
    """For a key that somebody may have seen: the new one signs at once, and nothing else is believed any more."""
    return [DatedKey(new, now)]
