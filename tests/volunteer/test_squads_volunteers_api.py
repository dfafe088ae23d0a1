"""Squads and volunteers over HTTP: who belongs where, one leader each, and strength that is counted, not typed."""

from typing import Any
from uuid import uuid4

import pytest

from services.volunteer.squads.rules import state_of
from services.volunteer.volunteers.models import Qualification
from services.volunteer.volunteers.rules import STATUSES, must_be_able_to_become, valid_qualifications
from shared.http.problems import WrongState
from shared.testing import TestService, bearer
from tests.volunteer.loop import COMMUNITY, FIXER, LEADER, OTHER, STRANGER, WORKER, get, post, types

pytestmark = pytest.mark.anyio

async def squad(volunteer: TestService, name: str = "一院小分队", **more: Any) -> dict:
    return await post(volunteer, "/v1/squads", {"community": COMMUNITY, "name": name} | more, WORKER)


async def joined(volunteer: TestService, squad_id: str | None = None, name: str = "李四", **more: Any) -> dict:
    body = {"community": COMMUNITY, "name": name, "squad_id": squad_id} | more
    return await post(volunteer, "/v1/volunteers", body, WORKER)


async def revise(service: TestService, path: str, body: dict, expect: int = 200, **headers: str) -> dict:
    answer = await service.call("PATCH", path, WORKER, body, **headers)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def strength(volunteer: TestService, of: dict) -> tuple[int, str]:
    seen = await get(volunteer, f"/v1/squads/{of['id']}")
    return seen["strength"], seen["state"]


@pytest.mark.parametrize(("active", "minimum", "state"), [
    (0, 1, "forming"), (1, 3, "under_strength"), (2, 3, "under_strength"), (3, 3, "ready"), (4, 3, "ready"),
])
def test_a_squad_is_ready_when_it_has_its_minimum(active: int, minimum: int, state: str) -> None:
    assert state_of(active, minimum) == state


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_statuses(before: str, after: str) -> None:
    if after in STATUSES[before]:
        must_be_able_to_become(before, after)
        return
    with pytest.raises(WrongState):
        must_be_able_to_become(before, after)


def test_a_qualification_is_good_on_its_last_day() -> None:
    good = [Qualification(name="急救", valid_until="2026-11-25"), Qualification(name="电工")]
    assert valid_qualifications([*good, Qualification(name="旧证", valid_until="2026-11-24")], good[0].valid_until) == good


async def test_strength_counts_the_active(volunteer: TestService) -> None:
    ours = await squad(volunteer, minimum_strength=2)
    assert await strength(volunteer, ours) == (0, "forming")
    one = await joined(volunteer, ours["id"])
    await joined(volunteer, ours["id"], "赵六")
    assert await strength(volunteer, ours) == (2, "ready")
    await post(volunteer, f"/v1/volunteers/{one['id']}/change-status", {"status": "on_leave"}, WORKER)
    assert await strength(volunteer, ours) == (1, "under_strength")
    assert types(await volunteer.said()) == [
        "squad.formed", "volunteer.registered", "volunteer.registered", "volunteer.status_changed"]


async def test_null_leaves_the_squad_and_what_is_not_given_stays(volunteer: TestService) -> None:
    ours = await squad(volunteer)
    one = await joined(volunteer, ours["id"], squad_role="leader", skills=["急救"], availability="周末")
    path = f"/v1/volunteers/{one['id']}"
    kept = await revise(volunteer, path, {"skills": ["电工"]})
    assert (kept["squad_id"], kept["squad_role"], kept["skills"]) == (ours["id"], "leader", ["电工"])
    left = await revise(volunteer, path, {"squad_id": None, "availability": None})
    assert (left["squad_id"], left["squad_role"], left["availability"], left["skills"]) == (None, "member", None, ["电工"])
    assert await strength(volunteer, ours) == (0, "forming")
    await joined(volunteer, ours["id"], "赵六", squad_role="leader")


async def test_null_makes_a_squad_one_of_the_whole_community(volunteer: TestService) -> None:
    ours = await squad(volunteer, courtyard_id=str(uuid4()))
    path = f"/v1/squads/{ours['id']}"
    kept = await revise(volunteer, path, {"minimum_strength": 5})
    assert (kept["courtyard_id"], kept["minimum_strength"]) == (ours["courtyard_id"], 5)
    assert (await revise(volunteer, path, {"courtyard_id": None}))["courtyard_id"] is None


