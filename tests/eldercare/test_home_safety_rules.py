"""What a home safety check must be, and what becomes of what it found."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.eldercare.home_safety import rules
from services.eldercare.home_safety.checklists import CHECKLISTS, ROOMS, VERSION
from services.eldercare.home_safety.models import FindingIn, HomeSafetyCheckIn
from shared.http.problems import Invalid, WrongState
from shared.types import new_id

CHECKLIST = CHECKLISTS[VERSION]
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)

VOLUNTEER_KINDS = {
    "no_smoke_detector", "exposed_wiring", "unsafe_wiring", "gas_leak", "gas_heater_self_installed", "slippery_floor",
    "missing_handrail", "broken_light", "falling_object", "stairway_clutter", "blocked_fire_passage",
}
OWN_KINDS = {
    "uneven_floor", "loose_mat", "blocked_walkway", "dim_light", "switch_out_of_reach", "unstable_furniture",
    "sharp_corner", "storage_too_high", "gas_hose_aged",
}


@pytest.mark.parametrize(("state", "step", "expected"), [
    ("open", "plan", "planned"),
    ("planned", "plan", None),
    ("fixed", "plan", None),
    ("open", "fix", "fixed"),
    ("planned", "fix", "fixed"),
    ("not_fixed", "fix", "fixed"),
    ("verified", "fix", None),
    ("open", "dismiss", "not_fixed"),
    ("planned", "dismiss", "not_fixed"),
    ("fixed", "dismiss", None),
    ("fixed", "accept", "verified"),
    ("open", "accept", None),
    ("not_fixed", "accept", None),
    ("verified", "reopen", "open"),
    ("fixed", "reopen", "open"),
    ("open", "reopen", None),
    (None, "accept", None),
])
def test_steps(state: str | None, step: str, expected: str | None) -> None:
    assert rules.allows(state, step) == (expected is not None)
    if expected:
        assert rules.next_state(state, step) == expected
        return
    with pytest.raises(WrongState):
        rules.next_state(state, step)


def finding(room: str = "bathroom", item: str = "toilet_handrail", result: str = "hazard", **more: object) -> FindingIn:
    return FindingIn(room=room, item=item, result=result, **more)


def check(*findings: FindingIn, checklist: str = VERSION) -> HomeSafetyCheckIn:
    return HomeSafetyCheckIn(community="yingui", resident_id=new_id(), checklist=checklist, findings=findings)


@pytest.mark.parametrize(("said", "field"), [
    (finding(room="garage"), "room"),
    (finding(room="kitchen"), "item"),
    (finding(item="teleporter"), "item"),
    (finding(kind="gas_leak"), "kind"),
    (finding(result="ok", severity=1), "severity"),
    (finding(result="not_applicable", kind="missing_handrail"), "kind"),
])
def test_a_finding_outside_the_checklist_is_named(said: FindingIn, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.must_follow_checklist(check(finding("kitchen", "gas", "ok"), said))
    assert [error.field for error in refused.value.errors] == [f"body.findings.1.{field}"]


def test_an_item_is_named_once_for_a_room() -> None:
    with pytest.raises(Invalid) as refused:
        rules.must_follow_checklist(check(finding(), finding(result="ok"), finding("bedroom", "floor", "ok")))
    assert [error.field for error in refused.value.errors] == ["body.findings.1.item"]


def test_an_unknown_checklist_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Invalid) as refused:
        rules.must_follow_checklist(check(finding(), checklist="home-1999"))
    assert refused.value.facts["known"] == sorted(CHECKLISTS)


@pytest.mark.parametrize(("said", "judged"), [
    (finding(), ("missing_handrail", 3, "open")),
    (finding(item="floor"), ("slippery_floor", 2, "open")),
    (finding(item="floor", kind="uneven_floor", severity=4), ("uneven_floor", 4, "open")),
    (finding(item="gas"), ("gas_leak", 4, "open")),
    (finding(item="gas", kind="gas_hose_aged"), ("gas_hose_aged", 3, "open")),
    (finding(kind="other"), ("other", 2, "open")),
    (finding(result="ok"), (None, None, None)),
    (finding(result="not_applicable"), (None, None, None)),
])
def test_what_was_not_said_is_what_is_usual(said: FindingIn, judged: tuple) -> None:
    assert rules.judged(said, CHECKLIST) == judged


@pytest.mark.parametrize(("later", "refused"), [(-1, False), (0, False), (1, True)])
def test_a_check_is_in_the_past(later: int, refused: bool) -> None:
    if not refused:
        return rules.must_be_past(NOW + timedelta(seconds=later), NOW)
    with pytest.raises(Invalid):
        rules.must_be_past(NOW + timedelta(seconds=later), NOW)


def test_checklists_hold_together() -> None:
    for checklist in CHECKLISTS.values():
        assert set(checklist.rooms) <= set(ROOMS)
        asked = [item for items in checklist.rooms.values() for item in items]
        assert set(asked) == set(checklist.items)
        assert all(len(items) == len(set(items)) for items in checklist.rooms.values())
        kinds = {kind: severity for item in checklist.items.values() for kind, severity in item.kinds.items()}
        assert set(kinds) == VOLUNTEER_KINDS | OWN_KINDS
        assert all(1 <= severity <= 4 for severity in kinds.values())


@given(st.dictionaries(st.integers(1, 7).map(lambda n: UUID(int=n)), st.none() | st.integers(1, 7).map(
    lambda n: UUID(int=n))), st.integers(1, 7).map(lambda n: UUID(int=n)))
def test_following_duplicates_always_arrives(links: dict[UUID, UUID | None], start: UUID) -> None:
    known = {id: rules.Hazard(id, "closed", other) for id, other in links.items()}
    root = rules.root_of(start, known)
    assert root is None or (root.duplicate_of is None and root.id in known)


ITEMS = [(room, item) for room, items in CHECKLIST.rooms.items() for item in items]


@given(st.lists(st.sampled_from(ITEMS), unique=True, min_size=1), st.data())
def test_whatever_follows_the_checklist_is_taken(asked: list[tuple[str, str]], data: st.DataObject) -> None:
    results = [data.draw(st.sampled_from(["ok", "hazard", "not_applicable"])) for _ in asked]
    body = check(*(finding(*place, result) for place, result in zip(asked, results, strict=True)))
    judged = [rules.judged(said, rules.must_follow_checklist(body)) for said in body.findings]
    assert [one.state == "open" for one in judged] == [result == "hazard" for result in results]
    assert all((one.kind is None) == (one.severity is None) == (one.state is None) for one in judged)
