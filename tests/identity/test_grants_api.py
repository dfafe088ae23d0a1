"""Grants are given, listed, ended and left over HTTP, on a real database, by people who signed in."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import insert
from sqlmodel import select

from shared.clock import system_clock
from shared.identity.issuer.grants.actions import tell_expired
from shared.identity.issuer.grants.models import AccountGrant
from shared.identity.issuer.models import Account
from shared.identity.tables import EndedSession, Outbox
from shared.identity.tokens import LARGEST_TOKEN, subject_of_account
from shared.reach import EVERYWHERE
from shared.testing import eventually
from tests.identity.conftest import RunningIssuer

pytestmark = pytest.mark.anyio

SOMEBODY = subject_of_account("volunteer-2@yingui")
ADMIN, OPERATOR, COORDINATOR = "community_admin@yingui", "operator", "coordinator@hub"


class People:
    """Signs in by name, and asks on their behalf."""

    def __init__(self, issuer: RunningIssuer) -> None:
        self.issuer = issuer

    async def token(self, name: str) -> str:
        answer = await self.issuer.sign_in(name)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    async def ask(self, name: str, method: str, path: str, body: Any = None, token: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or await self.token(name)}"}
        return await self.issuer.client.request(method, path, json=body, headers=headers)

    async def give(self, name: str, role: str, community: str, account_id: UUID = SOMEBODY, **more: Any) -> httpx.Response:
        body = {"account_id": str(account_id), "role": role, "community": community, "reason": "appointed"} | more
        return await self.ask(name, "POST", "/v1/grants", body)

    async def given(self, name: str, role: str, community: str, account_id: UUID = SOMEBODY, **more: Any) -> dict[str, Any]:
        answer = await self.give(name, role, community, account_id, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def grants(self, name: str) -> set[tuple[str, str]]:
        payload = (await self.token(name)).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return {(grant["role"], grant["community"]) for grant in claims["grants"]}

    async def said(self) -> list[tuple[str, dict[str, Any]]]:
        async with self.issuer.state.database.reading(EVERYWHERE) as session:
            return [(row.type, row.data) for row in (await session.exec(select(Outbox).order_by(Outbox.id))).all()]


@pytest.fixture
def people(issuer: RunningIssuer) -> People:
    return People(issuer)


async def test_what_is_given_is_in_the_next_token_and_is_said(people: People) -> None:
    grant = await people.given(ADMIN, "squad_leader", "yingui", unit=str(uuid4()))
    assert (grant["role"], grant["label"], grant["version"]) == ("squad_leader", "志愿者-2 · yingui", 1)
    assert grant["given_by"] == str(subject_of_account(ADMIN))
    assert await people.grants("volunteer-2@yingui") == {("volunteer", "yingui"), ("squad_leader", "yingui")}
    [(kind, data)] = await people.said()
    assert kind == "identity.membership.changed.v1"
    assert (data["change"], data["role"], data["community"], data["unit"]) == (
        "given", "squad_leader", "yingui", grant["unit"])


REFUSED = [
    (ADMIN, "squad_leader", "dungen", SOMEBODY, 403),
    (ADMIN, "squad_leader", "*", SOMEBODY, 403),
    (ADMIN, "community_admin", "yingui", SOMEBODY, 403),
    (ADMIN, "squad_leader", "yingui", subject_of_account(ADMIN), 403),
    (OPERATOR, "auditor", "*", subject_of_account(OPERATOR), 403),
    ("social_worker@yingui", "resident", "yingui", SOMEBODY, 403),
    (ADMIN, "volunteer", "yingui", SOMEBODY, 409),
    (ADMIN, "squad_leader", "yingui", uuid4(), 422),
    (COORDINATOR, "squad_leader", "nowhere", SOMEBODY, 422),
    (OPERATOR, "service", "*", SOMEBODY, 422),
]


@pytest.mark.parametrize(("giver", "role", "community", "account_id", "status"), REFUSED)
async def test_what_is_not_theirs_to_give_changes_nothing(
    people: People, giver: str, role: str, community: str, account_id: UUID, status: int,
) -> None:
    answer = await people.give(giver, role, community, account_id)
    assert (answer.status_code, await people.said()) == (status, []), answer.text


async def test_a_street_is_expanded_when_a_token_is_made(people: People) -> None:
    for code, body in (("longjin", {"kind": "street"}), ("yingui", {"kind": "community", "parent": "longjin"})):
        assert (await people.ask(COORDINATOR, "PUT", f"/v1/places/{code}", body)).status_code == 200
    await people.given(OPERATOR, "community_admin", "longjin")
    assert await people.grants("volunteer-2@yingui") == {
        ("volunteer", "yingui"), ("community_admin", "longjin"), ("community_admin", "yingui")}
    other = subject_of_account("volunteer-3@dungen")
    await people.given("volunteer-2@yingui", "community_admin", "yingui", other)
    assert (await people.give("volunteer-2@yingui", "community_admin", "longjin", other)).status_code == 403
    before = await people.token("volunteer-2@yingui")
    assert (await people.ask(COORDINATOR, "PUT", "/v1/places/yingui", {"kind": "community"})).status_code == 200
    assert await people.grants("volunteer-2@yingui") == {("volunteer", "yingui"), ("community_admin", "longjin")}
    await eventually(lambda: status_of(people, before), lambda status: status == 401)


async def status_of(people: People, token: str) -> int:
    return (await people.ask("", "GET", "/v1/me", token=token)).status_code


async def test_the_tree_is_changed_by_the_hub_alone_and_has_two_storeys(people: People) -> None:
    street = {"kind": "street"}
    assert (await people.ask(ADMIN, "PUT", "/v1/places/longjin", street)).status_code == 403
    assert (await people.ask(OPERATOR, "PUT", "/v1/places/longjin", street)).status_code == 200
    for code, body in (
        ("xinglong", {"kind": "street", "parent": "longjin"}), ("yingui", {"kind": "community", "parent": "dungen"}),
        ("yingui", {"kind": "community", "parent": "nowhere"}), ("longjin", {"kind": "community", "parent": "longjin"}),
    ):
        assert (await people.ask(OPERATOR, "PUT", f"/v1/places/{code}", body)).status_code == 422
    assert (await people.ask(OPERATOR, "PUT", "/v1/places/ruihe", {"kind": "community", "parent": "longjin"})).status_code == 200
    assert (await people.ask(OPERATOR, "PUT", "/v1/places/longjin", {"kind": "community"})).status_code == 409
    listed = (await people.ask(ADMIN, "GET", "/v1/places")).json()
    assert {"code": "ruihe", "kind": "community", "parent": "longjin"} in listed


async def test_who_leaves_loses_every_token_at_once_and_the_history_stays(people: People) -> None:
    await people.given(ADMIN, "squad_leader", "yingui")
    await people.given("community_admin@dungen", "resident", "dungen")
    before = await people.token("volunteer-2@yingui")
    left = await people.ask(ADMIN, "POST", f"/v1/accounts/{SOMEBODY}/leave", {"community": "yingui", "reason": "moved_away"})
    assert (left.status_code, left.json()) == (200, {"ended": 2})
    await eventually(lambda: status_of(people, before), lambda status: status == 401)
    assert await people.grants("volunteer-2@yingui") == {("resident", "dungen")}
    ended = [data for kind, data in await people.said() if data.get("change") == "ended"]
    assert {data["role"] for data in ended} == {"volunteer", "squad_leader"}
    now = (await people.ask(ADMIN, "GET", f"/v1/grants?community=yingui&account_id={SOMEBODY}")).json()["items"]
    history = (await people.ask(ADMIN, "GET", f"/v1/grants?community=yingui&account_id={SOMEBODY}&over=true")).json()["items"]
    assert now == [] and {(one["role"], one["end_reason"], one["version"]) for one in history} == {
        ("volunteer", "moved_away", 2), ("squad_leader", "moved_away", 2)}


async def test_an_account_of_another_community_can_be_given_a_role_here_and_loses_it_here(people: People) -> None:
    async with people.issuer.state.database.transaction(EVERYWHERE) as tx:
        (await tx.get(Account, SOMEBODY)).community = "yingui"
    grant = await people.given("community_admin@dungen", "squad_leader", "dungen")
    assert grant["label"]
    before = await people.token("volunteer-2@yingui")
    ended = await people.ask("community_admin@dungen", "POST", f"/v1/grants/{grant['id']}/end", {"reason": "done"})
    assert ended.status_code == 200
    await eventually(lambda: status_of(people, before), lambda status: status == 401)
    assert await people.grants("volunteer-2@yingui") == {("volunteer", "yingui")}


async def test_the_same_request_twice_gives_once(people: People) -> None:
    body = {"account_id": str(SOMEBODY), "role": "mediator", "community": "yingui", "reason": "appointed"}
    headers = {"Authorization": f"Bearer {await people.token(ADMIN)}", "Idempotency-Key": "once"}
    first, again = [await people.issuer.client.post("/v1/grants", json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json()) and first.status_code == 201
    assert len(await people.said()) == 1


async def test_nobody_is_made_to_leave_elsewhere_or_by_their_equal(people: People) -> None:
    path, body = f"/v1/accounts/{SOMEBODY}/leave", {"community": "yingui", "reason": "moved_away"}
    assert (await people.ask("community_admin@dungen", "POST", path, body)).status_code == 404
    equal = f"/v1/accounts/{subject_of_account('community_admin-1@yingui')}/leave"
    assert (await people.ask(ADMIN, "POST", equal, body)).status_code == 403
    assert (await people.ask(ADMIN, "POST", f"/v1/accounts/{uuid4()}/leave", body)).status_code == 404
    assert await people.said() == []


async def test_one_leaves_oneself(people: People) -> None:
    gone = await people.ask("resident@yingui", "POST", "/v1/me/leave", {"community": "*", "reason": "moved_away"})
    assert (gone.status_code, gone.json()) == (200, {"ended": 1})
    assert await people.grants("resident@yingui") == set()


async def test_a_single_grant_is_ended_once_and_within_reach(people: People) -> None:
    path = f"/v1/grants/{(await people.given(ADMIN, 'squad_leader', 'yingui'))['id']}/end"
    assert (await people.ask("community_admin@dungen", "POST", path, {"reason": "done"})).status_code == 404
    ended = await people.ask(ADMIN, "POST", path, {"reason": "done"})
    assert (ended.status_code, ended.json()["end_reason"], ended.json()["ended_by"]) == (
        200, "done", str(subject_of_account(ADMIN)))
    assert (await people.ask(ADMIN, "POST", path, {"reason": "done"})).status_code == 409
    async with people.issuer.state.database.reading(EVERYWHERE) as session:
        assert [row.account_id for row in (await session.exec(select(EndedSession))).all()] == [SOMEBODY]
    await people.given(ADMIN, "squad_leader", "yingui")


async def test_a_grant_begins_and_ends_by_itself_and_bounds_the_token(people: People) -> None:
    now = system_clock()
    await people.given(ADMIN, "squad_leader", "yingui", valid_to=(now + timedelta(minutes=5)).isoformat())
    await people.given(ADMIN, "mediator", "yingui", valid_from=(now + timedelta(days=1)).isoformat())
    answer = (await people.issuer.sign_in("volunteer-2@yingui")).json()
    assert 240 < answer["expires_in"] <= 300
    assert await people.grants("volunteer-2@yingui") == {("volunteer", "yingui"), ("squad_leader", "yingui")}
    later = now + timedelta(days=2)
    async with people.issuer.state.database.transaction(EVERYWHERE) as tx:
        assert not await tell_expired(tx, later)
        assert not await tell_expired(tx, later)
    assert [data["role"] for _, data in await people.said() if data["change"] == "expired"] == ["squad_leader"]
    people.issuer.at(later)
    assert await people.grants("volunteer-2@yingui") == {("volunteer", "yingui"), ("mediator", "yingui")}


async def test_who_holds_what_in_my_community_includes_those_above_it(people: People) -> None:
    answer = await people.ask(ADMIN, "GET", "/v1/grants?community=yingui&limit=200")
    roles = {(one["role"], one["community"]) for one in answer.json()["items"]}
    assert {("resident", "yingui"), ("coordinator", "*"), ("operator", "*")} <= roles
    assert {community for _, community in roles} == {"yingui", "*"}
    assert (await people.ask(ADMIN, "GET", "/v1/grants?community=dungen")).status_code == 403


async def test_what_no_token_can_say_is_not_given_and_not_made(people: People) -> None:
    now = system_clock()
    rows = [{"id": uuid4(), "account_id": SOMEBODY, "role": "community_admin", "community": f"community{number}",
             "valid_from": now, "version": 1, "created_at": now, "updated_at": now} for number in range(100)]
    async with people.issuer.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(insert(AccountGrant.__table__), params=rows[:40])
    assert len(await people.token("volunteer-2@yingui")) <= LARGEST_TOKEN
    async with people.issuer.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(insert(AccountGrant.__table__), params=rows[40:])
    assert (await people.give(ADMIN, "squad_leader", "yingui")).status_code == 409
    refused = await people.issuer.sign_in("volunteer-2@yingui")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert "授权太多" in refused.json()["error_description"]
