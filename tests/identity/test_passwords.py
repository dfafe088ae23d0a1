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


class Slow:
    """A hasher that goes on only when it is let, and notes in which threads it works."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.may_go_on = threading.Event()

    def hash(self, password: str) -> str:
        return password

    def verify(self, password_hash: str, password: str) -> bool:
        self.threads.append(threading.get_ident())
        return self.may_go_on.wait(timeout=10)


async def test_hashing_leaves_the_event_loop_free_and_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    monkeypatch.setattr(module, "PasswordHasher", lambda **_: slow)
    passwords = Passwords()
    asked = [asyncio.create_task(passwords.matches("password", "hash")) for _ in range(AT_A_TIME * 5)]
    async with asyncio.timeout(10):
        while len(slow.threads) < AT_A_TIME or passwords._turns.statistics().tasks_waiting < len(asked) - AT_A_TIME:
            await asyncio.sleep(0)
    assert len(slow.threads) == AT_A_TIME
    slow.may_go_on.set()
    assert await asyncio.gather(*asked) == [True] * len(asked)
    assert threading.get_ident() not in slow.threads
