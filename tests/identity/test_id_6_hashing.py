"""ID-6: Argon2id at OWASP's minimum and off the event loop; other secrets as hashes alone."""

import asyncio
import threading
from pathlib import Path

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from sqlalchemy import text

from shared.identity.issuer.models import Account
from shared.identity.issuer.passwords import AT_A_TIME, Passwords
from shared.reach import EVERYWHERE
from shared.testing import eventually
from tests.identity.conftest import RunningIssuer
from tests.identity.people import new_member

pytestmark = pytest.mark.anyio

HASHES = 6
TURNS_EACH = 20
"""How often others must come to their turn while one hash runs: some hundred times when it is off the loop, and
not once when it is on it, however busy the machine is."""


async def test_the_event_loop_goes_on_while_passwords_are_hashed() -> None:
    """ID-6: hashing never blocks the event loop. Counted in turns of the loop, not in milliseconds."""
    passwords = Passwords()
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(others())
    await asyncio.gather(*(passwords.hash(f"password {number}") for number in range(HASHES)))
    other.cancel()
    assert turns >= HASHES * TURNS_EACH


class Watched:
    """Stands in for Argon2: on which threads it is asked, and by how many at once."""

    def __init__(self) -> None:
        self.lock, self.running, self.most = threading.Lock(), 0, 0
        self.threads: set[int] = set()
        self.may_end = threading.Event()

    def hash(self, password: str) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
            self.threads.add(threading.get_ident())
        self.may_end.wait(timeout=30)
        with self.lock:
            self.running -= 1
        return password

    def verify(self, _: str, password: str) -> bool:
        return bool(self.hash(password))


async def test_hashes_are_made_on_other_threads_and_two_at_a_time() -> None:
    """ID-6: however many sign in at once, neither the loop nor the memory is theirs."""
    passwords = Passwords()
    watched = passwords._hasher = Watched()
    asked = [*(passwords.hash(str(number)) for number in range(HASHES)),
             *(passwords.matches(str(number), "hash") for number in range(HASHES))]
    made = asyncio.gather(*asked)

    async def waiting() -> int:
        return passwords._turns.statistics().tasks_waiting

    try:
        await eventually(waiting, lambda seen: seen == len(asked) - AT_A_TIME, seconds=10)
    finally:
        watched.may_end.set()
        await made
    assert threading.get_ident() not in watched.threads
    assert watched.most == AT_A_TIME


async def test_what_staff_chose_is_hashed_as_owasp_asks(issuer: RunningIssuer) -> None:
    """ID-6: at least 19 MiB, 2 passes, 1 lane."""
    member = await new_member(issuer)
    async with issuer.state.database.reading(EVERYWHERE) as session:
        stored = await session.scalar(text("select password_hash from account where username = 'wang.fang'"))
    parameters = extract_parameters(stored)
    assert (parameters.type, parameters.memory_cost >= 19 * 1024, parameters.time_cost >= 2) == (Type.ID, True, True)
    assert member.recovery_codes


def test_only_passwords_py_knows_argon2() -> None:
    """A hash anywhere else would not be capped, and could be made on the event loop."""
    users = [path.name for path in Path("shared").rglob("*.py") if "argon2" in path.read_text()]
    assert users == ["passwords.py"]
    assert Account.model_fields["password_hash"]
