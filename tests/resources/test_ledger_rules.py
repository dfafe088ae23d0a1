"""The ledger's rules as tables of cases, and what holds for every draw and every part of a hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.fund.ledger import rules
from services.resources.fund.ledger.models import UNRESTRICTED
from services.resources.fund.ledger.rules import Balance, Entry, InsufficientFunds, PeriodClosed, Unbalanced, moved
from shared.http.problems import Conflict, Invalid

FEN = st.integers(1, 10**9)
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(("entries", "consent"), [
    ([], None), ([Entry("cash", "a", 0), Entry("gifts", "a", 0)], None), ([Entry("cash", "a", 5)], None),
    ([Entry("cash", "a", 5), Entry("gifts", "a", -4)], None), ([Entry("cash", "a", 5), Entry("gifts", "a", -4)], "p. 3"),
    ([Entry("cash", "medical", -5), Entry("cash", UNRESTRICTED, 5)], None),
])
def test_what_does_not_balance_is_refused(entries: list[Entry], consent: str | None) -> None:
    with pytest.raises(Unbalanced):
        rules.must_balance(entries, consent=consent)


def test_with_consent_money_changes_its_purpose() -> None:
    rules.must_balance([Entry("cash", "medical", -5), Entry("cash", UNRESTRICTED, 5)], consent="letter of 3 March")


@given(FEN, st.dictionaries(st.sampled_from(["medical", "school", UNRESTRICTED]), st.integers(0, 10**9)),
       st.sampled_from(["medical", UNRESTRICTED]))
def test_a_draw_takes_its_own_purpose_first_and_never_anothers(amount: int, free: dict[str, int], purpose: str) -> None:
    reach = {name: free.get(name, 0) for name in {purpose, UNRESTRICTED}}
    if sum(reach.values()) < amount:
        with pytest.raises(InsufficientFunds) as short:
            rules.draw(amount, purpose, free)
        assert short.value.facts["available"] == sum(reach.values())
        return
    drawn = dict(rules.draw(amount, purpose, free))
    assert sum(drawn.values()) == amount and set(drawn) <= set(reach)
    assert all(0 < part <= reach[name] for name, part in drawn.items())
    assert drawn.get(purpose, 0) == min(amount, reach[purpose])


@given(FEN, FEN, FEN)
def test_a_part_of_a_hold_balances_and_is_no_more_than_held(own: int, free: int, amount: int) -> None:
    held = [*moved(own, "medical", out_of="cash", into="aid"), *moved(free, UNRESTRICTED, out_of="cash", into="aid")]
    if amount > own + free:
        with pytest.raises(InsufficientFunds):
            rules.part_of(held, amount)
        return
    part = rules.part_of(held, amount)
    rules.must_balance(part)
    assert sum(entry.amount for entry in part if entry.amount > 0) == amount
    assert {entry.restriction: -entry.amount for entry in part if entry.amount < 0}.get("medical", 0) == min(own, amount)


def test_all_short_accounts_are_named_at_once() -> None:
    balances = {("cash", "a"): Balance(10, -4, True), ("cash", "b"): Balance(3, 0, True), ("aid", "a"): Balance(0, 0, False)}
    with pytest.raises(InsufficientFunds) as short:
        rules.must_cover(balances, [Entry("cash", "a", -7), Entry("cash", "b", -4), Entry("aid", "a", 7)])
    assert [(one["restriction"], one["requested"], one["available"]) for one in short.value.facts["accounts"]] == [
        ("a", 7, 6), ("b", 4, 3)]
    rules.must_cover(balances, [Entry("cash", "a", -6), Entry("aid", "a", -1)])


@pytest.mark.parametrize(("day", "closed", "refusal"), [
    (date(2026, 3, 10), None, None), (date(2026, 3, 11), None, Invalid), (date(2026, 2, 28), date(2026, 2, 28), PeriodClosed),
    (date(2026, 3, 1), date(2026, 2, 28), None),
])
def test_days_that_may_be_booked(day: date, closed: date | None, refusal: type[Exception] | None) -> None:
    if refusal is None:
        rules.must_be_open(day, closed, TODAY)
        return
    with pytest.raises(refusal):
        rules.must_be_open(day, closed, TODAY)


@pytest.mark.parametrize(("resolution", "posted", "expired", "state"), [
    (None, 0, False, "pending"), (None, 0, True, "expired"), ("post_hold", 9, False, "posted"),
    ("post_hold", 4, True, "part_posted"), ("void_hold", 0, False, "voided"), ("expire_hold", 0, True, "expired"),
])
def test_what_became_of_a_hold(resolution: str | None, posted: int, expired: bool, state: str) -> None:
    assert rules.hold_state(9, resolution, posted, expired=expired) == state


@pytest.mark.parametrize(("kind", "already"), [("hold", False), ("reverse", False), ("void_hold", False), ("post", True)])
def test_what_is_not_reversed(kind: str, already: bool) -> None:
    with pytest.raises(Conflict):
        rules.must_be_reversible(kind, reversed_already=already)
