"""Stock: what may be used until when, how packs count, who gets what. Pure."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.catalogue.rules import by_name, code_for, in_base_units, spoken
from services.resources.reservations.rules import Shelf, ShortOfStock, Want, allocate, draw, must_cover_all
from services.resources.stock.rules import Promised, must_leave_reserved, usable_until, why_not_usable
from shared.http.problems import Invalid

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
"""Midday in the neighbourhood."""
UNTIL = NOON + timedelta(days=14)


@pytest.mark.parametrize(("quantity", "pack", "units"), [
    (12, None, 12), (12, "piece", 12), (3, "box", 150), (1, "case", 1000),
])
def test_packs_become_base_units(quantity: int, pack: str | None, units: int) -> None:
    assert in_base_units(quantity, pack, "piece", {"box": 50, "case": 1000}) == units


@pytest.mark.parametrize(("quantity", "pack"), [(1, "pallet"), (1_000_000_000, "box")])
def test_an_unknown_pack_and_too_many_are_refused(quantity: int, pack: str) -> None:
    with pytest.raises(Invalid):
        in_base_units(quantity, pack, "piece", {"box": 50})


def test_goods_are_known_by_any_of_their_names() -> None:
    known = by_name([("mask", ("口罩", "Face mask")), ("other", ("口罩", "布口罩"))])
    assert known[spoken(" 口 罩 ")] == "mask"
    assert known[spoken("ＦＡＣＥ ＭＡＳＫ")] == "mask"
    assert known[spoken("布口罩")] == "other"
    assert code_for("水泥 砂浆") == code_for("水泥砂浆") != code_for("水泥")


@pytest.mark.parametrize(("expires_on", "days", "until"), [
    (None, 30, None),
    (date(2026, 3, 10), 0, datetime(2026, 3, 10, 16, tzinfo=UTC)),
    (date(2026, 3, 17), 7, datetime(2026, 3, 10, 16, tzinfo=UTC)),
])
def test_the_last_good_day_ends_at_midnight_where_people_live(
    expires_on: date | None, days: int, until: datetime | None,
) -> None:
    assert usable_until(expires_on, days) == until


@pytest.mark.parametrize(("lot", "why"), [
    ({}, None),
    ({"on_hold": True}, "on_hold"),
    ({"condition": "damaged"}, "damaged"),
    ({"condition": "used"}, None),
    ({"until": NOON}, "expired"),
    ({"until": NOON + timedelta(seconds=1)}, None),
])
def test_why_a_lot_cannot_be_used(lot: dict, why: str | None) -> None:
    assert why_not_usable(**({"on_hold": False, "condition": "new", "until": None} | lot), now=NOON) == why


def test_what_is_reserved_stays() -> None:
    must_leave_reserved(left=5, reserved=5)
    with pytest.raises(Promised):
        must_leave_reserved(left=4, reserved=5)


def shelf(number: int, free: int, days: int | None = None, **more) -> Shelf:
    until = NOON + timedelta(days=days) if days is not None else None
    return Shelf(**({"lot_id": UUID(int=number), "community": "dungen", "item": "mask", "free": free,
                     "usable_until": until} | more))


def wanted(number: int, quantity: int, **more) -> Want:
    return Want(**({"need_id": UUID(int=number), "need_line_id": UUID(int=number), "community": "dungen",
                    "item": "mask", "quantity": quantity, "purposes": frozenset({"normal", "hazard"}),
                    "correlation_id": UUID(int=number)} | more))


def held(allocation) -> list[tuple[int, int, int]]:
    return [(hold.want.need_line_id.int, hold.lot_id.int, hold.quantity) for hold in allocation.holds]


@pytest.mark.parametrize(("shelves", "expected"), [
    ([shelf(1, 5, 30), shelf(2, 5, 10)], [(9, 2, 5), (9, 1, 1)]),
    ([shelf(1, 5), shelf(2, 5, 10)], [(9, 2, 5), (9, 1, 1)]),
    ([shelf(2, 5), shelf(1, 5)], [(9, 1, 5), (9, 2, 1)]),
    ([shelf(1, 5, 0), shelf(2, 5, -1), shelf(3, 2, 1)], [(9, 3, 2)]),
    ([shelf(1, 9, item="glove"), shelf(2, 9, community="yingui")], []),
    ([shelf(1, 9, restriction="flood")], []),
    ([shelf(1, 9, restriction="hazard")], [(9, 1, 6)]),
    ([shelf(1, 0), shelf(2, 6, 1)], [(9, 2, 6)]),
], ids=["first-expired-first", "dated-before-undated", "older-lot-first", "never-expired", "other-item-or-place",
        "restricted", "restriction-met", "empty"])
def test_first_expired_first_out(shelves: list[Shelf], expected: list) -> None:
    assert held(allocate([wanted(9, 6)], shelves, NOON, UNTIL)) == expected


def test_a_promise_never_outlasts_the_goods() -> None:
    holds = allocate([wanted(9, 6)], [shelf(1, 3, 2), shelf(2, 3, 90)], NOON, UNTIL).holds
    assert [hold.expires_at for hold in holds] == [NOON + timedelta(days=2), UNTIL]


def test_wants_are_served_in_their_order_and_every_short_one_is_named() -> None:
    allocation = allocate([wanted(1, 4), wanted(2, 4), wanted(3, 4)], [shelf(7, 6, 5)], NOON, UNTIL)
    assert held(allocation) == [(1, 7, 4), (2, 7, 2)]
    assert [(short.want.need_line_id.int, short.available) for short in allocation.short] == [(2, 2), (3, 0)]
    with pytest.raises(ShortOfStock) as refused:
        must_cover_all(allocation)
    assert refused.value.facts["lines"] == [
        {"item": "mask", "requested": 4, "available": 2}, {"item": "mask", "requested": 4, "available": 0}]


ITEMS = st.sampled_from(["mask", "glove"])
SHELVES = st.lists(st.builds(
    lambda free, days, item, restriction: (free, days, item, restriction),
    st.integers(0, 30), st.one_of(st.none(), st.integers(-5, 40)), ITEMS, st.sampled_from([None, "hazard", "flood"]),
), max_size=8)
WANTS = st.lists(st.tuples(st.integers(1, 40), ITEMS), max_size=6)


@given(SHELVES, WANTS)
def test_never_more_than_there_is_never_expired_and_nothing_left_while_somebody_is_short(
    on_shelves: list, asked: list,
) -> None:
    shelves = [shelf(number, free, days, item=item, restriction=restriction)
               for number, (free, days, item, restriction) in enumerate(on_shelves, 1)]
    wants = [wanted(number, quantity, item=item) for number, (quantity, item) in enumerate(asked, 1)]
    allocation = allocate(wants, shelves, NOON, UNTIL)
    by_lot = {one.lot_id: one for one in shelves}
    taken = {lot_id: 0 for lot_id in by_lot}
    for hold in allocation.holds:
        lot = by_lot[hold.lot_id]
        taken[hold.lot_id] += hold.quantity
        assert hold.quantity > 0
        assert lot.may_serve(hold.want, NOON)
        assert NOON < hold.expires_at <= UNTIL
    assert all(taken[lot_id] <= lot.free for lot_id, lot in by_lot.items())
    got = allocation.held()
    for want in wants:
        short = next((one for one in allocation.short if one.want == want), None)
        assert got.get(want.need_line_id, 0) == (short.available if short else want.quantity)
        if short:
            assert all(taken[lot.lot_id] == lot.free for lot in shelves if lot.may_serve(want, NOON))
    for want in wants:
        order = [by_lot[hold.lot_id].usable_until or UNTIL + timedelta(days=999)
                 for hold in allocation.holds if hold.want == want]
        assert order == sorted(order)


@given(st.integers(0, 50), st.lists(st.integers(0, 20), max_size=6))
def test_drawing_takes_all_that_is_asked_or_all_that_there_is(quantity: int, left: list[int]) -> None:
    held_by = [(UUID(int=number), units) for number, units in enumerate(left)]
    taken = draw(quantity, held_by)
    assert sum(units for _, units in taken) == min(quantity, sum(left))
    assert all(0 < units <= dict(held_by)[id] for id, units in taken)
