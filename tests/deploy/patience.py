"""Waiting for a condition instead of for a time."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 20


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
