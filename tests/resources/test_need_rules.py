"""Needs: how they stand follows from what happened. Pure."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.needs import rules
from services.resources.needs.rules import Standing
from services.resources.reservations.rules import ShortOfStock
from shared.events.volunteer import RequiredItem
from shared.http.problems import Conflict, Invalid, WrongState

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def line(requested: int, item: str = "mask", **more: int) -> Standing:
    return Standing(UUID(int=len(item) * 1000 + requested), item, requested, **more)


@pytest.mark.parametrize(("lines", "coverage"), [
    ([line(5)], "none"),
    ([line(5, reserved=3)], "partly_reserved"),
    ([line(5, reserved=5), line(2, "glove")], "partly_reserved"),
    ([line(5, reserved=5), line(2, "glove", reserved=2)], "reserved"),
    ([line(5, reserved=4, issued=1)], "partly_issued"),
    ([line(5, issued=5), line(2, "glove")], "partly_issued"),
    ([line(5, issued=5), line(2, "glove", issued=2)], "issued"),
    ([line(5, issued=3, cancelled=2)], "partly_issued"),
    ([line(5, cancelled=5)], "none"),
    ([], "none"),
])
def test_coverage_is_counted(lines: list[Standing], coverage: str) -> None:
    assert rules.coverage_of(lines) == coverage


@pytest.mark.parametrize(("lines", "works", "fulfilled"), [
    ([line(5, issued=5)], [], True),
    ([line(5, issued=5)], ["accepted"], True),
    ([line(5, issued=5)], ["installed"], False),
    ([line(5, issued=5)], ["cancelled", "accepted"], True),
    ([line(5, issued=5)], ["refused"], False),
    ([line(5, issued=4)], ["accepted"], False),
    ([line(5, issued=4, cancelled=1)], [], False),
    ([line(5, issued=5), line(1, "glove", reserved=1)], [], False),
])
def test_fulfilled_means_all_handed_over_and_the_works_accepted(
    lines: list[Standing], works: list[str], fulfilled: bool,
) -> None:
    assert rules.is_fulfilled(lines, works) is fulfilled


@pytest.mark.parametrize(("state", "step", "following"), [
    ("submitted", "open", "open"), ("open", "fulfil", "fulfilled"), ("open", "close_short", "closed_short"),
    ("submitted", "cancel", "cancelled"), ("open", "cancel", "cancelled"),
])
def test_steps(state: str, step: str, following: str) -> None:
    assert rules.next_state(state, step) == following
    assert rules.allows(state, step)


@pytest.mark.parametrize(("state", "step"), [
    ("fulfilled", "cancel"), ("closed_short", "open"), ("cancelled", "cover"), ("submitted", "issue"),
    ("submitted", "close_short"), ("open", "open"),
])
def test_wrong_steps_name_the_possible_ones(state: str, step: str) -> None:
    with pytest.raises(WrongState) as refused:
        rules.next_state(state, step)
    assert step not in refused.value.facts["possible"]


def test_the_gravest_first_then_who_waited_longest() -> None:
    needs = [(2, NOW), (4, NOW), (4, NOW - timedelta(days=1)), (1, NOW - timedelta(days=9))]
    order = sorted(range(4), key=lambda n: rules.urgency(*needs[n], UUID(int=n)))
    assert order == [2, 1, 0, 3]


def test_every_short_line_is_named() -> None:
    lines = [line(5, reserved=2, issued=1), line(4, "glove", issued=4), line(3, "rope")]
    assert [(one.item, one.requested, one.supplied) for one in rules.short_lines(lines)] == [
        ("mask", 5, 3), ("rope", 3, 0)]


LINES = [line(5, reserved=4), line(2, "glove", reserved=1, issued=1), line(3, "rope")]


@pytest.mark.parametrize(("wanted", "units"), [
    (None, [4, 1]), ({"mask": 2}, [2]), ({"mask": 4, "glove": 1}, [4, 1]), ({}, []),
])
def test_what_is_issued(wanted: dict | None, units: list[int]) -> None:
    assert list(rules.quantities_to_issue(LINES, wanted).values()) == units


def test_issuing_more_than_is_held_names_every_line() -> None:
    with pytest.raises(ShortOfStock) as refused:
        rules.quantities_to_issue(LINES, {"mask": 5, "glove": 1, "rope": 1})
    assert refused.value.facts["lines"] == [
        {"item": "mask", "requested": 5, "available": 4}, {"item": "rope", "requested": 1, "available": 0}]
    with pytest.raises(Invalid):
        rules.quantities_to_issue(LINES, {"tent": 1})


def test_holding_more_than_is_missing_is_refused() -> None:
    assert list(rules.quantities_to_hold(LINES, None).values()) == [1, 3]
    assert list(rules.quantities_to_hold(LINES, {"rope": 2}).values()) == [2]
    with pytest.raises(Invalid) as refused:
        rules.quantities_to_hold(LINES, {"mask": 2, "tent": 1, "rope": 3})
    assert refused.value.facts["missing"] == {"mask": 1, "tent": 0}


def test_endings_fit_what_was_handed_over() -> None:
    with pytest.raises(Conflict):
        rules.must_be_short([line(5, issued=5)])
    with pytest.raises(Conflict):
        rules.must_have_issued_nothing([line(5, issued=1)])
    rules.must_be_short([line(5, reserved=5)])
    rules.must_have_issued_nothing([line(5, reserved=5)])


def test_each_item_is_named_once_by_people_and_summed_for_events() -> None:
    with pytest.raises(Invalid):
        rules.must_name_each_item_once(["mask", "glove", "mask"])
    items = [RequiredItem(item="mask", quantity=2), RequiredItem(item="rope", quantity=1),
             RequiredItem(item="mask", quantity=3)]
    assert [(one.item, one.quantity) for one in rules.items_summed(items)] == [("mask", 5), ("rope", 1)]


@st.composite
def standing(draw: st.DrawFn) -> Standing:
    requested = draw(st.integers(1, 20))
    issued = draw(st.integers(0, requested))
    cancelled = draw(st.integers(0, requested - issued))
    return line(requested, issued=issued, cancelled=cancelled,
                reserved=draw(st.integers(0, requested - issued - cancelled)))


@given(st.lists(standing(), min_size=1, max_size=5))
def test_what_is_wanted_is_somewhere(lines: list[Standing]) -> None:
    for one in lines:
        assert one.requested == one.issued + one.cancelled + one.reserved + one.missing
    coverage = rules.coverage_of(lines)
    assert (coverage == "issued") == rules.is_fulfilled(lines, [])
    assert (coverage == "issued") == (not rules.short_lines([rules.replace(one, reserved=0) for one in lines]))
    if coverage == "reserved":
        assert all(one.missing == 0 for one in lines)
