"""How often somebody may ask: a bucket that refills evenly, kept as the one moment at which it will be full (GCRA).

Our own because it is this little: one process needs no store to share, and what is full again is forgotten by itself.
"""

from typing import NamedTuple

from cachetools import TLRUCache

WINDOW_SECONDS = 60
MOST_KNOWN = 100_000
"""Who asked longest ago is forgotten first, and so is given a full bucket: memory has an end."""


class Verdict(NamedTuple):
    """`seconds`: until the bucket is full again; for somebody who is refused, until they may ask once more."""

    allowed: bool
    remaining: int
    seconds: float


def judge(full_at: float, now: float, most: int) -> tuple[Verdict, float]:
    """`most` requests in `WINDOW_SECONDS`, all of them at once if nobody asked before. Gives the new `full_at`, too."""
    each = WINDOW_SECONDS / most
    after = max(full_at, now) + each
    missing = after - now
    if missing > WINDOW_SECONDS + each * 1e-6:
        return Verdict(False, 0, missing - WINDOW_SECONDS), full_at
    return Verdict(True, int((WINDOW_SECONDS - missing) / each + 1e-6), missing), after


class Budget:
    """Of one process: replicas each give their own, and a restart fills every bucket."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._now = 0.0
        self._full_at: TLRUCache[str, float] = TLRUCache(
            MOST_KNOWN, lambda _key, full_at, _now: full_at, timer=lambda: self._now)

    def take(self, key: str, now: float) -> Verdict:
        """`now` in seconds of any clock that only goes forward."""
        self._now = now
        verdict, full_at = judge(self._full_at.get(key, now), now, self.most)
        if verdict.allowed:
            self._full_at[key] = full_at
        return verdict
