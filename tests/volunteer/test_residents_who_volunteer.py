"""A volunteer who lives here is collected once: the register says who it is, at the start and when it changes."""

from uuid import uuid4

import pytest

from shared.events.resources import ResidentUpdated
from shared.http.problems import Unavailable
from shared.testing import TestService
from tests.volunteer.loop import COMMUNITY, WORKER, get, post
from tests.volunteer.register import Register, with_register

pytestmark = pytest.mark.anyio

RESIDENT = str(uuid4())
PATH = f"/v1/residents/{RESIDENT}"
BODY = {"community": COMMUNITY, "resident_id": RESIDENT}


@pytest.fixture
async def register(volunteer: TestService) -> Register:
    register = await with_register(volunteer)
    register.answers[PATH] = {"community": COMMUNITY, "name": "王五", "phones": ["13800000001"]}
    return register


async def test_name_and_phones_are_fetched(volunteer: TestService, register: Register) -> None:
    made = await post(volunteer, "/v1/volunteers", BODY, WORKER)
    assert (made["name"], made["phones"]) == ("王五", ["13800000001"])
    again = await post(volunteer, "/v1/volunteers", BODY, WORKER, expect=409)
    assert again["volunteer_id"] == made["id"]


@pytest.mark.parametrize(("known", "expect"), [("nobody", 422), ("elsewhere", 422), ("away", 503)])
async def test_whom_the_register_does_not_vouch_for_is_refused(
    volunteer: TestService, register: Register, known: str, expect: int,
) -> None:
    register.is_away = known == "away"
    if known == "nobody":
        register.answers.clear()
    if known == "elsewhere":
        register.answers[PATH]["community"] = "yingui"
    await post(volunteer, "/v1/volunteers", BODY, WORKER, expect=expect)
    assert await volunteer.said() == []


async def test_the_copy_follows_the_register(volunteer: TestService, register: Register) -> None:
    made = await post(volunteer, "/v1/volunteers", BODY, WORKER)
    register.answers[PATH] |= {"name": "王伍", "phones": ["13800000002"]}
    event = {"id": uuid4(), "community": COMMUNITY}
    for _ in range(2):
        await volunteer.hear(ResidentUpdated(resident_id=RESIDENT), **event)
    seen = await get(volunteer, f"/v1/volunteers/{made['id']}?reveal=true", WORKER)
    assert (seen["name"], seen["phones"], seen["version"]) == ("王伍", ["13800000002"], 2)
    await volunteer.hear(ResidentUpdated(resident_id=RESIDENT), community=COMMUNITY)
    assert (await get(volunteer, f"/v1/volunteers/{made['id']}?reveal=true", WORKER))["version"] == 2, "nothing changed"
    assert register.asked == [PATH] * 3


async def test_the_register_is_asked_only_about_those_who_volunteer(volunteer: TestService, register: Register) -> None:
    await volunteer.hear(ResidentUpdated(resident_id=uuid4()), community=COMMUNITY)
    await post(volunteer, "/v1/volunteers", BODY, WORKER)
    await volunteer.hear(ResidentUpdated(resident_id=RESIDENT), community="yingui")
    assert register.asked == [PATH]


async def test_while_the_register_is_away_the_event_waits(volunteer: TestService, register: Register) -> None:
    made = await post(volunteer, "/v1/volunteers", BODY, WORKER)
    event = {"id": uuid4(), "community": COMMUNITY}
    register.is_away = True
    with pytest.raises(Unavailable):
        await volunteer.hear(ResidentUpdated(resident_id=RESIDENT), **event)
    register.is_away = False
    register.answers[PATH] |= {"name": "王伍"}
    await volunteer.hear(ResidentUpdated(resident_id=RESIDENT), **event)
    assert (await get(volunteer, f"/v1/volunteers/{made['id']}?reveal=true", WORKER))["name"] == "王伍"
