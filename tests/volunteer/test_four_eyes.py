"""Nobody re-inspects what they had a hand in, whichever way the hazard was mended."""

from uuid import uuid4

import pytest

from shared.events.resources import WorksAccepted, WorksInstalled, WorksPlanned
from shared.testing import TestService, bearer
from tests.volunteer.loop import COMMUNITY, FIXER, LEADER, OTHER, WORKER, post, verified

pytestmark = pytest.mark.anyio

PASSED = {"passed": True}


async def test_who_installed_in_an_earlier_attempt_does_not_reinspect(volunteer: TestService) -> None:
    loop, works = await verified(volunteer), {"works_id": uuid4()}
    await loop.hears(WorksInstalled, **works, installed_by="fixer", attempt=1)
    await loop.hears(WorksInstalled, **works, installed_by="leader", attempt=2)
    await loop.hears(WorksAccepted, **works, installed_by="leader", accepted_by="second")
    for fixer in (FIXER, LEADER):
        assert (await loop.step("reinspect", PASSED, fixer, expect=409))["rule"] == "four_eyes"
    await loop.step("reinspect", PASSED, OTHER)


async def test_the_assigned_volunteer_does_not_reinspect(volunteer: TestService) -> None:
    body = {"community": COMMUNITY, "name": "李四", "subject": "fixer"}
    assigned = await post(volunteer, "/v1/volunteers", body, WORKER)
    loop = await verified(volunteer)
    await loop.step("assign", {"volunteer_id": assigned["id"]}, WORKER)
    await loop.step("mitigate", who=WORKER)
    for fixer in (FIXER, WORKER):
        assert (await loop.step("reinspect", PASSED, fixer, expect=409))["rule"] == "four_eyes"
    await loop.step("reinspect", PASSED, OTHER, expect=404)
    await loop.step("reinspect", PASSED, bearer(f"committee_member@{COMMUNITY}", subject="second"))


async def test_who_began_to_mend_it_does_not_reinspect(volunteer: TestService) -> None:
    loop = await verified(volunteer)
    await loop.step("start-mitigation", who=FIXER)
    await loop.step("mitigate", who=LEADER)
    assert (await loop.step("reinspect", PASSED, FIXER, expect=409))["rule"] == "four_eyes"


async def test_a_fixer_of_the_first_attempt_does_not_reinspect_the_second(volunteer: TestService) -> None:
    loop = await verified(volunteer)
    await loop.step("mitigate", who=FIXER)
    await loop.step("reinspect", {"passed": False, "reason": "fell_down"}, OTHER)
    await loop.step("mitigate", who=LEADER)
    assert (await loop.step("reinspect", PASSED, FIXER, expect=409))["rule"] == "four_eyes"
    await loop.step("reinspect", PASSED, OTHER)


async def test_nobody_mends_by_hand_what_works_are_planned_for(volunteer: TestService) -> None:
    loop, works_id = await verified(volunteer), uuid4()
    await loop.hears(WorksPlanned, works_id=works_id)
    refused = await loop.step("mitigate", who=WORKER, expect=409)
    assert (refused["rule"], refused["works_id"]) == ("works_are_open", str(works_id))
    assert (await loop.seen())["state"] == "verified"


async def test_a_caller_with_the_longest_account_name_can_act(volunteer: TestService) -> None:
    longest = bearer(f"squad_leader@{COMMUNITY}", subject="s" * 255)
    reported = await post(volunteer, "/v1/hazards", {"community": COMMUNITY, "kind": "broken_light"}, longest)
    for step, body in (("verify", {}), ("start-mitigation", None), ("mitigate", None)):
        await post(volunteer, f"/v1/hazards/{reported['id']}/{step}", body, longest)
    refused = await post(volunteer, f"/v1/hazards/{reported['id']}/reinspect", PASSED, longest, expect=409)
    assert refused["rule"] == "four_eyes"
