"""Where the kernel cannot tie a child to its parent (macOS): a second process that outlives us for a moment.

It holds the reading end of a pipe. The writing end is ours alone, so the pipe ends exactly when we do, however we end.
"""

import os
import signal
import subprocess
import sys
import time
from typing import TextIO

SECONDS_TO_OBEY = 3.0


class Warden:
    """Started with the first child it has to watch."""

    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def watch(self, pid: int, number: signal.Signals) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", __file__], stdin=subprocess.PIPE, text=True, start_new_session=True)
        self._tell(pid, number)

    def forget(self, pid: int) -> None:
        """It has ended, and its number may soon be somebody else's."""
        self._tell(pid, 0)

    def _tell(self, pid: int, number: int) -> None:
        self._process.stdin.write(f"{pid} {int(number)}\n")
        self._process.stdin.flush()


def keep_watch(told: TextIO) -> None:
    """Reads `<pid> <signal>`, or `<pid> 0` for one that has ended, until the pipe does."""
    children: dict[int, int] = {}
    for line in told:
        pid, number = map(int, line.split())
        children[pid] = number
    orphans = {pid: number for pid, number in children.items() if number}
    for pid, number in orphans.items():
        reach(pid, number)
    deadline = time.monotonic() + SECONDS_TO_OBEY
    while time.monotonic() < deadline and any(reach(pid, 0) for pid in orphans):
        time.sleep(0.05)
    for pid in orphans:
        reach(pid, signal.SIGKILL)


def reach(pid: int, number: int) -> bool:
    """False if there is no such process, or none of ours."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    keep_watch(sys.stdin)
