"""One danger reported twice: the second leads to the first, never round in a circle, and there is a way back."""

import asyncio
from uuid import uuid4

import pytest

from shared.testing import TestService
from tests.volunteer.loop import LEADER, begun, types, verified

pytestmark = pytest.mark.anyio


async def test_two_hazards_are_not_each_others_duplicate(volunteer: TestService) -> None:
    one, other = await begun(volunteer), await begun(volunteer)
    await one.step("mark-duplicate", {"duplicate_of": other.id})
    refused = await other.step("mark-duplicate", {"duplicate_of": one.id}, expect=422)
    assert (refused["errors"][0]["field"], refused["state"]) == ("body.duplicate_of", "duplicate")
    assert (await other.seen())["state"] == "reported"


async def test_not_even_at_the_same_moment(volunteer: TestService) -> None:
    for _ in range(5):
        one, other = await begun(volunteer), await begun(volunteer)
        answers = await asyncio.gather(
            volunteer.post(f"{one.path}/mark-duplicate", LEADER, {"duplicate_of": other.id}),
            volunteer.post(f"{other.path}/mark-duplicate", LEADER, {"duplicate_of": one.id}))
        assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_a_rejected_hazard_has_no_duplicates(volunteer: TestService) -> None:
    one, other = await begun(volunteer), await begun(volunteer)
    await other.step("reject", {"reason": "not_found_on_site"})
    assert (await one.step("mark-duplicate", {"duplicate_of": other.id}, expect=422))["state"] == "rejected"
    await one.step("mark-duplicate", {"duplicate_of": one.id}, expect=422)
    await one.step("mark-duplicate", {"duplicate_of": str(uuid4())}, expect=404)


async def test_what_was_no_duplicate_is_looked_at_again(volunteer: TestService) -> None:
    one, other = await verified(volunteer), await begun(volunteer)
    await one.step("mark-duplicate", {"duplicate_of": other.id})
    again = await one.step("reopen", {"reason": "another_stairway"})
    assert (again["state"], again["duplicate_of"]) == ("reported", None)
    assert (await one.step("verify", {}))["state"] == "verified"
    assert types(await volunteer.said())[-3:] == ["hazard.duplicate_found", "hazard.reopened", "hazard.verified"]
