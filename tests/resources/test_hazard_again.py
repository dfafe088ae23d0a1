"""A loop whose works were cancelled, or whose hazard came back: what it takes begins once more, and reaches the hazard."""

from typing import Any

import pytest

from shared.events.volunteer import HazardClosed, HazardDuplicateFound, HazardReopened, HazardVerified, RequiredItem
from shared.testing import TestService
from tests.resources.goods import FITTER, SECOND, line_of, must_be_sound, post, receive, types
from tests.resources.test_hazard_loop import COMMUNITY, PHOTO, Hazard, electrician, hours

pytestmark = pytest.mark.anyio

WANTED = {"kind": "no_smoke_detector", "severity": 3, "licence": "electrician",
          "required_items": [RequiredItem(item="smoke_detector", quantity=8)]}


@pytest.fixture
async def hazard(resources: TestService) -> Hazard:
    return Hazard(resources)


async def again(hazard: Hazard, **more: Any) -> Any:
    return await hazard.says(HazardReopened, **(WANTED | {"reason": "still_unsafe"} | more))


async def test_works_planned_anew_for_a_hazards_need_are_the_hazards(hazard: Hazard) -> None:
    service = hazard.service
    await receive(service, "smoke_detector", 8)
    await hazard.says(HazardVerified, **WANTED)
    [need], [first] = await hazard.needs(), await hazard.works()
    body = {"community": COMMUNITY, "need_id": need["id"]}
    refused = await post(service, "/v1/works", body, expect=409)
    assert (refused["rule"], refused["works_id"]) == ("one_works", first["id"])
    await post(service, f"/v1/works/{first['id']}/cancel", {"reason": "provider_ill"})
    second = await post(service, "/v1/works", body)
    assert (second["hazard_id"], second["licence"], second["purpose"]) == (
        str(hazard.id), "electrician", "no_smoke_detector")
    provider = await electrician(service)
    path = f"/v1/works/{second['id']}"
    await post(service, f"{path}/choose-provider", {"organisation_id": provider["id"]})
    await post(service, f"{path}/schedule", hours(-1, 3))
    await post(service, f"{path}/install", PHOTO, FITTER)
    await post(service, f"{path}/accept", None, SECOND)
    [accepted] = await service.said("resources.works.accepted.v1")
    assert (accepted.data["hazard_id"], accepted.correlation_id) == (str(hazard.id), hazard.loop)
    await must_be_sound(service)


@pytest.mark.parametrize("gone", [HazardClosed, None])
async def test_when_all_was_withdrawn_need_and_works_begin_again(hazard: Hazard, gone: type | None) -> None:
    service = hazard.service
    await receive(service, "smoke_detector", 8)
    await hazard.says(HazardVerified, **WANTED)
    if gone:
        await hazard.says(gone, kind="no_smoke_detector")
    else:
        [need], [works] = await hazard.needs(), await hazard.works()
        await post(service, f"/v1/works/{works['id']}/cancel", {"reason": "too_dear"})
        await post(service, f"/v1/needs/{need['id']}/cancel", {"reason": "too_dear"})
    reopened = await again(hazard)
    need, works = (await hazard.needs())[0], (await hazard.works())[0]
    assert (need["state"], line_of(need, "smoke_detector")["reserved"], need["priority"]) == ("open", 8, 3)
    assert (works["state"], works["licence"], works["need_id"]) == ("planned", "electrician", need["id"])
    rows = await service.said()
    assert types(rows)[-4:] == ["need.opened", "reservation.created", "need.covered", "works.planned"]
    assert {(row.correlation_id, row.causation_id) for row in rows[-4:]} == {(hazard.loop, reopened)}
    await again(hazard, event_id=reopened)
    await again(hazard)
    assert len(await service.said()) == len(rows), "what is in hand does not begin twice"
    await must_be_sound(service)


async def test_what_is_not_verified_again_waits_for_it(hazard: Hazard) -> None:
    await hazard.says(HazardVerified, **WANTED)
    await hazard.says(HazardDuplicateFound, duplicate_of=hazard.opinion_id)
    said = len(await hazard.service.said())
    await hazard.says(HazardReopened, reason="another_stairway")
    assert len(await hazard.service.said()) == said
    await hazard.says(HazardVerified, **WANTED)
    assert (await hazard.needs())[0]["state"] == "open"


async def test_goods_that_were_handed_over_are_not_fetched_a_second_time(hazard: Hazard) -> None:
    service = hazard.service
    await receive(service, "smoke_detector", 20)
    await hazard.says(HazardVerified, **WANTED)
    [need], [works] = await hazard.needs(), await hazard.works()
    await post(service, f"/v1/needs/{need['id']}/issue", {})
    await post(service, f"/v1/works/{works['id']}/cancel", {"reason": "neighbours_did_it"})
    assert types(await service.said())[-1] == "need.fulfilled"
    await again(hazard)
    assert len(await hazard.needs()) == 1
    planned, _ = await hazard.works()
    assert (planned["state"], planned["licence"], planned["need_id"]) == ("planned", "electrician", None)
    await must_be_sound(service)