@pytest.mark.parametrize("status", ["exited", "suspended"])
async def test_a_leader_who_is_gone_frees_the_post(volunteer: TestService, status: str) -> None:
    ours = await squad(volunteer)
    gone = await joined(volunteer, ours["id"], squad_role="leader")
    path = f"/v1/volunteers/{gone['id']}"
    after = await post(volunteer, f"{path}/change-status", {"status": status}, WORKER)
    assert (after["status"], after["squad_role"]) == (status, "member")
    await joined(volunteer, ours["id"], "赵六", squad_role="leader")
    assert (await revise(volunteer, path, {"squad_role": "deputy"}, expect=409))["rule"] == "role_needs_squad"


async def test_a_squad_has_one_leader_however_the_second_comes(volunteer: TestService) -> None:
    ours, theirs = await squad(volunteer), await squad(volunteer, "二院小分队")
    leader = await joined(volunteer, ours["id"], squad_role="leader")
    member = await joined(volunteer, ours["id"], "赵六")
    other = await joined(volunteer, theirs["id"], "钱七", squad_role="leader")
    body = {"community": COMMUNITY, "name": "孙八", "squad_id": ours["id"], "squad_role": "leader"}
    assert (await post(volunteer, "/v1/volunteers", body, WORKER, expect=409))["rule"] == "one_leader"
    for path, change in ((member["id"], {"squad_role": "leader"}), (other["id"], {"squad_id": ours["id"]})):
        refused = await revise(volunteer, f"/v1/volunteers/{path}", change, expect=409)
        assert refused["rule"] == "one_leader"
    same = await revise(volunteer, f"/v1/volunteers/{leader['id']}", {"squad_role": "leader", "squad_id": ours["id"]})
    assert same["squad_role"] == "leader"


async def test_who_may_see_and_change_them(volunteer: TestService) -> None:
    ours = await squad(volunteer)
    one = await joined(volunteer, ours["id"])
    path = f"/v1/volunteers/{one['id']}"
    assert (await volunteer.get(path, bearer(f"community_admin@{COMMUNITY}"))).status_code == 403
    assert (await volunteer.get(path, FIXER)).status_code == 404
    assert (await volunteer.get(path, STRANGER)).status_code == 404
    assert (await volunteer.get(f"/v1/squads/{ours['id']}", STRANGER)).status_code == 404
    assert (await volunteer.get(path, {})).status_code == 401
    assert (await volunteer.call("PATCH", path, STRANGER, {})).status_code == 404
    await post(volunteer, "/v1/volunteers", {"community": COMMUNITY, "name": "外人"}, STRANGER, expect=403)


async def test_what_is_not_there_or_there_already_is_named(volunteer: TestService) -> None:
    ours = await squad(volunteer)
    twice = await post(volunteer, "/v1/squads", {"community": COMMUNITY, "name": ours["name"]}, WORKER, expect=409)
    assert twice["squad_id"] == ours["id"]
    body = {"community": COMMUNITY, "name": "李四", "squad_id": str(uuid4())}
    unknown = await post(volunteer, "/v1/volunteers", body, WORKER, expect=422)
    assert unknown["errors"][0]["field"] == "body.squad_id"
    one = await joined(volunteer)
    await revise(volunteer, f"/v1/volunteers/{one['id']}", {"squad_id": str(uuid4())}, expect=422)
    await revise(volunteer, f"/v1/volunteers/{one['id']}", {}, expect=412, **{"If-Match": '"9"'})


async def test_lists_filter_by_squad_status_and_skill(volunteer: TestService) -> None:
    ours = await squad(volunteer)
    one = await joined(volunteer, ours["id"], skills=["急救", "电工"])
    await joined(volunteer, None, "赵六", skills=["急救"])
    for query in (f"squad_id={ours['id']}", "skill=电工", f"squad_id={ours['id']}&status=active&skill=急救"):
        page = await get(volunteer, f"/v1/volunteers?{query}", WORKER)
        assert [item["id"] for item in page["items"]] == [one["id"]]
    assert (await get(volunteer, "/v1/volunteers?status=exited", WORKER))["items"] == []
