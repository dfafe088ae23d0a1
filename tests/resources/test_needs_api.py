"""Needs over HTTP, on a real database, with what is said about them."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.resources.needs.supply import sweep
from shared.jobs import Job, run_once
from shared.testing import TestService
from tests.resources.goods import (
    COMMUNITY,
    KEEPER,
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

TODAY = date.today()
SWEEP = Job("sweep", 1, sweep)


async def swept(service: TestService, *, later: timedelta = timedelta()) -> None:
    """Time passes, and the sweep comes by."""
    now = datetime.now(UTC) + later
    service.state.clock = lambda: now
    await run_once(SWEEP, service.state.database, now, lambda: None)


def days_ahead(days: int) -> str:
    return str(TODAY + timedelta(days=days))


async def lots_of(service: TestService, need: dict) -> list[tuple[str, int]]:
    rows = (await get(service, f"/v1/reservations?need_id={need['id']}&state=active"))["items"]
    return [(row["lot_id"], row["quantity"]) for row in reversed(rows)]


async def test_a_need_takes_what_goes_off_first_and_tells_every_short_line_at_once(resources: TestService) -> None:
    late = await receive(resources, "mask", 30, days_ahead(200))
    soon = await receive(resources, "mask", 20, days_ahead(20))
    await receive(resources, "mask", 99, days_ahead(2))
    need = await want(resources, {"mask": 60, "escape_rope": 3, "exit_sign": 2}, priority=3)
    assert need["coverage"] == "partly_reserved"
    assert await lots_of(resources, need) == [(soon["id"], 20), (late["id"], 30)]
    assert line_of(need, "mask") | {"id": 0} == {
        "id": 0, "item": "mask", "requested": 60, "reserved": 50, "issued": 0, "cancelled": 0, "missing": 10}
    rows = await resources.said()
    assert types(rows)[3:] == ["need.opened", "reservation.created", "reservation.created", "need.short"]
    assert rows[-1].data["lines"] == [
        {"item": "mask", "requested": 60, "supplied": 50}, {"item": "escape_rope", "requested": 3, "supplied": 0},
        {"item": "exit_sign", "requested": 2, "supplied": 0}]
    assert {row.correlation_id for row in rows[3:]} == {rows[3].correlation_id}
    await must_be_sound(resources)


async def test_a_lot_that_arrives_serves_who_waits_the_gravest_first(resources: TestService) -> None:
    first = await want(resources, {"mask": 10}, priority=2)
    second = await want(resources, {"mask": 10}, priority=2)
    gravest = await want(resources, {"mask": 10}, priority=4)
    await receive(resources, "mask", 25, owner_mode="entrusted")
    shown = {need["id"]: need for need in (await get(resources, "/v1/needs"))["items"]}
    assert [line_of(shown[need["id"]], "mask")["reserved"] for need in (gravest, first, second)] == [10, 10, 5]
    covered = await resources.said("resources.need.covered.v1")
    assert [row.subject for row in covered] == [gravest["id"], first["id"]]
    [short] = (await get(resources, "/v1/needs?short=true"))["items"]
    assert short["id"] == second["id"]
    last = (await resources.said("resources.need.short.v1"))[-1]
    assert (last.subject, last.data["lines"]) == (
        second["id"], [{"item": "mask", "requested": 10, "supplied": 5}])
    await must_be_sound(resources)


async def test_a_restricted_lot_serves_its_purpose_only(resources: TestService) -> None:
    await receive(resources, "mask", 50, restriction="response")
    assert (await want(resources, {"mask": 5}))["coverage"] == "none"
    assert (await want(resources, {"mask": 5}, phase="response"))["coverage"] == "reserved"


async def test_all_or_nothing_names_all_short_lines_and_changes_nothing(resources: TestService) -> None:
    await receive(resources, "mask", 5)
    said = len(await resources.said())
    body = {"community": COMMUNITY, "all_or_nothing": True, "lines": [
        {"item": "mask", "quantity": 8}, {"item": "escape_rope", "quantity": 1}]}
    problem = await post(resources, "/v1/needs", body, expect=409)
    assert problem["type"].endswith("short-of-stock")
    assert problem["lines"] == [{"item": "mask", "requested": 8, "available": 5},
                                {"item": "escape_rope", "requested": 1, "available": 0}]
    assert (await get(resources, "/v1/needs"))["items"] == []
    assert len(await resources.said()) == said
    [row] = await get(resources, "/v1/availability?item=mask")
    assert row["available"] == 5


@pytest.mark.parametrize(("wrong", "field"), [
    ({"lines": []}, "body.lines"),
    ({"lines": [{"item": "mask", "quantity": 1}, {"item": "mask", "quantity": 2}]}, "body.lines"),
    ({"lines": [{"item": "mask", "quantity": 0}]}, "body.lines.0.quantity"),
    ({"lines": [{"item": "Mask!", "quantity": 1}]}, "body.lines.0.item"),
    ({"priority": 5}, "body.priority"),
    ({"state": "fulfilled"}, "body.state"),
])
async def test_a_wrong_need_changes_nothing(resources: TestService, wrong: dict, field: str) -> None:
    body = {"community": COMMUNITY, "lines": [{"item": "mask", "quantity": 1}]} | wrong
    problem = await post(resources, "/v1/needs", body, expect=422)
    assert problem["errors"][0]["field"] == field
    assert await resources.said() == []


async def test_goods_are_handed_over_in_parts_until_the_need_is_fulfilled(resources: TestService) -> None:
    lot = await receive(resources, "mask", 20)
    need = await want(resources, {"mask": 20})
    path = f"/v1/needs/{need['id']}"
    part = await post(resources, f"{path}/issue", {"lines": [{"item": "mask", "quantity": 12}], "document": "领条 7 号"})
    assert (part["state"], part["coverage"], line_of(part, "mask")["issued"]) == ("open", "partly_issued", 12)
    done = await post(resources, f"{path}/issue", {})
    assert (done["state"], done["coverage"], line_of(done, "mask")["reserved"]) == ("fulfilled", "issued", 0)
    assert (await get(resources, f"/v1/stock-lots/{lot['id']}"))["on_hand"] == 0
    movements = (await get(resources, f"/v1/movements?need_id={need['id']}"))["items"]
    assert [(one["quantity"], one["reason"]) for one in movements] == [(-8, "issued"), (-12, "issued")]
    assert types(await resources.said())[-2:] == ["reservation.consumed", "need.fulfilled"]
    await post(resources, f"{path}/issue", {}, expect=409)
    await must_be_sound(resources)


async def test_handing_over_more_than_is_held_is_refused(resources: TestService) -> None:
    await receive(resources, "mask", 5)
    need = await want(resources, {"mask": 8})
    problem = await post(resources, f"/v1/needs/{need['id']}/issue", {
        "lines": [{"item": "mask", "quantity": 6}]}, expect=409)
    assert problem["lines"] == [{"item": "mask", "requested": 6, "available": 5}]


async def test_closing_short_frees_what_is_held_and_says_what_was_missing(resources: TestService) -> None:
    await receive(resources, "mask", 12)
    need = await want(resources, {"mask": 20, "escape_rope": 2})
    path = f"/v1/needs/{need['id']}"
    await post(resources, f"{path}/issue", {"lines": [{"item": "mask", "quantity": 10}]})
    await post(resources, f"{path}/cancel", {"reason": "nobody_there"}, expect=409)
    closed = await post(resources, f"{path}/close-short", {"reason": "not_to_be_had"})
    assert (closed["state"], closed["ended_because"]) == ("closed_short", "not_to_be_had")
    assert [(line["issued"], line["cancelled"], line["reserved"]) for line in closed["lines"]] == [(10, 10, 0), (0, 2, 0)]
    said = (await resources.said())[-1]
    assert said.data | {"need_id": 0} == {
        "need_id": 0, "hazard_id": None, "opinion_id": None, "reason": "not_to_be_had",
        "lines": [{"item": "mask", "requested": 20, "supplied": 10},
                  {"item": "escape_rope", "requested": 2, "supplied": 0}]}
    [row] = await get(resources, "/v1/availability?item=mask")
    assert row["available"] == 2
    await post(resources, f"{path}/close-short", {"reason": "again"}, expect=409)
    await must_be_sound(resources)


async def test_a_cancelled_need_holds_nothing(resources: TestService) -> None:
    await receive(resources, "mask", 12)
    need = await want(resources, {"mask": 10})
    cancelled = await post(resources, f"/v1/needs/{need['id']}/cancel", {"reason": "entered_twice"})
    assert (cancelled["state"], cancelled["lines"][0]["cancelled"]) == ("cancelled", 10)
    assert types(await resources.said())[-2:] == ["reservation.released", "need.cancelled"]
    await must_be_sound(resources)


async def test_an_expired_reservation_blocks_nobody_before_any_sweep(resources: TestService) -> None:
    lot = await receive(resources, "mask", 10)
    need = await want(resources, {"mask": 10})
    [held] = (await get(resources, f"/v1/reservations?need_id={need['id']}"))["items"]
    later = datetime.now(UTC) + timedelta(days=14)
    resources.state.clock = lambda: later
    [row] = await get(resources, "/v1/availability?item=mask")
    assert (row["available"], row["reserved"]) == (10, 0)
    assert (await get(resources, f"/v1/stock-lots/{lot['id']}"))["reserved"] == 0
    assert (await get(resources, f"/v1/needs/{need['id']}"))["coverage"] == "none"
    other = await want(resources, {"mask": 10})
    assert other["coverage"] == "reserved"
    assert (await get(resources, f"/v1/reservations/{held['id']}"))["state"] == "expired"
    await must_be_sound(resources)

    await swept(resources, later=timedelta(days=14, minutes=1))
    assert (await resources.said())[-1].subject == need["id"]
    assert types(await resources.said())[-1] == "need.short"


async def test_the_sweep_promises_anew_where_it_is_still_wanted(resources: TestService) -> None:
    await receive(resources, "mask", 10)
    need = await want(resources, {"mask": 10})
    await swept(resources, later=timedelta(days=15))
    rows = (await get(resources, f"/v1/reservations?need_id={need['id']}"))["items"]
    assert [row["state"] for row in rows] == ["active", "expired"]
    assert types(await resources.said())[-2:] == ["reservation.expired", "reservation.created"]
    said = len(await resources.said())
    await swept(resources, later=timedelta(days=15, minutes=1))
    assert len(await resources.said()) == said
    await must_be_sound(resources)


async def test_goods_that_go_off_while_they_wait_are_replaced_or_told_short(resources: TestService) -> None:
    await receive(resources, "mask", 10, days_ahead(10))
    need = await want(resources, {"mask": 10})
    await swept(resources, later=timedelta(days=5))
    assert (await get(resources, f"/v1/needs/{need['id']}"))["coverage"] == "none"
    assert types(await resources.said())[-2:] == ["reservation.expired", "need.short"]
    fresh = await receive(resources, "mask", 10, days_ahead(100))
    assert await lots_of(resources, need) == [(fresh["id"], 10)]
    await must_be_sound(resources)


async def test_a_lot_on_hold_is_replaced_by_the_next_sweep(resources: TestService) -> None:
    bad = await receive(resources, "mask", 10, days_ahead(50))
    good = await receive(resources, "mask", 10, days_ahead(90))
    need = await want(resources, {"mask": 10})
    assert await lots_of(resources, need) == [(bad["id"], 10)]
    await post(resources, f"/v1/stock-lots/{bad['id']}/hold", {"reason": "recalled"})
    await swept(resources)
    assert await lots_of(resources, need) == [(good["id"], 10)]
    assert (await resources.said("resources.reservation.released.v1"))[0].data["reason"] == "recalled"
    await must_be_sound(resources)


async def test_a_person_reserves_and_releases(resources: TestService) -> None:
    need = await want(resources, {"mask": 10})
    lot = await receive(resources, "mask", 4)
    body = {"need_id": need["id"], "lines": [{"item": "mask", "quantity": 6}]}
    problem = await post(resources, "/v1/reservations", body, expect=409)
    assert problem["lines"] == [{"item": "mask", "requested": 6, "available": 0}]
    await post(resources, "/v1/reservations", body | {"lines": [{"item": "mask", "quantity": 7}]}, expect=422)

    [held] = (await get(resources, f"/v1/reservations?lot_id={lot['id']}"))["items"]
    path = f"/v1/reservations/{held['id']}/release"
    released = await post(resources, path, {"reason": "wanted_elsewhere"})
    assert (released["state"], released["ended_because"]) == ("released", "wanted_elsewhere")
    await post(resources, path, {"reason": "wanted_elsewhere"}, expect=409)
    await swept(resources)
    assert await lots_of(resources, need) == [], "the machine does not undo what a person decided"
    assert (await post(resources, f"/v1/needs/{need['id']}/cover", {}))["covers_itself"] is True
    assert await lots_of(resources, need) == [(lot["id"], 4)]

    made = await post(resources, "/v1/reservations", body | {"all_or_nothing": False})
    assert (made["reservations"], made["short"]) == ([], [{"item": "mask", "requested": 6, "available": 0}])
    await must_be_sound(resources)


async def test_what_a_person_reserves_is_shown(resources: TestService) -> None:
    need = await want(resources, {"mask": 10})
    other = await want(resources, {"mask": 1})
    lot = await receive(resources, "mask", 20)
    for held in (await get(resources, f"/v1/reservations?need_id={need['id']}"))["items"]:
        await post(resources, f"/v1/reservations/{held['id']}/release", {"reason": "by_hand"})
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    made = await post(resources, "/v1/reservations", {"need_id": need["id"], "expires_at": until})
    assert [(one["lot_id"], one["quantity"], one["state"]) for one in made["reservations"]] == [(lot["id"], 10, "active")]
    assert made["short"] == []
    assert await lots_of(resources, other) == [(lot["id"], 1)]
    past = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    await post(resources, "/v1/reservations", {"need_id": need["id"], "expires_at": past}, expect=422)


async def test_a_key_makes_one_effect(resources: TestService) -> None:
    await receive(resources, "mask", 100)
    body = {"community": COMMUNITY, "lines": [{"item": "mask", "quantity": 10}]}
    key = {"Idempotency-Key": str(uuid4())}
    assert (await resources.post("/v1/needs", KEEPER, body)).status_code == 428
    answers = [await resources.post("/v1/needs", KEEPER, body, **key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    [row] = await get(resources, "/v1/availability?item=mask")
    assert row["available"] == 90


async def test_a_reversed_issue_is_missing_again_and_covered_by_the_sweep(resources: TestService) -> None:
    await receive(resources, "mask", 10)
    need = await want(resources, {"mask": 8, "escape_rope": 1})
    await post(resources, f"/v1/needs/{need['id']}/issue", {})
    [movement] = (await get(resources, f"/v1/movements?need_id={need['id']}"))["items"]
    await post(resources, f"/v1/movements/{movement['id']}/reverse", {"reason": "wrong_door"})
    assert line_of(await get(resources, f"/v1/needs/{need['id']}"), "mask")["missing"] == 8
    await swept(resources)
    assert line_of(await get(resources, f"/v1/needs/{need['id']}"), "mask")["reserved"] == 8
    await must_be_sound(resources)


async def test_what_an_ended_need_got_is_not_booked_back(resources: TestService) -> None:
    await receive(resources, "mask", 10)
    need = await want(resources, {"mask": 8})
    await post(resources, f"/v1/needs/{need['id']}/issue", {})
    [movement] = (await get(resources, f"/v1/movements?need_id={need['id']}"))["items"]
    problem = await post(resources, f"/v1/movements/{movement['id']}/reverse", {"reason": "wrong_door"}, expect=409)
    assert problem["rule"] == "need_has_ended"


async def test_another_community_neither_sees_nor_touches_it(resources: TestService) -> None:
    await receive(resources, "mask", 10)
    need = await want(resources, {"mask": 8})
    [held] = (await get(resources, "/v1/reservations"))["items"]
    path = f"/v1/needs/{need['id']}"
    assert (await resources.get(path, STRANGER)).status_code == 404
    for step, body in (("cover", {}), ("issue", {}), ("close-short", {"reason": "mine"}), ("cancel", {"reason": "mine"}),
                       ("open", {})):
        await post(resources, f"{path}/{step}", body, STRANGER, expect=404)
    await post(resources, "/v1/reservations", {"need_id": need["id"]}, STRANGER, expect=404)
    await post(resources, f"/v1/reservations/{held['id']}/release", {"reason": "mine"}, STRANGER, expect=404)
    assert (await get(resources, "/v1/needs", STRANGER))["items"] == []
    assert (await get(resources, "/v1/reservations", STRANGER))["items"] == []
    assert (await resources.get(f"/v1/needs?community={COMMUNITY}", STRANGER)).status_code == 403
    assert (await resources.get(path, {})).status_code == 401
