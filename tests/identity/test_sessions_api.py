"""Where am I signed in, and let me out there."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlmodel import func, select

from shared.identity.issuer.jobs import forget_codes, forget_sessions
from shared.identity.issuer.oauth.models import AuthorizationCode, DeviceAuthorization
from shared.identity.issuer.sessions.models import RefreshToken, UserSession
from shared.reach import EVERYWHERE
from tests.identity.conftest import PASSWORD, RunningIssuer
from tests.identity.test_token_api import parts_of

pytestmark = pytest.mark.anyio

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"


class SignedIn:
    def __init__(self, issuer: RunningIssuer, token: dict[str, Any]) -> None:
        self.issuer, self.refresh_token = issuer, token["refresh_token"]
        self.headers = {"Authorization": f"Bearer {token['access_token']}"}
        self.sid = parts_of(token["access_token"])[1]["sid"]

    async def sessions(self) -> list[dict[str, Any]]:
        return (await self.issuer.client.get("/v1/sessions", headers=self.headers)).json()

    async def end(self, which: str) -> httpx.Response:
        return await self.issuer.client.post(f"/v1/sessions/{which}", headers=self.headers)

    async def is_over(self) -> bool:
        form = {"grant_type": "refresh_token", "client_id": "linli-mobile", "refresh_token": self.refresh_token}
        return (await self.issuer.ask(**form)).status_code == 400


async def signed_in(issuer: RunningIssuer, username: str = "resident@yingui", **more: str) -> SignedIn:
    headers = {"User-Agent": IPHONE, "X-Forwarded-For": "203.0.113.77"}
    form = {"grant_type": "password", "username": username, "password": PASSWORD, "client_id": "linli-mobile"}
    return SignedIn(issuer, (await issuer.ask(headers, **form | more)).json())


async def test_one_sees_where_one_is_signed_in(issuer: RunningIssuer) -> None:
    older, newer = await signed_in(issuer), await signed_in(issuer, device_label="奶奶的手机")
    await signed_in(issuer, "doctor@hub")
    listed = await newer.sessions()
    assert [(one["id"], one["device"], one["current"]) for one in listed] == [
        (newer.sid, "奶奶的手机", True), (older.sid, "iPhone", False)]
    assert {(one["address"], one["client"]) for one in listed} == {("203.0.113.0/24", "邻里手机应用 Linli on a phone")}


async def test_one_ends_a_session_of_ones_own(issuer: RunningIssuer) -> None:
    lost, kept = await signed_in(issuer), await signed_in(issuer)
    assert (await kept.end(f"{lost.sid}/end")).json() == {"ended": 1}
    assert (await kept.end(f"{lost.sid}/end")).json() == {"ended": 0}
    assert await lost.is_over()
    assert [one["id"] for one in await kept.sessions()] == [kept.sid]
    assert not await kept.is_over()


async def test_one_ends_all_the_others(issuer: RunningIssuer) -> None:
    others, kept = [await signed_in(issuer) for _ in range(3)], await signed_in(issuer)
    stranger = await signed_in(issuer, "doctor@hub")
    assert (await kept.end("end-others")).json() == {"ended": 3}
    assert [await one.is_over() for one in (*others, kept, stranger)] == [True, True, True, False, False]


async def test_a_session_of_somebody_else_is_not_there(issuer: RunningIssuer) -> None:
    mine, theirs = await signed_in(issuer), await signed_in(issuer, "resident@dungen")
    for which in (theirs.sid, str(uuid4())):
        assert (await mine.end(f"{which}/end")).status_code == 404
    assert (await mine.end("nonsense/end")).status_code == 422
    assert not await theirs.is_over()


async def test_what_is_over_is_forgotten_in_time(issuer: RunningIssuer) -> None:
    ended, kept = await signed_in(issuer), await signed_in(issuer)
    await kept.end(f"{ended.sid}/end")
    await issuer.client.post("/v1/device_authorization", data={"client_id": "linli-screen"})
    now = issuer.state.clock()
    left = []
    for later in (timedelta(0), timedelta(days=29), timedelta(days=31), timedelta(days=61)):
        async with issuer.state.database.transaction(EVERYWHERE) as tx:
            await forget_codes(tx, now + later)
            await forget_sessions(tx, now + later)
            left.append([await tx.scalar(select(func.count()).select_from(table)) for table in (
                UserSession, RefreshToken, AuthorizationCode, DeviceAuthorization)])
    assert left == [[2, 2, 0, 1], [2, 2, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize("which", ["end-others", "{sid}/end"])
async def test_ending_the_same_twice_by_one_key_is_answered_alike(issuer: RunningIssuer, which: str) -> None:
    me, other = [await signed_in(issuer) for _ in "ab"]
    path = f"/v1/sessions/{which.format(sid=other.sid)}"
    first, again = [await issuer.client.post(path, headers=me.headers | {"Idempotency-Key": "once"}) for _ in "ab"]
    assert (first.json(), again.json(), again.headers["Idempotency-Replayed"]) == ({"ended": 1}, {"ended": 1}, "true")
