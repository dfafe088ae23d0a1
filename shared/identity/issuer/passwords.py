"""Argon2id at OWASP's minimum, off the event loop: 35 ms and 19 MiB each, so only a few at a time."""

import ctypes
import secrets

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

AT_A_TIME = 2
M_MMAP_THRESHOLD, ONE_MIB = -3, 1 << 20


class Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = CapacityLimiter(AT_A_TIME)
        return_large_blocks()
        self._nobodys = self._hasher.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        return await to_thread.run_sync(self._hasher.hash, password, limiter=self._turns)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """False after the same time for somebody who does not exist (`None`)."""
        return await to_thread.run_sync(self._matches, password, password_hash or self._nobodys, limiter=self._turns)

    def _matches(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerifyMismatchError:
            return False


def return_large_blocks() -> None:
    """Has glibc give each hash's 19 MiB back to the system; by default it learns to keep such blocks for ever."""
    if tune := getattr(ctypes.CDLL(None), "mallopt", None):
        tune(M_MMAP_THRESHOLD, ONE_MIB)
