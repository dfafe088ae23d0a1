"""Votes, duties and steps as tables of cases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.fund.applications import rules
from services.resources.fund.applications.rules import NotDecidable, Related, SamePerson, Vote
from services.resources.fund.committees.charters import CHARTERS
from services.resources.fund.committees.models import MemberIn
from services.resources.fund.committees.rules import must_be_composed
from shared.http.problems import Invalid

PLAIN, STRICT = CHARTERS["community_fund_2025"], CHARTERS["community_fund_strict_2026"]


def votes(*choices: str, attended: int = 1) -> list[Vote]:
    members = [Vote(f"m{number}", True, choice) for number, choice in enumerate(choices)]
    return members + [Vote(f"s{number}", False, "attended") for number in range(attended)]


Y, N, A, R = "approve", "reject", "abstain", "recused"


@pytest.mark.parametrize(("choices", "approved"), [
    ((Y, Y, Y, N, N), True), ((Y, Y, N, N, A), False), ((Y, Y, A, A, R), False), ((Y, Y, Y, A, R), True), ((Y, Y, N, N, R), False),
    ((A, A, A, A, A), False),
])
def test_more_than_half_of_those_who_took_part(choices: tuple[str, ...], approved: bool) -> None:
    assert rules.tally(votes(*choices), 5, PLAIN, closed=False).approved is approved


@pytest.mark.parametrize(("choices", "approved"), [
    ((Y, Y, Y, Y, N, N, R), True), ((Y, Y, Y, N, N, R, R), False), ((Y, Y, Y, Y, Y, N, N), True), ((Y, Y, Y, Y, N, N, N), False),
])
def test_two_thirds_where_the_charter_says_so(choices: tuple[str, ...], approved: bool) -> None:
    assert rules.tally(votes(*choices, attended=2), 7, STRICT, closed=False).approved is approved


@pytest.mark.parametrize(("choices", "attended", "closed", "why"), [
    ((Y, Y, Y, Y), 1, False, "missing"), ((Y, Y, Y), 1, True, "quorum"), ((Y, Y, Y, R, R), 1, True, "quorum"),
    ((Y, Y, Y, Y, Y), 0, True, "supervisor"),
])
def test_when_a_vote_cannot_be_decided(choices: tuple[str, ...], attended: int, closed: bool, why: str) -> None:
    with pytest.raises(NotDecidable) as refused:
        rules.tally(votes(*choices, attended=attended), 5, PLAIN, closed=closed)
    assert why in {*refused.value.facts, refused.value.facts.get("rule")}


@given(st.lists(st.sampled_from([Y, N, A, R]), min_size=5, max_size=5))
def test_a_recused_ballot_never_makes_an_approval(choices: list[str]) -> None:
    """With the recused taken for refusals instead, what was approved by most of the others may only fail."""
    try:
        with_recused = rules.tally(votes(*choices), 5, PLAIN, closed=True)
    except NotDecidable:
        return
    assert with_recused.approve == choices.count(Y)
    assert with_recused.approved == (2 * choices.count(Y) > 5 - choices.count(R))


@pytest.mark.parametrize(("choice", "voting", "related", "reason", "refusal"), [
    (Y, True, True, None, Related), (N, True, True, "bad", Related), (R, True, True, "relative", None),
    (R, True, False, "friend", None), (R, True, True, None, Invalid), (N, True, False, None, Invalid),
    ("attended", True, False, None, Invalid), (Y, False, False, None, Invalid), ("attended", False, True, None, None),
])
def test_who_may_cast_what(choice: str, voting: bool, related: bool, reason: str | None, refusal: type | None) -> None:
    if refusal is None:
        rules.must_be_cast_rightly(choice, voting=voting, related=related, reason=reason)
        return
    with pytest.raises(refusal):
        rules.must_be_cast_rightly(choice, voting=voting, related=related, reason=reason)


@pytest.mark.parametrize(("voting", "supervisors", "good"), [
    (5, 1, True), (7, 2, True), (3, 1, False), (4, 1, False), (6, 1, False), (5, 0, False),
])
def test_a_committee_is_five_or_more_odd_and_supervised(voting: int, supervisors: int, good: bool) -> None:
    members = [MemberIn(account=f"a{number}", role="member" if number < voting else "supervisor")
               for number in range(voting + supervisors)]
    if good:
        must_be_composed(members, PLAIN)
        return
    with pytest.raises(Invalid):
        must_be_composed(members, PLAIN)


def test_nobody_sits_twice() -> None:
    members = [MemberIn(account="same")] * 5 + [MemberIn(account="s", role="supervisor")]
    with pytest.raises(Invalid):
        must_be_composed(members, PLAIN)


def test_author_approver_and_payer_are_three_people() -> None:
    with pytest.raises(SamePerson):
        rules.must_be_another("x", {"x", None}, "payer")
    rules.must_be_another("x", {"y", None}, "payer")


def test_every_step_leads_to_a_state_there_is() -> None:
    assert {state for steps in rules.STEPS.values() for state in steps.values()} <= set(rules.STEPS)
    assert set(rules.AFTER_APPEAL.values()) <= set(rules.STEPS)


def test_the_last_day_of_the_notice_still_belongs_to_it() -> None:
    with pytest.raises(rules.NoticeRuns):
        rules.must_be_noticed(date(2026, 3, 10), date(2026, 3, 10))
    rules.must_be_noticed(date(2026, 3, 10), date(2026, 3, 11))


def test_what_is_unverified_says_so() -> None:
    assert all(charter.composition_source and not charter.verified for charter in CHARTERS.values())
