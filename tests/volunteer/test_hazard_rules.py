"""The whole life of a hazard as a table, and what holds however it is lived: closed only after a second pair of eyes."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.volunteer.hazards import actions, rules
from services.volunteer.hazards.kinds import KINDS, kind_of
from services.volunteer.hazards.models import Hazard, HazardReinspectIn, HazardVerifyIn, State
from shared.events.volunteer import RequiredItem
from shared.http.problems import Conflict, Invalid, Problem, WrongState
from shared.types import new_id

STATES = get_args(State)
TABLE = """
                   reported  verified   assigned   mitigating  mitigated    reinspected  closed    rejected  duplicate
verify             verified  -          -          -           -            -            -         -         -
mark_duplicate     duplicate duplicate  -          -           -            -            -         -         -
reject             rejected  -          -          -           -            -            -         -         -
assign             -         assigned   assigned   -           -            -            -         -         -
start_mitigation   -         mitigating mitigating -           -            -            -         -         -
mitigate           -         mitigated  mitigated  mitigated   -            -            -         -         -
pass_reinspection  -         -          -          -           reinspected  -            -         -         -
fail_reinspection  -         -          -          -           verified     -            -         -         -
close              -         -          -          -           -            closed       -         -         -
reopen             -         -          -          -           verified     verified     verified  reported  reported
"""
HEADER, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
MATRIX = [(row[0], state, row[1 + column]) for row in ROWS for column, state in enumerate(HEADER)]


def test_the_table_is_complete() -> None:
    assert sorted(HEADER) == sorted(STATES)
    assert [row[0] for row in ROWS] == list(rules.STEPS)


@pytest.mark.parametrize(("step", "state", "following"), MATRIX)
def test_every_step_from_every_state(step: str, state: str, following: str) -> None:
    assert rules.allows(state, step) is (following != "-")
    if following != "-":
        assert rules.next_state(state, step) == following
        return
    with pytest.raises(WrongState) as refused:
        rules.next_state(state, step)
    possible = [name for name, at, leads in MATRIX if at == state and leads != "-"]
    assert refused.value.facts == {"state": state, "step": step, "possible": possible}


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_open_is_escalated(state: str) -> None:
    if state in ("closed", "rejected", "duplicate"):
        with pytest.raises(WrongState):
            rules.must_be_open(state)
    else:
        rules.must_be_open(state)


ONE = new_id()


@pytest.mark.parametrize(("check", "arguments", "problem"), [
    (rules.must_differ_from_fixer, ("other", ["fixer", "leader"]), None),
    (rules.must_differ_from_fixer, ("leader", ["fixer", "leader"]), Conflict),
    (rules.must_have_no_works, (None,), None),
    (rules.must_have_no_works, (ONE,), Conflict),
    (rules.must_be_another, (ONE, new_id()), None),
    (rules.must_be_another, (ONE, ONE), Invalid),
    (rules.must_have_owner, (None, ONE), None),
    (rules.must_have_owner, (ONE, None), None),
    (rules.must_have_owner, (None, None), Invalid),
    (rules.must_give_reason, (False, "loose"), None),
    (rules.must_give_reason, (True, None), None),
    (rules.must_give_reason, (False, None), Invalid),
    *[(rules.must_be_an_original, (state,), Invalid if state in ("duplicate", "rejected") else None) for state in STATES],
])
def test_who_may_and_what_is_needed(check: Any, arguments: tuple, problem: type[Exception] | None) -> None:
    if problem is None:
        check(*arguments)
        return
    with pytest.raises(problem):
        check(*arguments)


@pytest.mark.parametrize(("kind", "said", "severity"), [
    ("gas_leak", None, 4), ("gas_leak", 1, 1), ("broken_light", None, 1), ("never_heard_of", None, 2),
])
def test_severity_is_what_was_said_or_that_of_the_kind(kind: str, said: int | None, severity: int) -> None:
    assert rules.severity_of(kind, said) == severity
    assert rules.escalates_at_once(severity) is (severity == 4)


def test_items_are_what_was_decided_or_what_the_kind_needs() -> None:
    rope = [RequiredItem(item="escape_rope", quantity=2)]
    assert rules.items_needed("no_exit_sign", rope) == rope
    assert rules.items_needed("no_exit_sign", []) == []
    assert rules.items_needed("no_exit_sign", None) == list(KINDS["no_exit_sign"].remedy)
    assert rules.items_needed("never_heard_of", None) == list(kind_of("other").remedy)


def test_a_reinspection_is_due_within_a_week() -> None:
    assert rules.reinspection_due(date(2026, 12, 28)) == date(2027, 1, 4)


class Transaction:
    """As much of a session as the actions of one hazard touch: what was said gathers in `info`."""

    def __init__(self) -> None:
        self.info: dict[str, Any] = {}


NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
PEOPLE = st.sampled_from(["leader", "fixer", "other", "second"])
STEPS = st.lists(st.tuples(st.sampled_from([
    "verify", "reject", "start", "mitigate", "install", "accept", "pass", "fail", "close", "reopen"]), PEOPLE), max_size=40)


def attempt(tx: Any, hazard: Hazard, step: str, who: str) -> None:
    """One step by one person, as routes and listeners take it."""
    if step == "install":
        actions.add_fixers(hazard, who)
        return
    take = {
        "verify": lambda: actions.verify(tx, hazard, HazardVerifyIn(), by=who, now=NOW),
        "reject": lambda: actions.reject(tx, hazard, "not_found_on_site", NOW),
        "start": lambda: actions.start_mitigation(tx, hazard, NOW, by=who),
        "mitigate": lambda: asyncio.run(actions.mitigate_by_hand(tx, hazard, by=who, now=NOW)),
        "accept": lambda: asyncio.run(actions.mitigate(tx, hazard, by=who, now=NOW)),
        "pass": lambda: actions.reinspect(tx, hazard, HazardReinspectIn(passed=True), by=who, now=NOW),
        "fail": lambda: actions.reinspect(tx, hazard, HazardReinspectIn(passed=False, reason="loose"), by=who, now=NOW),
        "close": lambda: actions.close(tx, hazard, NOW),
        "reopen": lambda: actions.reopen(tx, hazard, "still_unsafe", NOW),
    }
    take[step]()


@given(STEPS)
def test_it_is_closed_only_after_somebody_else_has_looked(steps: list[tuple[str, str]]) -> None:
    tx, fixers, looked = Transaction(), set(), None
    hazard = Hazard(community="dungen", kind="no_exit_sign", severity=2, origin="person", reported_by="resident",
                    reported_at=NOW, correlation_id=new_id(), fixed_by=[], required_items=[])
    for step, who in steps:
        before, version = hazard.state, hazard.version
        try:
            attempt(tx, hazard, step, who)
        except Problem:
            assert (hazard.state, hazard.version) == (before, version), "a refused step changes nothing"
            continue
        if step in ("start", "mitigate", "install", "accept"):
            fixers.add(who)
        if step == "pass":
            looked = who
            assert who not in fixers
        if step in ("fail", "reopen"):
            looked = None
        assert looked is not None or hazard.state not in ("reinspected", "closed")
        assert set(hazard.fixed_by) == fixers
    said = tx.info["said"].rows if "said" in tx.info else []
    assert {row["correlation_id"] for row in said} <= {hazard.correlation_id}


def test_a_failed_look_opens_it_again_for_everything() -> None:
    tx = Transaction()
    hazard = Hazard(community="dungen", kind="no_exit_sign", severity=2, origin="person", reported_by="resident",
                    reported_at=NOW, correlation_id=new_id(), state="mitigated", works_id=new_id(), need_id=new_id(),
                    is_supplied=True, required_items=[], fixed_by=["fixer"])
    actions.reinspect(tx, hazard, HazardReinspectIn(passed=False, reason="loose"), by="other", now=NOW)
    assert (hazard.state, hazard.works_id, hazard.need_id, hazard.is_supplied) == ("verified", None, None, False)
