"""Stock over HTTP, on a real database, with what is said about it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.reach import EVERYWHERE
from shared.testing import TestService
from tests.resources.goods import COMMUNITY, KEEPER, STRANGER, get, must_be_sound, post, receive, types, want

pytestmark = pytest.mark.anyio

TODAY = date.today()


async def test_the_catalogue_knows_the_goods_of_the_first_communities(resources: TestService) -> None:
    items = {item["code"]: item for item in (await get(resources, "/v1/items?limit=200"))["items"]}
    assert {"smoke_detector", "exit_sign", "escape_rope", "mask", "handrail"} <= set(items)
    assert items["mask"]["packs"] == {"box": 50}
    assert "烟感" in items["smoke_detector"]["aliases"]


async def test_a_new_code_is_added_once(resources: TestService) -> None:
    body = {"code": "gauze", "zh": "纱布", "en": "Gauze", "base_unit": "roll", "packs": {"bag": 12}}
    assert (await post(resources, "/v1/items", body))["min_days_left"] == 0
    await post(resources, "/v1/items", body, expect=409)
    assert (await receive(resources, "gauze", 2, pack="bag"))["on_hand"] == 24
    await post(resources, "/v1/items", body | {"code": "Gauze!"}, expect=422)


async def test_goods_come_in_and_are_told(resources: TestService) -> None:
    lot = await receive(resources, "mask", 4, str(TODAY + timedelta(days=300)), pack="box", owner_mode="entrusted")
    assert (lot["on_hand"], lot["reserved"], lot["version"]) == (200, 0, 1)
    movements = (await get(resources, f"/v1/movements?lot_id={lot['id']}"))["items"]
    assert [(one["quantity"], one["reason"], one["actor"]) for one in movements] == [(200, "received", "keeper")]
    said = await resources.said()
    assert types(said) == ["stock.received"]
    assert said[0].data["quantity"] == 200
    assert said[0].data["owner_mode"] == "entrusted"


@pytest.mark.parametrize(("wrong", "field"), [
    ({"item": "no_such_item"}, "body.item"),
    ({"pack": "crate"}, "body.pack"),
    ({"quantity": 0}, "body.quantity"),
    ({"quantity": -3}, "body.quantity"),
    ({"quantity": 1.5}, "body.quantity"),
    ({"quantity": 1_000_000_000, "pack": "box"}, "body.quantity"),
    ({"expires_on": "2020-01-01", "produced_on": "2021-01-01"}, "body.expires_on"),
    ({"expires_on": "9999-12-31"}, "body.expires_on"),
    ({"received_at": "2999-01-01T00:00:00+08:00"}, "body.received_at"),
    ({"received_at": "2150-01-01T00:00:00+08:00"}, "body.received_at"),
    ({"donor_organisation_id": str(uuid4())}, "body.donor_organisation_id"),
    ({"on_hand": 5}, "body.on_hand"),
])
async def test_a_wrong_delivery_changes_nothing(resources: TestService, wrong: dict, field: str) -> None:
    body = {"community": COMMUNITY, "item": "mask", "quantity": 5} | wrong
    problem = await post(resources, "/v1/stock-lots", body, expect=422)
    assert problem["errors"][0]["field"] == field
    assert await resources.said() == []
    assert (await get(resources, "/v1/stock-lots"))["items"] == []


async def test_receiving_needs_a_key(resources: TestService) -> None:
    body = {"community": COMMUNITY, "item": "mask", "quantity": 5}
    assert (await resources.post("/v1/stock-lots", KEEPER, body)).status_code == 428
    once, again = [
        await resources.post("/v1/stock-lots", KEEPER, body, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert once.json() == again.json()
    assert len((await get(resources, "/v1/stock-lots"))["items"]) == 1


async def test_another_community_neither_sees_nor_touches_it(resources: TestService) -> None:
    lot = await receive(resources, "mask", 10)
    path = f"/v1/stock-lots/{lot['id']}"
    assert (await resources.get(path, STRANGER)).status_code == 404
    await post(resources, f"{path}/hold", {"reason": "mine"}, STRANGER, expect=404)
    await post(resources, f"{path}/count", {"counted": 0, "reason": "mine"}, STRANGER, expect=404)
    movement = (await get(resources, "/v1/movements"))["items"][0]
    await post(resources, f"/v1/movements/{movement['id']}/reverse", {"reason": "mine"}, STRANGER, expect=404)
    await post(resources, "/v1/stock-lots", {"community": COMMUNITY, "item": "mask", "quantity": 1}, STRANGER, expect=403)
    for listed in ("/v1/stock-lots", "/v1/movements"):
        assert (await get(resources, listed, STRANGER))["items"] == []
    assert await get(resources, "/v1/availability", STRANGER) == []
    assert (await resources.get(path, {})).status_code == 401


async def test_a_stock_take_books_the_difference(resources: TestService) -> None:
    lot = await receive(resources, "mask", 100)
    path = f"/v1/stock-lots/{lot['id']}"
    assert (await post(resources, f"{path}/count", {"counted": 97, "reason": "stock_take"}))["on_hand"] == 97
    assert (await post(resources, f"{path}/count", {"counted": 97, "reason": "stock_take"}))["version"] == 2
    movements = (await get(resources, f"/v1/movements?lot_id={lot['id']}&reason=adjusted"))["items"]
    assert [one["quantity"] for one in movements] == [-3]
    assert types(await resources.said()) == ["stock.received", "stock.adjusted"]
    await must_be_sound(resources)


async def test_what_is_reserved_is_not_counted_or_thrown_away_under_the_need(resources: TestService) -> None:
    lot = await receive(resources, "mask", 10)
    await want(resources, {"mask": 6})
    path = f"/v1/stock-lots/{lot['id']}"
    problem = await post(resources, f"{path}/count", {"counted": 5, "reason": "stock_take"}, expect=409)
    assert problem["type"].endswith("stock-is-reserved")
    assert (problem["reserved"], problem["left"]) == (6, 5)
    await post(resources, f"{path}/dispose", {"quantity": 5, "reason": "wet"}, expect=409)
    await post(resources, f"{path}/dispose", {"quantity": 11, "reason": "wet"}, expect=422)
    await post(resources, f"{path}/hold", {"reason": "wet"})
    assert (await post(resources, f"{path}/dispose", {"quantity": 10, "reason": "wet"}))["on_hand"] == 0
    await must_be_sound(resources)


async def test_a_lot_on_hold_promises_nothing(resources: TestService) -> None:
    lot = await receive(resources, "mask", 10)
    need = await want(resources, {"mask": 6})
    path = f"/v1/stock-lots/{lot['id']}"
    held = await post(resources, f"{path}/hold", {"reason": "waits_for_inspection"})
    assert (held["on_hold"], held["reserved"]) == (True, 0)
    assert (await get(resources, f"/v1/needs/{need['id']}"))["coverage"] == "none"
    await post(resources, f"{path}/hold", {"reason": "again"}, expect=409)
    [row] = await get(resources, "/v1/availability?item=mask")
    assert (row["on_hand"], row["unusable"], row["available"]) == (10, 10, 0)
    await post(resources, f"{path}/release-hold")
    [row] = await get(resources, "/v1/availability?item=mask")
    assert row["available"] == 10


async def test_availability_leaves_out_what_goes_off_too_soon(resources: TestService) -> None:
    await receive(resources, "mask", 10, str(TODAY + timedelta(days=3)))
    await receive(resources, "mask", 20, str(TODAY + timedelta(days=90)))
    await receive(resources, "mask", 5, condition="damaged")
    [row] = await get(resources, f"/v1/availability?community={COMMUNITY}")
    assert (row["on_hand"], row["unusable"], row["available"]) == (35, 15, 20)
    assert row["earliest_expiry"] == str(TODAY + timedelta(days=90))
    assert row["zh"] == "口罩"


async def test_a_movement_is_reversed_once_and_never_changed(resources: TestService) -> None:
    lot = await receive(resources, "mask", 100)
    movement = (await get(resources, "/v1/movements"))["items"][0]
    path = f"/v1/movements/{movement['id']}/reverse"
    back = await post(resources, path, {"reason": "entered_twice"})
    assert (back["quantity"], back["reason"], back["reverses_id"]) == (-100, "reversed", movement["id"])
    await post(resources, path, {"reason": "entered_twice"}, expect=409)
    await post(resources, f"/v1/movements/{back['id']}/reverse", {"reason": "oops"}, expect=409)
    assert (await get(resources, f"/v1/stock-lots/{lot['id']}"))["on_hand"] == 0
    for change in ("update stock_movement set quantity = 1", "delete from stock_movement", "truncate stock_movement"):
        with pytest.raises(DBAPIError):
            async with resources.state.database.transaction(EVERYWHERE) as tx:
                await tx.exec(text(change))
    await must_be_sound(resources)


async def test_two_counts_of_the_same_sight_do_not_overwrite_each_other(resources: TestService) -> None:
    lot = await receive(resources, "mask", 100)
    path = f"/v1/stock-lots/{lot['id']}/count"
    for counted, status in ((90, 200), (80, 412)):
        answer = await resources.post(path, KEEPER, {"counted": counted, "reason": "stock_take"}, **{
            "If-Match": '"1"', "Idempotency-Key": str(counted)})
        assert answer.status_code == status
