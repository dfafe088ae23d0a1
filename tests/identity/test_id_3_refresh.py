"""ID-3: each refresh token is exchanged once; a lost answer is given again; whoever replays an older one ends the session."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, text, update
from sqlmodel import select

from shared.identity.issuer.models import Account
from shared.identity.issuer.sessions.models import RefreshToken, UserSession
from shared.reach import EVERYWHERE
from shared.testing import eventually
from tests.identity.conftest import PASSWORD, RunningIssuer
from tests.identity.test_token_api import NOW, parts_of

pytestmark = pytest.mark.anyio

TOGETHER = 20


@pytest.fixture
async def phone(issuer: RunningIssuer) -> AsyncIterator["Phone"]:
    issuer.at(NOW)
    yield Phone(issuer)


class Phone:
    """An application on a phone, with a session of its own."""

    def __init__(self, issuer: RunningIssuer) -> None:
        self.issuer = issuer

    async def sign_in(self, username: str = "resident@yingui", **more: str) -> str:
        answer = await self.issuer.ask(grant_type="password", username=username, password=PASSWORD,
                                       client_id="linli-mobile", **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["refresh_token"]

    async def refresh(self, token: str, client_id: str = "linli-mobile") -> httpx.Response:
        return await self.issuer.ask(grant_type="refresh_token", client_id=client_id, refresh_token=token)

    async def next(self, token: str) -> str:
        answer = await self.refresh(token)
        assert answer.status_code == 200, answer.text
        return answer.json()["refresh_token"]

    async def is_refused(self, token: str) -> bool:
        answer = await self.refresh(token)
        return (answer.status_code, answer.json().get("error")) == (400, "invalid_grant")

    def wait(self, **time: float) -> None:
        later = self.issuer.state.clock() + timedelta(**time)
        self.issuer.at(later)

    async def rows(self, table: Any) -> list[Any]:
        async with self.issuer.state.database.reading(EVERYWHERE) as session:
            return list((await session.exec(select(table))).all())


async def test_twenty_at_once_get_one_child(phone: Phone) -> None:
    first = await phone.sign_in()
    answers = await asyncio.gather(*(phone.refresh(first) for _ in range(TOGETHER)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    assert len(await phone.rows(RefreshToken)) == 2
    assert len({answer.json()["access_token"] for answer in answers}) == TOGETHER


async def test_twenty_replays_of_an_old_one_end_the_session_once(phone: Phone) -> None:
    first = await phone.sign_in()
    active = await phone.next(await phone.next(first))
    answers = await asyncio.gather(*(phone.refresh(first) for _ in range(TOGETHER)))
    assert {(answer.status_code, answer.json()["error"]) for answer in answers} == {(400, "invalid_grant")}
    assert await phone.is_refused(active)
    session, = await phone.rows(UserSession)
    assert (session.ended_at, session.end_reason) == (NOW, "refresh_token_reused")
    async with phone.issuer.state.database.reading(EVERYWHERE) as reading:
        entries = (await reading.exec(text("select action, subject_id from audit_entry order by seq"))).all()
        said = (await reading.exec(text("select type, subject, data->>'reason' from outbox order by id"))).all()
    assert said == [("identity.session.revoked.v1", str(session.id), "refresh_token_reused")]
    assert [entry for entry in entries if entry[0].startswith("session.")] == [
        ("session.opened", session.id), ("session.ended", session.id)]


async def test_a_lost_answer_is_given_again_for_half_a_minute(phone: Phone) -> None:
    first = await phone.sign_in()
    second = await phone.next(first)
    phone.wait(seconds=30)
    assert await phone.next(first) == second
    phone.wait(seconds=1)
    assert await phone.is_refused(first)
    assert await phone.is_refused(second)


async def test_once_the_child_was_used_its_parent_is_old(phone: Phone) -> None:
    first = await phone.sign_in()
    third = await phone.next(await phone.next(first))
    assert await phone.is_refused(first)
    assert await phone.is_refused(third)


async def test_a_wrong_secret_burns_nothing(phone: Phone) -> None:
    first = await phone.sign_in()
    selector, _, secret = first.partition(".")
    for guess in (f"{selector}.{secret[::-1]}", f"{selector}.", selector, f"{selector}.{secret}x", f"{secret}.{selector}"):
        assert await phone.is_refused(guess)
    await phone.next(first)


async def test_another_client_cannot_use_it(phone: Phone) -> None:
    first = await phone.sign_in()
    answer = await phone.refresh(first, "linli-screen")
    assert answer.json()["error"] == "invalid_grant"
    await phone.next(first)


async def test_a_session_slides_for_30_days_and_is_over_after_90(phone: Phone) -> None:
    token = await phone.sign_in()
    for _ in range(3):
        phone.wait(days=29)
        token = await phone.next(token)
    phone.wait(days=2, hours=23)
    token = await phone.next(token)
    phone.wait(hours=2)
    assert await phone.is_refused(token)
    unused = await phone.sign_in()
    phone.wait(days=30)
    assert await phone.is_refused(unused)


async def test_the_table_holds_hashes_alone(phone: Phone) -> None:
    first = await phone.sign_in()
    second = await phone.next(first)
    stored = repr([row.model_dump() for row in await phone.rows(RefreshToken)])
    for token in (first, second):
        assert token.partition(".")[2] not in stored
    await phone.next(second)
    parent = next(row for row in await phone.rows(RefreshToken) if row.parent is None)
    assert parent.child_sealed is None


async def test_tokens_of_a_session_say_which_and_since_when(phone: Phone) -> None:
    first = await phone.sign_in()
    phone.wait(days=3)
    answer = (await phone.refresh(first)).json()
    session, = await phone.rows(UserSession)
    _, claims = parts_of(answer["access_token"])
    assert claims["sid"] == str(session.id)
    assert claims["client_id"] == "linli-mobile"
    assert (claims["amr"], claims["auth_time"]) == (["pwd"], int(NOW.timestamp()))


async def test_whoever_is_disabled_gets_no_further_token(phone: Phone) -> None:
    first = await phone.sign_in()
    async with phone.issuer.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(update(Account).where(Account.username == "resident@yingui").values(disabled_at=func.now()))
    assert await phone.is_refused(first)


async def test_signing_out_ends_the_session_by_any_of_its_tokens(phone: Phone) -> None:
    first = await phone.sign_in()
    second = await phone.next(first)
    form = {"client_id": "linli-mobile", "token": first, "token_type_hint": "refresh_token"}
    assert (await phone.issuer.client.post("/v1/revoke", data=form)).status_code == 200
    assert await phone.is_refused(second)
    for more in ({}, {"token": "nobody.knows"}, {"client_id": "linli-screen"}):
        answer = await phone.issuer.client.post("/v1/revoke", data=form | more)
        assert answer.status_code == (400 if "client_id" in more else 200)


async def test_a_connection_that_breaks_while_refreshing_leaves_the_old_token_good(phone: Phone) -> None:
    """The rotation is one transaction: undone as a whole, it has not happened."""
    first = await phone.sign_in()
    state = phone.issuer.state
    async with state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(select(UserSession).with_for_update())
        waiting = asyncio.create_task(phone.refresh(first))
        await eventually(lambda: waits_for_lock(state.database))
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await phone.next(first)


async def waits_for_lock(database: Any) -> bool:
    async with database.reading() as session:
        return bool(await session.scalar(text(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')")))
