"""A hazard reported at a place of the register is on the map, although nobody typed its point."""

from typing import Any
from uuid import uuid4

import pytest

from shared.events.mediation import OpinionReceived
from shared.testing import TestService, bearer
from tests.volunteer.loop import COMMUNITY, DETECTOR, FIXER, LEADER, get, post
from tests.volunteer.register import Register, with_register
from tests.volunteer.test_listeners import opinion

pytestmark = pytest.mark.anyio

COURTYARD, BUILDING, HOUSEHOLD, ELSEWHERE = (str(uuid4()) for _ in range(4))


def place(kind: str, around: list[tuple[str, str]], point: tuple | None = None, community: str = COMMUNITY) -> dict:
    parents = [{"id": str(uuid4()), "kind": "community", "name": "敦根"}]
    parents += [{"id": id, "kind": above, "name": above} for above, id in around]
    longitude, latitude = point or (None, None)
    return {"community": community, "kind": kind, "parents": parents, "longitude": longitude, "latitude": latitude}


@pytest.fixture
async def register(volunteer: TestService) -> Register:
    register = await with_register(volunteer)
    register.answers = {
        f"/v1/places/{COURTYARD}": place("courtyard", [], (104.04118, 30.69956)),
        f"/v1/places/{BUILDING}": place("building", [("courtyard", COURTYARD)]),
        f"/v1/places/{HOUSEHOLD}": place("household", [("courtyard", COURTYARD), ("building", BUILDING)]),
        f"/v1/places/{ELSEWHERE}": place("courtyard", [], (1.0, 2.0), "yingui"),
    }
    return register


async def exact(volunteer: TestService) -> list[Any]:
    features = (await get(volunteer, f"/v1/hazards/map?community={COMMUNITY}&view=exact"))["features"]
    return [feature["geometry"]["coordinates"] for feature in features]


@pytest.mark.parametrize("place_id", [COURTYARD, BUILDING, HOUSEHOLD], ids=["courtyard", "building", "household"])
async def test_the_point_is_that_of_the_place_or_of_what_is_around_it(
    volunteer: TestService, register: Register, place_id: str,
) -> None:
    await post(volunteer, "/v1/hazards", DETECTOR | {"place_id": place_id}, FIXER)
    assert await exact(volunteer) == [[104.04118, 30.69956]]


async def test_a_word_about_a_place_is_on_the_map_too(volunteer: TestService, register: Register) -> None:
    said: OpinionReceived = opinion(place_id=BUILDING)
    await volunteer.hear(said, community=COMMUNITY)
    assert await exact(volunteer) == [[104.04118, 30.69956]]


async def test_a_point_that_was_given_is_not_asked_for(volunteer: TestService, register: Register) -> None:
    point = {"longitude": 104.1, "latitude": 30.1}
    await post(volunteer, "/v1/hazards", DETECTOR | {"place_id": BUILDING, "point": point}, FIXER)
    assert (await exact(volunteer), register.asked) == ([[104.1, 30.1]], [])


@pytest.mark.parametrize("place_id", [str(uuid4()), ELSEWHERE], ids=["unknown", "elsewhere"])
async def test_a_place_that_is_not_of_the_community_has_no_point(
    volunteer: TestService, register: Register, place_id: str,
) -> None:
    await post(volunteer, "/v1/hazards", DETECTOR | {"place_id": place_id}, FIXER)
    assert await exact(volunteer) == []


async def test_while_the_register_is_away_hazards_are_reported_without(
    volunteer: TestService, register: Register,
) -> None:
    register.is_away = True
    places = [{"place_id": id, "place_label": id, "findings": [{"kind": "no_exit_sign"}]} for id in (COURTYARD, BUILDING)]
    walked = {"starts_at": "2026-11-20T01:00:00Z", "ends_at": "2026-11-20T02:00:00Z"}
    body = {"community": COMMUNITY, "checklist": "rental-2026-11", "walked": walked, "places": places}
    submitted = await post(volunteer, "/v1/patrols", body, LEADER)
    assert len(submitted["hazard_ids"]) == 2
    assert len(register.asked) == 1, "it is not asked again for every place of the round"
    await volunteer.hear(opinion(place_id=BUILDING), community=COMMUNITY)
    assert len((await get(volunteer, "/v1/hazards", bearer(f"squad_leader@{COMMUNITY}")))["items"]) == 3
