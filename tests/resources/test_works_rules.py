"""Works: the steps, the licence on the day, four eyes. Pure."""

from datetime import UTC, date, datetime

import pytest

from services.resources.needs.rules import Standing
from services.resources.register.organisations.models import Licence
from services.resources.works import rules
from shared.http.problems import Conflict, Invalid, WrongState
from shared.types import new_id

STATES = ("planned", "provider_chosen", "scheduled", "installed", "refused", "accepted", "cancelled")
ALLOWED = {
    "choose_provider": {"planned", "provider_chosen", "scheduled", "refused"},
    "schedule": {"planned", "provider_chosen", "scheduled", "refused"},
    "install": {"scheduled", "installed", "refused"},
    "refuse": {"installed"},
    "accept": {"installed"},
    "cancel": {"planned", "provider_chosen", "scheduled", "refused"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", ALLOWED)
def test_steps(step: str, state: str) -> None:
    assert rules.allows(state, step) is (state in ALLOWED[step])
    if state in ALLOWED[step]:
        assert rules.next_state(state, step) in STATES
    else:
        with pytest.raises(WrongState):
            rules.next_state(state, step)


def test_what_has_ended_has_no_further_step() -> None:
    assert not [step for step in ALLOWED for state in rules.ENDED if rules.allows(state, step)]


def licence(number: str, valid_from: str | None = None, valid_to: str | None = None, kind: str = "electrician") -> Licence:
    return Licence(kind=kind, number=number, valid_from=valid_from, valid_to=valid_to)


HELD = [licence("old", "2020-01-01", "2026-03-10"), licence("new", "2026-03-12", "2030-01-01"),
        licence("gas", kind="gas_fitter")]


@pytest.mark.parametrize(("kind", "days", "number"), [
    (None, [date(2026, 3, 11)], None),
    ("electrician", [date(2026, 3, 10)], "old"),
    ("electrician", [date(2026, 3, 11)], "refused"),
    ("electrician", [date(2026, 3, 12)], "new"),
    ("electrician", [date(2026, 3, 10), date(2026, 3, 12)], "refused"),
    ("gas_fitter", [date(2035, 1, 1)], "gas"),
    ("lift_mechanic", [], "refused"),
])
def test_one_licence_holds_on_all_the_days(kind: str | None, days: list[date], number: str | None) -> None:
    if number == "refused":
        with pytest.raises(rules.NoLicence):
            rules.licence_for(HELD, kind, days)
        return
    found = rules.licence_for(HELD, kind, days)
    assert (found.number if found else None) == number


def test_a_provider_may_be_chosen_for_a_licence_that_still_begins() -> None:
    assert [one.number for one in rules.not_ended(HELD, date(2026, 3, 11))] == ["new", "gas"]


def test_a_day_that_begins_when_the_works_end_is_not_touched() -> None:
    starts_at = datetime(2026, 3, 10, 1, tzinfo=UTC)
    midnight_in_china = datetime(2026, 3, 11, 16, tzinfo=UTC)
    assert rules.days_of(starts_at, midnight_in_china) == (date(2026, 3, 10), date(2026, 3, 11))
    assert rules.days_of(starts_at, midnight_in_china.replace(minute=1)) == (date(2026, 3, 10), date(2026, 3, 12))


@pytest.mark.parametrize(("state", "attempt", "following"), [
    ("scheduled", 0, 1), ("installed", 1, 1), ("refused", 1, 2), ("scheduled", 1, 2),
])
def test_a_refusal_begins_a_new_attempt_a_further_part_does_not(state: str, attempt: int, following: int) -> None:
    assert rules.attempt_after(state, attempt) == following


@pytest.mark.parametrize(("check", "arguments", "problem"), [
    (rules.must_be_a_second_person, ("fitter", ["other", "fitter"]), Conflict),
    (rules.must_be_a_second_person, ("second", ["fitter"]), None),
    (rules.must_have_provider, ("electrician", None), Conflict),
    (rules.must_have_provider, ("electrician", new_id()), None),
    (rules.must_have_provider, (None, None), None),
    (rules.must_show_photos, ("electrician", []), Invalid),
    (rules.must_show_photos, (None, []), None),
])
def test_who_may_and_what_is_shown(check, arguments: tuple, problem: type[Exception] | None) -> None:
    if problem is None:
        check(*arguments)
        return
    with pytest.raises(problem):
        check(*arguments)


def test_what_is_still_to_come_keeps_works_from_being_accepted() -> None:
    done = Standing(new_id(), "mask", 5, issued=3, cancelled=2)
    waits = Standing(new_id(), "rope", 5, issued=3, reserved=2)
    rules.must_be_complete([done])
    with pytest.raises(Conflict) as refused:
        rules.must_be_complete([done, waits])
    assert refused.value.facts["lines"] == [{"item": "rope", "outstanding": 2}]
