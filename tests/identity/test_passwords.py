"""Argon2id at OWASP's minimum, never on the event loop, never more than a few at once."""

import asyncio
import threading

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from shared.identity.issuer import passwords as module
from shared.identity.issuer.passwords import AT_A_TIME, Passwords

pytestmark = pytest.mark.anyio


async def test_hashes_as_owasp_asks_at_least() -> None:
    passwords = Passwords()
    first, second = await passwords.hash("山重水复"), await passwords.hash("山重水复")
    parameters = extract_parameters(first)
    assert (parameters.type, parameters.memory_cost, parameters.time_cost) == (Type.ID, 19 * 1024, 2)
    assert first != second
    assert await passwords.matches("山重水复", first)
    assert not await passwords.matches("山重水複", first)
    assert not await passwords.matches("山重水复", None)


class Watched:
    """A hasher that notes in which threads, and how many at once, it is called."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.most_at_once = self.at_once = 0
        self.lock = threading.Lock()
        self.company = threading.Barrier(AT_A_TIME)

    def hash(self, password: str) -> str:
        return password

    def verify(self, password_hash: str, password: str) -> bool:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.threads.add(threading.get_ident())
        self.company.wait(timeout=10)
        with self.lock:
            self.at_once -= 1
        return True


async def test_hashing_leaves_the_event_loop_free_and_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    monkeypatch.setattr(module, "PasswordHasher", lambda **_: watched)
    passwords = Passwords()
    await asyncio.gather(*(passwords.matches("password", "hash") for _ in range(AT_A_TIME * 5)))
    assert watched.most_at_once == AT_A_TIME
    assert threading.get_ident() not in watched.threads
