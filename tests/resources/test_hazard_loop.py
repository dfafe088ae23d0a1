"""What the resources service does when volunteer and mediation speak, from the verified hazard to the accepted works."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.mediation import OpinionReceived
from shared.events.volunteer import (
    HazardClosed,
    HazardDuplicateFound,
    HazardRejected,
    HazardReopened,
    HazardVerified,
    RequiredItem,
)
from shared.testing import TestService, bearer
from tests.resources.goods import (
    COMMUNITY,
    FITTER,
    KEEPER,
    SECOND,
    STRANGER,
    get,
    line_of,
    must_be_sound,
    post,
    receive,
    types,
    want,
)

pytestmark = pytest.mark.anyio

ITEMS = {"smoke_detector": 8, "exit_sign": 2}
PHOTO = {"photos": ["photo:1"]}


class Hazard:
    """A hazard of the volunteer service, as its events tell of it."""

    def __init__(self, service: TestService) -> None:
        self.service = service
        self.id, self.opinion_id, self.loop, self.sequence = uuid4(), uuid4(), uuid4(), 1

    async def says(self, payload: type, event_id: UUID | None = None, **facts: Any) -> UUID:
        self.sequence += 1
        event_id = event_id or uuid4()
        await self.service.hear(
            payload(hazard_id=self.id, opinion_id=self.opinion_id, **facts), id=event_id, subject=str(self.id),
            sequence=self.sequence, correlationid=self.loop, community=COMMUNITY)
        return event_id

    async def verified(self, items: dict[str, int] = ITEMS, licence: str | None = "electrician", **more: Any) -> UUID:
        required = [RequiredItem(item=item, quantity=units) for item, units in items.items()]
        facts = {"kind": "no_smoke_detector", "severity": 3, "required_items": required, "licence": licence}
        return await self.says(HazardVerified, **(facts | more))

    async def needs(self) -> list[dict]:
        return (await get(self.service, f"/v1/needs?hazard_id={self.id}"))["items"]

    async def works(self) -> list[dict]:
        return (await get(self.service, f"/v1/works?hazard_id={self.id}"))["items"]


@pytest.fixture
async def hazard(resources: TestService) -> Hazard:
    return Hazard(resources)


async def electrician(service: TestService, valid_to: str | None = "2099-12-31", **more: Any) -> dict:
    body = {"community": COMMUNITY, "name": f"电工服务部 {uuid4()}", "kind": "contractor",
            "licences": [{"kind": "electrician", "number": "T440605", "valid_to": valid_to} | more]}
    return await post(service, "/v1/organisations", body)


def hours(first: int, last: int) -> dict:
    now = datetime.now(UTC)
    return {"starts_at": (now + timedelta(hours=first)).isoformat(), "ends_at": (now + timedelta(hours=last)).isoformat()}


async def scheduled(hazard: Hazard) -> str:
    """A verified hazard with all its goods and an electrician; gives the path of its works."""
    await receive(hazard.service, "smoke_detector", 8)
    await receive(hazard.service, "exit_sign", 2)
    await hazard.verified()
    [works] = await hazard.works()
    path = f"/v1/works/{works['id']}"
    provider = await electrician(hazard.service)
    await post(hazard.service, f"{path}/choose-provider", {"organisation_id": provider["id"]})
    await post(hazard.service, f"{path}/schedule", hours(1, 3))
    return path


async def test_a_verified_hazard_opens_a_need_and_plans_works_in_its_loop(hazard: Hazard) -> None:
    await receive(hazard.service, "smoke_detector", 5)
    verified = await hazard.verified(due_on=date(2026, 4, 1), place_id=uuid4())
    [need], [works] = await hazard.needs(), await hazard.works()
    assert (need["state"], need["source"], need["priority"], need["needed_by"]) == ("open", "hazard", 3, "2026-04-01")
    assert (line_of(need, "smoke_detector")["reserved"], line_of(need, "exit_sign")["missing"]) == (5, 2)
    assert (works["state"], works["licence"], works["need_id"]) == ("planned", "electrician", need["id"])
    assert {need["opinion_id"], works["opinion_id"]} == {str(hazard.opinion_id)}
    rows = (await hazard.service.said())[1:]
    assert types(rows) == ["need.opened", "reservation.created", "need.short", "works.planned"]
    assert {row.correlation_id for row in rows} == {hazard.loop}
    assert {row.causation_id for row in rows} == {verified}
    assert rows[0].data["opinion_id"] == str(hazard.opinion_id)


async def test_hearing_it_again_changes_nothing(hazard: Hazard) -> None:
    verified = await hazard.verified()
    said = len(await hazard.service.said())
    await hazard.verified(event_id=verified)
    await hazard.verified()
    assert len(await hazard.service.said()) == said
    assert (len(await hazard.needs()), len(await hazard.works())) == (1, 1)


@pytest.mark.parametrize(("items", "licence", "needs", "works"), [
    ({"exit_sign": 1}, None, 1, 1), ({}, "electrician", 0, 1), ({}, None, 0, 0),
])
async def test_what_a_hazard_wants_decides_what_begins(
    hazard: Hazard, items: dict, licence: str | None, needs: int, works: int,
) -> None:
    await hazard.verified(items, licence)
    assert (len(await hazard.needs()), len(await hazard.works())) == (needs, works)


async def test_an_item_nobody_knows_is_short_and_no_error(hazard: Hazard) -> None:
    await hazard.verified({"moon_dust": 1})
    [need] = await hazard.needs()
    assert line_of(need, "moon_dust")["missing"] == 1


@pytest.mark.parametrize(("payload", "facts", "reason"), [
    (HazardRejected, {"reason": "not_found_on_site"}, "hazard_rejected"),
    (HazardDuplicateFound, {"duplicate_of": uuid4()}, "hazard_duplicate_found"),
    (HazardClosed, {"kind": "no_smoke_detector"}, "hazard_closed"),
])
async def test_when_the_hazard_is_gone_nothing_is_held_for_it(
    hazard: Hazard, payload: type, facts: dict, reason: str,
) -> None:
    await receive(hazard.service, "smoke_detector", 8)
    await hazard.verified()
    gone = await hazard.says(payload, **facts)
    [need], [works] = await hazard.needs(), await hazard.works()
    assert (need["state"], need["ended_because"]) == ("cancelled", reason)
    assert (works["state"], works["cancelled_because"]) == ("cancelled", reason)
    assert types(await hazard.service.said())[-3:] == ["works.cancelled", "reservation.released", "need.cancelled"]
    said = len(await hazard.service.said())
    await hazard.says(payload, event_id=gone, **facts)
    await hazard.says(payload, **facts)
    assert len(await hazard.service.said()) == said
    await must_be_sound(hazard.service)


async def test_what_was_handed_over_before_the_hazard_was_gone_is_kept(hazard: Hazard) -> None:
    path = await scheduled(hazard)
    lines = {"lines": [{"item": "smoke_detector", "quantity": 3}]}
    await post(hazard.service, f"{path}/install", PHOTO | lines, FITTER)
    await hazard.says(HazardRejected, reason="not_found_on_site")
    [need] = await hazard.needs()
    assert (need["state"], line_of(need, "smoke_detector")["issued"]) == ("closed_short", 3)
    await must_be_sound(hazard.service)


async def test_from_provider_to_acceptance_with_one_refusal(hazard: Hazard) -> None:
    service, path = hazard.service, await scheduled(hazard)
    installed = await post(service, f"{path}/install", PHOTO, FITTER)
    assert (installed["state"], installed["attempt"], installed["installed_by"]) == ("installed", 1, "fitter")
    [need] = await hazard.needs()
    assert (need["state"], need["coverage"]) == ("open", "issued")

    refused = await post(service, f"{path}/refuse", {"reason": "loose_bracket"}, SECOND)
    assert (refused["state"], refused["refused_because"]) == ("refused", "loose_bracket")
    again = await post(service, f"{path}/install", {"photos": ["photo:2"]}, FITTER)
    assert (again["attempt"], again["photos"]) == (2, ["photo:1", "photo:2"])
    accepted = await post(service, f"{path}/accept", None, SECOND)
    assert (accepted["state"], accepted["accepted_by"]) == ("accepted", "second")
    assert (await hazard.needs())[0]["state"] == "fulfilled"

    rows = [row for row in await service.said() if row.correlation_id == hazard.loop]
    assert types(rows)[4:] == [
        "works.planned", "works.provider_chosen", "works.scheduled", "reservation.consumed", "reservation.consumed",
        "works.installed", "works.refused", "works.installed", "works.accepted", "need.fulfilled"]
    assert rows[-2].data | {"works_id": 0, "need_id": 0} == {
        "works_id": 0, "need_id": 0, "hazard_id": str(hazard.id), "installed_by": "fitter", "accepted_by": "second"}
    assert rows[-1].data["hazard_id"] == str(hazard.id)
    await must_be_sound(service)


async def test_nobody_judges_what_they_installed(hazard: Hazard) -> None:
    service, path = hazard.service, await scheduled(hazard)
    both = bearer(f"squad_leader@{COMMUNITY}", subject="both")
    part = {"lines": [{"item": "exit_sign", "quantity": 2}]}
    await post(service, f"{path}/install", PHOTO | part, both)
    await post(service, f"{path}/install", PHOTO, FITTER)
    said = len(await service.said())
    for step, body in (("accept", None), ("refuse", {"reason": "ugly"})):
        problem = await post(service, f"{path}/{step}", body, both, expect=409)
        assert problem["rule"] == "four_eyes"
        assert problem["detail"]
    await post(service, f"{path}/accept", None, FITTER, expect=403)
    assert len(await service.said()) == said
    await post(service, f"{path}/accept", None, SECOND)


async def test_a_part_is_installed_and_the_rest_when_it_has_come(hazard: Hazard) -> None:
    service, path = hazard.service, await scheduled(hazard)
    first = await post(service, f"{path}/install", PHOTO | {"lines": [{"item": "smoke_detector", "quantity": 5}]}, FITTER)
    assert first["attempt"] == 1
    problem = await post(service, f"{path}/accept", None, SECOND, expect=409)
    assert problem["lines"] == [{"item": "smoke_detector", "outstanding": 3}, {"item": "exit_sign", "outstanding": 2}]
    too_many = PHOTO | {"lines": [{"item": "smoke_detector", "quantity": 4}]}
    assert (await post(service, f"{path}/install", too_many, FITTER, expect=409))["lines"][0]["available"] == 3
    rest = await post(service, f"{path}/install", PHOTO, FITTER)
    assert rest["attempt"] == 1
    await post(service, f"{path}/accept", None, SECOND)
    assert (await hazard.needs())[0]["state"] == "fulfilled"
    await must_be_sound(service)


async def test_works_are_accepted_when_the_rest_was_closed_short(hazard: Hazard) -> None:
    service, path = hazard.service, await scheduled(hazard)
    await post(service, f"{path}/install", PHOTO | {"lines": [{"item": "smoke_detector", "quantity": 8}]}, FITTER)
    [need] = await hazard.needs()
    await post(service, f"/v1/needs/{need['id']}/close-short", {"reason": "no_place_for_a_sign"})
    assert (await post(service, f"{path}/accept", None, SECOND))["state"] == "accepted"
    assert types(await service.said())[-2:] == ["need.closed_short", "works.accepted"]
    await must_be_sound(service)


async def test_a_licence_must_hold_on_the_days_of_the_works(hazard: Hazard) -> None:
    await hazard.verified()
    service, [works] = hazard.service, await hazard.works()
    path, today = f"/v1/works/{works['id']}", date.today()
    await post(service, f"{path}/schedule", hours(1, 2), expect=409)
    for wrong in ({"valid_to": str(today - timedelta(days=2))}, {"kind": "gas_fitter"}):
        provider = await electrician(service, **wrong)
        problem = await post(service, f"{path}/choose-provider", {"organisation_id": provider["id"]}, expect=409)
        assert problem["type"].endswith("licence-missing")
    soon_over = await electrician(service, valid_to=str(today + timedelta(days=3)))
    await post(service, f"{path}/choose-provider", {"organisation_id": soon_over["id"]})
    problem = await post(service, f"{path}/schedule", hours(1, 24 * 6), expect=409)
    assert problem["licence"] == "electrician"
    done = await post(service, f"{path}/schedule", hours(1, 2))
    assert (done["state"], done["licence_number"]) == ("scheduled", "T440605")
    await post(service, f"{path}/install", {"photos": []}, FITTER, expect=422)
    await post(service, f"{path}/choose-provider", {"organisation_id": str(uuid4())}, expect=422)


async def test_goods_wait_for_scheduled_works(hazard: Hazard) -> None:
    await receive(hazard.service, "smoke_detector", 8)
    await hazard.verified({"smoke_detector": 8}, licence=None)
    [works] = await hazard.works()
    await post(hazard.service, f"/v1/works/{works['id']}/schedule", hours(24 * 30, 24 * 31))
    [held] = (await get(hazard.service, "/v1/reservations"))["items"]
    assert held["expires_at"] > (datetime.now(UTC) + timedelta(days=31)).isoformat()


async def test_what_does_not_last_is_done_again(hazard: Hazard) -> None:
    service, path = hazard.service, await scheduled(hazard)
    await hazard.says(HazardReopened, reason="still_unsafe")
    assert len(await hazard.works()) == 1, "works that still run are not planned twice"
    await post(service, f"{path}/install", PHOTO, FITTER)
    await post(service, f"{path}/accept", None, SECOND)
    await hazard.says(HazardReopened, reason="fell_down")
    again, before = await hazard.works()
    assert (again["state"], again["follows_id"], again["licence"]) == ("planned", before["id"], "electrician")
    assert again["correlation_id"] == str(hazard.loop)


def said_need(**more: Any) -> OpinionReceived:
    facts = {"opinion_id": uuid4(), "kind": "need", "answer_due_at": datetime.now(UTC)}
    return OpinionReceived(**(facts | more))


async def test_a_residents_need_is_submitted_and_a_worker_opens_it(resources: TestService) -> None:
    await receive(resources, "mask", 100)
    loop = uuid4()
    opinion = said_need(items=[RequiredItem(item="mask", quantity=20), RequiredItem(item="mask", quantity=10)], severity=4)
    await resources.hear(opinion, correlationid=loop, community=COMMUNITY)
    [need] = (await get(resources, f"/v1/needs?opinion_id={opinion.opinion_id}"))["items"]
    assert (need["state"], need["priority"], line_of(need, "mask")["requested"]) == ("submitted", 4, 30)
    assert (await get(resources, "/v1/availability"))[0]["available"] == 100, "nothing is held for what nobody looked at"
    opened = await post(resources, f"/v1/needs/{need['id']}/open", {"lines": [{"item": "mask", "quantity": 25}]})
    assert (opened["state"], opened["coverage"], line_of(opened, "mask")["reserved"]) == ("open", "reserved", 25)
    await post(resources, f"/v1/needs/{need['id']}/issue", {})
    rows = [row for row in await resources.said() if row.correlation_id == loop]
    assert types(rows) == ["need.submitted", "need.opened", "reservation.created", "need.covered",
                           "reservation.consumed", "need.fulfilled"]
    assert {row.data.get("opinion_id") for row in rows if "need." in row.type} == {str(opinion.opinion_id)}


async def test_a_need_without_goods_waits_for_a_worker_to_name_them(resources: TestService) -> None:
    await resources.hear(said_need(), community=COMMUNITY)
    await resources.hear(said_need(topic="walking_stick"), community=COMMUNITY)
    await resources.hear(said_need(kind="idea"), community=COMMUNITY)
    named, empty = (await get(resources, "/v1/needs"))["items"]
    assert [(line["item"], line["requested"]) for line in named["lines"]] == [("walking_stick", 1)]
    assert empty["lines"] == []
    problem = await post(resources, f"/v1/needs/{empty['id']}/open", {}, expect=422)
    assert problem["errors"][0]["field"] == "body.lines"
    await post(resources, f"/v1/needs/{empty['id']}/cancel", {"reason": "already_has_one"})
    assert types(await resources.said())[-1] == "need.cancelled"


async def test_works_for_a_need_that_no_hazard_began(resources: TestService) -> None:
    await receive(resources, "handrail", 2)
    need = await want(resources, {"handrail": 2}, place_id=str(uuid4()))
    works = await post(resources, "/v1/works", {"community": COMMUNITY, "need_id": need["id"]})
    assert (works["correlation_id"], works["place_id"]) == (need["correlation_id"], need["place_id"])
    path = f"/v1/works/{works['id']}"
    await post(resources, f"{path}/schedule", hours(-2, 2))
    await post(resources, f"{path}/install", {}, FITTER)
    await post(resources, f"{path}/accept", None, SECOND)
    assert (await get(resources, f"/v1/needs/{need['id']}"))["state"] == "fulfilled"
    await post(resources, "/v1/works", {"community": COMMUNITY, "need_id": need["id"]}, expect=422)
    alone = await post(resources, "/v1/works", {"community": COMMUNITY, "purpose": "falling_object"})
    assert (await post(resources, f"/v1/works/{alone['id']}/cancel", {"reason": "tree_cut"}))["state"] == "cancelled"


async def test_another_community_neither_sees_nor_touches_it(hazard: Hazard) -> None:
    service, path = hazard.service, await scheduled(hazard)
    assert (await service.get(path, STRANGER)).status_code == 404
    for step, body in (("choose-provider", {"organisation_id": str(uuid4())}), ("schedule", hours(1, 2)),
                       ("install", PHOTO), ("accept", None), ("refuse", {"reason": "mine"}), ("cancel", {"reason": "mine"})):
        await post(service, f"{path}/{step}", body, STRANGER, expect=404)
    assert (await get(service, "/v1/works", STRANGER))["items"] == []
    assert (await service.get(path, {})).status_code == 401
    foreign = await post(service, "/v1/organisations", {
        "community": "yingui", "name": "别处电工", "kind": "contractor"}, STRANGER)
    await post(service, f"{path}/choose-provider", {"organisation_id": foreign["id"]}, KEEPER, expect=422)
