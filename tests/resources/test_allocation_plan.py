"""Fair plans in whole cartons: always valid, the same again, floors first, yesterday's luck counted. Pure."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from deploy.bench.allocation import drawn, faults, greedy, scarce
from services.resources.allocation.fairness import gini, jain
from services.resources.allocation.flow import cheapest
from services.resources.allocation.plan import propose
from services.resources.allocation.problem import Problem, Proposal

TODAY = "2026-01-01"


def planned(problem: dict[str, Any]) -> Proposal:
    return propose(Problem.model_validate(problem))


def ask(community: str, item: str, units: int, **more: Any) -> dict[str, Any]:
    return {"id": f"{community}-{item}", "community": community, "item": item, "units": units} | more


def lot(item: str, pack: int, cartons: int, **more: Any) -> dict[str, Any]:
    return {"id": f"{item}-lot", "item": item, "pack": pack, "cartons": cartons, "site": "hub"} | more


def problem_of(asks: list[dict], lots: list[dict], **more: Any) -> dict[str, Any]:
    return {"asks": asks, "lots": lots, "today": TODAY} | more


def units_of(proposal: Proposal) -> dict[str, int]:
    return {reason.ask: reason.units for reason in proposal.reasons}


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    items, communities = ["mask", "rice", "oil"], ["a", "b", "c", "d"]
    number = st.integers(0, 60)
    asks = [
        ask(place, item, units, floor=draw(number), weight=draw(st.integers(50, 200)),
            purposes=draw(st.sampled_from([[], ["response"]])))
        for place in communities for item in items if (units := draw(number))
    ]
    lots = [
        {"id": f"l{at}", "item": draw(st.sampled_from(items)), "pack": draw(st.sampled_from([1, 3, 10, 50])),
         "cartons": draw(st.integers(0, 12)), "site": draw(st.sampled_from(["hub", "shed"])),
         "restriction": draw(st.sampled_from([None, "response"])),
         "expires_on": draw(st.sampled_from([None, "2025-12-31", "2026-01-01", "2026-03-01"]))}
        for at in range(draw(st.integers(0, 6)))
    ]
    past = {place: {"asked": 50, "got": draw(st.integers(0, 50))} for place in communities if draw(st.booleans())}
    swaps = draw(st.sampled_from([[], [{"wanted": "oil", "given": "rice", "served": 2, "used": 3}]]))
    metres = {"hub": {"a": 100, "b": 900}, "shed": {"a": 800, "c": 5}}
    return problem_of(asks, lots, past=past, swaps=swaps, metres=metres, seed=draw(st.integers(0, 3)))


@settings(max_examples=80, deadline=None)
@given(problems())
def test_a_plan_always_holds_and_comes_out_the_same_again(problem: dict[str, Any]) -> None:
    proposal = planned(problem)
    assert faults(problem, proposal.model_dump(mode="json")) == []
    turned = problem | {"asks": problem["asks"][::-1], "lots": problem["lots"][::-1]}
    assert planned(turned) == proposal
    asked = {one["id"]: one["units"] for one in problem["asks"]}
    for reason in proposal.reasons:
        assert sum(reason.by_step.values()) == reason.units <= asked[reason.ask]
        assert (reason.limit == "met") == (reason.units == asked[reason.ask])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=3, max_size=6), st.integers(1, 10), st.integers(0, 5))
def test_every_floor_is_met_when_the_cartons_suffice_for_all_of_them(
    floors: list[int], pack: int, spare: int,
) -> None:
    cartons = sum(-(-floor // pack) for floor in floors) + spare
    asks = [ask(f"c{at}", "mask", 50, floor=floor) for at, floor in enumerate(floors)]
    past = {"c0": {"asked": 1000, "got": 1000}}
    got = units_of(planned(problem_of(asks, [lot("mask", pack, cartons)], past=past)))
    assert all(got[f"c{at}-mask"] >= floor for at, floor in enumerate(floors))


def test_a_validator_that_finds_nothing_would_be_worth_nothing() -> None:
    problem = problem_of([ask("a", "mask", 20, floor=20)], [lot("mask", 10, 3)])
    good = planned(problem).model_dump(mode="json")
    assert faults(problem, good) == []
    too_many = good | {"given": [good["given"][0] | {"cartons": 4}]}
    assert len(faults(problem, too_many)) == 2
    untrue = good | {"given": [good["given"][0] | {"units": 19}]}
    assert faults(problem, untrue)
    assert faults(problem, good | {"given": []}) == ["a-mask: its floor is missed while mask-lot has cartons left"]
    two = problem_of([*problem["asks"], ask("b", "mask", 20)], [lot("mask", 10, 2)])
    unjust = {"given": [{"ask": "b-mask", "lot": "mask-lot", "cartons": 2, "units": 20}]}
    assert faults(two, unjust) == ["a-mask: its floor is missed while b-mask has more than its own"]
    assert faults(problem_of([ask("a", "rice", 20)], problem["lots"]), {"given": [
        {"ask": "a-rice", "lot": "mask-lot", "cartons": 1, "units": 0}]})


@pytest.mark.parametrize(("past", "expected"), [
    ({}, {"a-mask": 50, "b-mask": 50}),
    ({"a": {"asked": 100, "got": 100}}, {"a-mask": 30, "b-mask": 70}),
    ({"a": {"asked": 100, "got": 0}, "b": {"asked": 100, "got": 0}}, {"a-mask": 50, "b-mask": 50}),
])
def test_yesterdays_luck_counts(past: dict, expected: dict[str, int]) -> None:
    asks = [ask("a", "mask", 100), ask("b", "mask", 100)]
    assert units_of(planned(problem_of(asks, [lot("mask", 10, 10)], past=past))) == expected


def test_a_weighty_need_gets_more_of_what_does_not_suffice() -> None:
    asks = [ask("a", "mask", 100, weight=200), ask("b", "mask", 100)]
    got = units_of(planned(problem_of(asks, [lot("mask", 1, 90)])))
    assert got == {"a-mask": 60, "b-mask": 30}


def test_the_nearest_lots_go_out_and_of_these_what_goes_off_first() -> None:
    near = [lot("mask", 10, 2, id="old", expires_on="2026-02-01"), lot("mask", 10, 2, id="new", expires_on="2026-09-01")]
    problem = problem_of(
        [ask("a", "mask", 20)], [lot("mask", 10, 2, id="far", site="far", expires_on="2026-01-02"), *near],
        metres={"hub": {"a": 100}, "far": {"a": 900}})
    proposal = planned(problem)
    assert [(one.lot, one.cartons) for one in proposal.given] == [("old", 2)]
    assert proposal.metrics.carton_metres == 200


def test_a_community_that_can_get_nothing_holds_nobody_down() -> None:
    asks = [ask("a", "mask", 10), ask("b", "mask", 10), ask("c", "tent", 10), ask("d", "tea", 10)]
    proposal = planned(problem_of(asks, [lot("mask", 1, 16), lot("tea", 1, 2)]))
    assert units_of(proposal) == {"a-mask": 8, "b-mask": 8, "c-tent": 0, "d-tea": 2}
    assert {reason.ask: reason.limit for reason in proposal.reasons}["c-tent"] == "none_in_stock"
    assert proposal.metrics.unmet_by_item == {"mask": 4, "tea": 8, "tent": 10}


def test_the_published_instance_is_planned_better_than_greedily() -> None:
    problem = scarce()
    proposal = propose(Problem.model_validate(problem))
    assert round(greedy(*drawn(70, 50, 7)), 3) == 0.575
    assert proposal.metrics.minimum_fill >= 0.60
    assert faults(problem, proposal.model_dump(mode="json")) == []


@pytest.mark.parametrize(("shares", "of_gini", "of_jain"), [
    ([1, 1, 1, 1], 0.0, 1.0), ([0, 0, 0, 1], 0.75, 0.25), ([], 0.0, 1.0), ([0, 0], 0.0, 1.0),
])
def test_how_even_a_division_is(shares: list[float], of_gini: float, of_jain: float) -> None:
    assert gini(shares) == pytest.approx(of_gini)
    assert jain(shares) == pytest.approx(of_jain)


def test_nothing_to_plan_is_a_plan() -> None:
    empty = Problem(asks=(), lots=(), today=date(2026, 1, 1))
    assert propose(empty).given == ()


@pytest.mark.parametrize("seed", range(4))
def test_the_flow_is_as_cheap_as_a_linear_program_finds(seed: int) -> None:
    chance = np.random.default_rng(seed)
    supply, demand = chance.integers(0, 40, 8), chance.integers(0, 40, 12)
    source, target = np.nonzero(chance.random((8, 12)) < 0.4)
    cost, unmet = chance.integers(-50, 200, len(source)), 1000
    flows, total = cheapest(supply, demand, source, target, cost, unmet)
    used = [np.bincount(ends, flows, minlength=len(most)) for ends, most in ((source, supply), (target, demand))]
    assert (used[0] <= supply).all() and (used[1] <= demand).all() and flows.any()
    limits = np.vstack([source == at for at in range(8)] + [target == at for at in range(12)]).astype(float)
    best = linprog(cost - unmet, A_ub=limits, b_ub=np.concatenate([supply, demand]))
    assert total == pytest.approx(best.fun + unmet * demand.sum())
