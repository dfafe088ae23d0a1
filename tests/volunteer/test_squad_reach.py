"""Whose squad is whose: a leader's account, a name in the grant, a member's own squad; and nothing of another's."""

from typing import Any

import pytest

from shared.testing import TestService, bearer
from tests.volunteer.loop import COMMUNITY, WORKER, get, post, verified

pytestmark = pytest.mark.anyio

LEADER, MEMBER, OUTSIDER = "leader-account", "member-account", "outsider-account"


def leader(subject: str = LEADER, place: str = COMMUNITY) -> dict[str, str]:
    return bearer(f"squad_leader@{place}", subject=subject)


def member(subject: str = MEMBER) -> dict[str, str]:
    return bearer(f"volunteer@{COMMUNITY}", subject=subject)


async def squad(service: TestService, name: str) -> str:
    return (await post(service, "/v1/squads", {"community": COMMUNITY, "name": name}, WORKER))["id"]


async def joined(service: TestService, squad_id: str | None, subject: str | None = None, role: str = "member") -> str:
    body = {"community": COMMUNITY, "name": "李四", "squad_id": squad_id, "squad_role": role, "subject": subject}
    return (await post(service, "/v1/volunteers", body, WORKER))["id"]


async def patch(service: TestService, id: str, body: dict[str, Any], who: dict[str, str]) -> int:
    return (await service.call("PATCH", f"/v1/volunteers/{id}", who, body)).status_code


async def seen(service: TestService, who: dict[str, str], what: str = "volunteers") -> set[str]:
    return {item["id"] for item in (await get(service, f"/v1/{what}", who))["items"]}


async def test_a_leader_reaches_the_own_squad_by_account(volunteer: TestService) -> None:
    ours, others = await squad(volunteer, "一队"), await squad(volunteer, "二队")
    led, mate = await joined(volunteer, ours, LEADER, "leader"), await joined(volunteer, ours)
    stranger, free = await joined(volunteer, others), await joined(volunteer, None)
    assert await seen(volunteer, leader()) == {led, mate}
    assert await seen(volunteer, leader(OUTSIDER)) == set()
    assert [await patch(volunteer, id, {"availability": "周末"}, leader()) for id in (mate, stranger, free)] == [200, 404, 404]


async def test_a_deputy_leads_too_and_whoever_is_on_leave_does_not(volunteer: TestService) -> None:
    ours = await squad(volunteer, "一队")
    deputy = await joined(volunteer, ours, LEADER, "deputy")
    assert await seen(volunteer, leader()) == {deputy}
    await post(volunteer, f"/v1/volunteers/{deputy}/change-status", {"status": "on_leave"}, WORKER)
    assert await patch(volunteer, deputy, {}, leader()) == 404


async def test_a_mere_member_leads_nobody_and_sees_the_own_entry(volunteer: TestService) -> None:
    ours = await squad(volunteer, "一队")
    own, mate = await joined(volunteer, ours, MEMBER), await joined(volunteer, ours)
    assert await seen(volunteer, leader(MEMBER)) == {own}, "one's own entry, not the squad"
    assert await seen(volunteer, member()) == {own}
    assert await patch(volunteer, mate, {}, leader(MEMBER)) == 404


async def test_a_grant_that_names_a_squad_is_for_that_one_alone(volunteer: TestService) -> None:
    ours, others = await squad(volunteer, "一队"), await squad(volunteer, "二队")
    led, stranger = await joined(volunteer, ours, LEADER, "leader"), await joined(volunteer, others)
    assert await seen(volunteer, leader(place=f"{COMMUNITY}/{others}")) == {led, stranger}, "with the own entry"
    assert await seen(volunteer, leader(OUTSIDER, f"{COMMUNITY}/{others}")) == {stranger}
    assert await seen(volunteer, leader(OUTSIDER, f"yingui/{others}")) == set()


async def test_a_leader_takes_people_into_the_own_squad_only(volunteer: TestService) -> None:
    ours, others = await squad(volunteer, "一队"), await squad(volunteer, "二队")
    await joined(volunteer, ours, LEADER, "leader")
    body = {"community": COMMUNITY, "name": "周七"}
    for squad_id, status in ((ours, 201), (others, 403), (None, 403)):
        await post(volunteer, "/v1/volunteers", body | {"squad_id": squad_id}, leader(), expect=status)
    taken = await joined(volunteer, ours)
    assert await patch(volunteer, taken, {"squad_id": others}, leader()) == 403
    assert await patch(volunteer, taken, {"squad_id": None}, leader()) == 200


async def test_accounts_are_tied_to_people_by_those_who_work_for_all(volunteer: TestService) -> None:
    ours = await squad(volunteer, "一队")
    await joined(volunteer, ours, LEADER, "leader")
    mate = await joined(volunteer, ours)
    assert await patch(volunteer, mate, {"subject": OUTSIDER}, leader()) == 403
    body = {"community": COMMUNITY, "name": "周七", "squad_id": ours, "subject": OUTSIDER}
    await post(volunteer, "/v1/volunteers", body, leader(), expect=403)
    assert await patch(volunteer, mate, {"subject": MEMBER}, WORKER) == 200
    assert await seen(volunteer, member()) == {mate}
    assert await patch(volunteer, mate, {"subject": None}, WORKER) == 200
    assert await seen(volunteer, member()) == set()


async def test_a_hazard_is_anybodys_until_a_squad_has_it(volunteer: TestService) -> None:
    ours, others = await squad(volunteer, "一队"), await squad(volunteer, "二队")
    await joined(volunteer, ours, LEADER, "leader")
    await joined(volunteer, others, MEMBER)
    loop = await verified(volunteer)
    assert await seen(volunteer, leader(), "hazards") == await seen(volunteer, member(), "hazards") == {loop.id}
    await loop.step("assign", {"squad_id": others}, leader(), expect=403)
    await loop.step("assign", {"squad_id": ours}, leader())
    assert (await seen(volunteer, leader(), "hazards"), await seen(volunteer, member(), "hazards")) == ({loop.id}, set())
    await loop.step("mitigate", who=member(), expect=404)
    await loop.step("mitigate", who=leader())


async def test_a_leader_gives_work_to_people_of_the_own_squad(volunteer: TestService) -> None:
    ours, others = await squad(volunteer, "一队"), await squad(volunteer, "二队")
    await joined(volunteer, ours, LEADER, "leader")
    mate, stranger = await joined(volunteer, ours, MEMBER), await joined(volunteer, others)
    loop = await verified(volunteer)
    await loop.step("assign", {"volunteer_id": stranger}, leader(), expect=403)
    await loop.step("assign", {"volunteer_id": mate}, leader())
    assert await seen(volunteer, member(), "hazards") == await seen(volunteer, leader(), "hazards") == {loop.id}
    assert await seen(volunteer, leader(OUTSIDER), "hazards") == set()


async def test_what_one_reported_stays_in_sight_and_out_of_hand(volunteer: TestService) -> None:
    others = await squad(volunteer, "二队")
    reported = await post(volunteer, "/v1/hazards", {"community": COMMUNITY, "kind": "no_smoke_detector"}, member())
    path = f"/v1/hazards/{reported['id']}"
    await post(volunteer, f"{path}/verify", {}, WORKER)
    await post(volunteer, f"{path}/assign", {"squad_id": others}, WORKER)
    assert (await get(volunteer, path, member()))["state"] == "assigned"
    await post(volunteer, f"{path}/start-mitigation", None, member(), expect=404)
