"""Rotates the keys in their file. A running issuer takes the file up by itself."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from shared.identity.issuer.keys import rules
from shared.identity.issuer.keys.file import load, new_key, save
from shared.identity.issuer.keys.rules import DatedKey


def rotate(path: Path, now: datetime, lead: timedelta = rules.PUBLISHED_BEFORE_USE) -> DatedKey:
    """Publishes a next key, which signs from `lead` later. Raises `rules.NextIsWaiting`, `OSError`, `ValueError`."""
    with alone(path):
        keys = rules.rotated(load(path, may_create=False), new_key(), now, lead)
        save(path, keys)
    return keys[0]


def replace(path: Path, now: datetime) -> DatedKey:
    """The old keys are withdrawn at once: whoever holds a token of theirs signs in again."""
    with alone(path):
        keys = rules.replaced(new_key(), now)
        save(path, keys)
    return keys[0]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Two rotations at the same time would each forget the other's key."""
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
