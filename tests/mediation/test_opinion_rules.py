"""What may happen to a word, and when a loop has answered it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mediation.opinions import rules
from services.mediation.opinions.codes import ALPHABET, digest_of, new_code
from services.mediation.opinions.deadlines import AnswerRules, deadline_of
from services.mediation.opinions.models import WordIn, WorkerOutcome
from services.mediation.opinions.words import OUTCOMES, STEPS, sentence
from shared.events import resources, volunteer
from shared.http.problems import Conflict, Invalid, Words, WrongState
from shared.types import new_id

A, B, C, D = (UUID(int=number) for number in range(1, 5))
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SHORT = {"reason": "not_to_be_had", "lines": [{"item": "mask", "requested": 20, "supplied": 5}]}


@pytest.mark.parametrize(("state", "step", "expected"), [
    ("received", "take_up", "in_progress"),
    ("in_progress", "take_up", "in_progress"),
    ("answered", "take_up", None),
    ("received", "follow", "in_progress"),
    ("in_progress", "follow", None),
    ("answered", "follow", None),
    ("received", "answer", "answered"),
    ("in_progress", "answer", "answered"),
    ("answered", "answer", "answered"),
    ("answered", "take_up_again", "in_progress"),
    ("received", "take_up_again", None),
    ("in_progress", "take_up_again", None),
])
def test_steps(state: str, step: str, expected: str | None) -> None:
    assert rules.allows(state, step) == (expected is not None)
    if expected:
        assert rules.next_state(state, step) == expected
        return
    with pytest.raises(WrongState) as refused:
        rules.next_state(state, step)
    assert refused.value.facts["possible"] == [name for name in rules.STEPS if rules.allows(state, name)]


def part(id: UUID, standing: str, duplicate_of: UUID | None = None, **facts: object) -> rules.Part:
    return rules.Part(id, standing, duplicate_of, facts)


@pytest.mark.parametrize(("kind", "own", "others", "outcome"), [
    ("hazard", [], [], None),
    ("hazard", [part(A, "open")], [], None),
    ("hazard", [part(A, "closed")], [], "hazard_closed"),
    ("hazard", [part(A, "closed"), part(B, "open")], [], None),
    ("hazard", [part(A, "closed"), part(B, "rejected", reason="not_found_on_site")], [], "hazard_closed"),
    ("hazard", [part(A, "rejected", reason="x"), part(B, "rejected", reason="y")], [], "hazard_rejected"),
    ("hazard", [part(A, "closed"), part(B, "duplicate", A)], [], "hazard_closed"),
    ("hazard", [part(A, "duplicate", C)], [], None),
    ("hazard", [part(A, "duplicate", C)], [part(C, "open")], None),
    ("hazard", [part(A, "duplicate", C)], [part(C, "closed")], "hazard_closed"),
    ("hazard", [part(A, "duplicate", C)], [part(C, "duplicate", D), part(D, "rejected", reason="x")], "hazard_rejected"),
    ("hazard", [part(A, "duplicate", B), part(B, "duplicate", A)], [], None),
    ("need", [part(A, "fulfilled")], [], "need_fulfilled"),
    ("need", [part(A, "fulfilled"), part(B, "closed_short", **SHORT)], [], "need_closed_short"),
    ("need", [part(A, "cancelled", reason="x")], [], "need_cancelled"),
    ("need", [part(A, "fulfilled"), part(B, "cancelled", reason="x")], [], "need_fulfilled"),
    ("idea", [part(A, "closed")], [], None),
    ("dispute", [], [], None),
])
def test_when_a_loop_has_answered(
    kind: str, own: list[rules.Part], others: list[rules.Part], outcome: str | None,
) -> None:
    end = rules.end_of_loop(kind, [one.id for one in own], {one.id: one for one in own + others})
    assert (end and end.outcome) == outcome


def test_a_short_end_names_what_was_wanted_and_given() -> None:
    own = [part(A, "closed_short", **SHORT), part(B, "closed_short", reason="late", lines=[
        {"item": "handrail", "requested": 2, "supplied": 1}])]
    end = rules.end_of_loop("need", [A, B], {one.id: one for one in own})
    assert end == ("need_closed_short", {
        "reason": "not_to_be_had", "requested": 22, "supplied": 6,
        "lines": [{"item": "mask", "requested": 20, "supplied": 5}, {"item": "handrail", "requested": 2, "supplied": 1}]})


IDS = st.sampled_from([UUID(int=number) for number in range(1, 8)])
STANDINGS = st.sampled_from(["open", "closed", "rejected"])


@given(st.dictionaries(IDS, st.tuples(STANDINGS, st.none() | IDS), min_size=1), st.data())
def test_a_loop_ends_only_when_nothing_of_it_is_open(known: dict, data: st.DataObject) -> None:
    parts = {id: rules.Part(id, standing, other) for id, (standing, other) in known.items()}
    own = data.draw(st.lists(st.sampled_from(sorted(parts)), unique=True))
    end = rules.end_of_loop("hazard", own, parts)
    roots = [rules.root_of(id, parts) for id in own]
    assert (end is None) == (not roots or any(root is None or root.standing == "open" for root in roots))
    assert end == rules.end_of_loop("hazard", own[::-1], parts)


@given(IDS, st.dictionaries(IDS, st.none() | IDS))
def test_following_duplicates_always_arrives(start: UUID, links: dict[UUID, UUID | None]) -> None:
    parts = {id: rules.Part(id, "closed", other) for id, other in links.items()}
    root = rules.root_of(start, parts)
    assert root is None or (root.duplicate_of is None and root.id in parts)


def word(**fields: object) -> WordIn:
    return WordIn(**{"community": "dungen", "kind": "need", "words": "要"} | fields)


@pytest.mark.parametrize(("said", "wanted"), [
    (word(topic="mask"), [("mask", 1)]),
    (word(topic="mask", items=[{"item": "mask", "quantity": 9}]), [("mask", 9)]),
    (word(), []),
    (word(kind="hazard", topic="gas_leak"), []),
])
def test_what_a_need_wants(said: WordIn, wanted: list[tuple[str, int]]) -> None:
    assert [(item.item, item.quantity) for item in rules.items_wanted(said)] == wanted


@pytest.mark.parametrize("kind", ["hazard", "dispute", "idea"])
def test_only_a_need_is_counted(kind: str) -> None:
    with pytest.raises(Invalid):
        rules.must_fit_kind(word(kind=kind, items=[{"item": "mask", "quantity": 1}]))
    rules.must_fit_kind(word(kind=kind))


@pytest.mark.parametrize(("told_at", "refused"), [
    (NOW - timedelta(seconds=1), True), (NOW, False), (NOW + timedelta(hours=1), False), (NOW + timedelta(hours=2), True),
])
def test_telling_follows_the_answer_and_is_past(told_at: datetime, refused: bool) -> None:
    if not refused:
        return rules.must_follow_answer(told_at, NOW, NOW + timedelta(hours=1))
    with pytest.raises(Invalid):
        rules.must_follow_answer(told_at, NOW, NOW + timedelta(hours=1))


def test_an_answer_is_told_once() -> None:
    rules.must_be_untold(None)
    with pytest.raises(Conflict):
        rules.must_be_untold(NOW)


@pytest.mark.parametrize(("state", "late", "overdue"), [
    ("received", 0, True), ("in_progress", 1, True), ("answered", 1, False), ("received", -1, False),
])
def test_overdue(state: str, late: int, overdue: bool) -> None:
    assert rules.is_overdue(state, NOW, NOW + timedelta(seconds=late)) is overdue


TWO_SETS = (
    AnswerRules("old", date(2022, 1, 1), dict.fromkeys(("hazard", "need", "dispute", "idea"), 5)),
    AnswerRules("new", date(2026, 3, 1), dict.fromkeys(("hazard", "need", "dispute", "idea"), 1)),
)


@pytest.mark.parametrize(("received", "due", "version"), [
    ("2026-02-10T08:00:00+08:00", "2026-02-16T00:00:00+08:00", "old"),
    ("2026-02-28T23:59:00+08:00", "2026-03-06T00:00:00+08:00", "old"),
    ("2026-02-28T16:00:00+00:00", "2026-03-03T00:00:00+08:00", "new"),
    ("2020-01-01T00:00:00+08:00", "2020-01-07T00:00:00+08:00", "old"),
])
def test_the_deadline_is_counted_in_local_days_by_the_rules_of_that_day(received: str, due: str, version: str) -> None:
    deadline = deadline_of("hazard", datetime.fromisoformat(received), TWO_SETS)
    assert deadline == (datetime.fromisoformat(due), version)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
       st.sampled_from(["hazard", "need", "dispute", "idea"]))
def test_every_word_has_whole_days_to_be_answered(received: datetime, kind: str) -> None:
    due = deadline_of(kind, received).due_at
    assert due.utcoffset() == timedelta(0)
    assert timedelta(days=10) < due - received <= timedelta(days=31)


@given(st.permutations(list(" -.")), st.booleans())
def test_a_code_is_known_however_it_is_written(signs: list[str], small: bool) -> None:
    code = new_code()
    assert set(code) <= {*ALPHABET, "-"}
    written = signs[0].join(code.replace("0", "O").replace("1", "i"))
    assert digest_of(written.lower() if small else written) == digest_of(code)
    assert digest_of(new_code()) != digest_of(code)


PAYLOADS = [
    volunteer.PatrolSubmitted(patrol_id=A, places_checked=6, hazards_found=8),
    volunteer.HazardReported(hazard_id=A, kind="gas_leak", severity=4, origin="patrol"),
    volunteer.HazardRejected(hazard_id=A, reason="not_found_on_site"),
    resources.NeedClosedShort(need_id=A, reason="new_word", lines=[]),
    resources.NeedClosedShort(need_id=A, **SHORT),
    resources.WorksScheduled(works_id=A, starts_at=datetime(2026, 3, 1, 17, tzinfo=UTC), ends_at=NOW + timedelta(days=2)),
    resources.WorksRefused(works_id=A, reason="loose", attempt=1),
    resources.WorksCancelled(works_id=A, reason="moved_away"),
    resources.NeedCancelled(need_id=A, reason="moved_away"),
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.event_type)
def test_an_event_is_a_sentence_in_both_languages(payload) -> None:
    code, facts = rules.kind_of_event(payload.event_type), rules.facts_of(payload)
    for language in ("zh", "en"):
        assert "{" not in sentence(STEPS, code, facts, language)


@pytest.mark.parametrize(("payload", "zh", "en"), [
    (PAYLOADS[2], "核实后不是隐患（现场没有发现）", "It was looked at and is no hazard (not found on site)"),
    (PAYLOADS[4], "需要20件，给了5件（暂时无法找到）", "5 of 20 were given (not to be had)"),
    (PAYLOADS[5], "施工定于2026-03-02", "The works begin on 2026-03-02"),
    (PAYLOADS[6], "验收未通过，返工（loose）", "The works were not accepted and are redone (loose)"),
])
def test_sentences(payload, zh: str, en: str) -> None:
    code, facts = rules.kind_of_event(payload.event_type), rules.facts_of(payload)
    assert (sentence(STEPS, code, facts, "zh"), sentence(STEPS, code, facts, "en")) == (zh, en)


def test_a_reader_learns_no_account_and_no_organisation() -> None:
    accepted = resources.WorksAccepted(works_id=A, installed_by="fixer", accepted_by="second")
    chosen = resources.WorksProviderChosen(works_id=A, organisation_id=new_id())
    assert rules.facts_of(accepted) == rules.facts_of(chosen) == {}


def test_every_outcome_has_words() -> None:
    given_by_loops = {outcome for ends in rules.OUTCOMES.values() for _, outcome in ends}
    assert given_by_loops | set(WorkerOutcome.__args__) == set(OUTCOMES)
    assert all(isinstance(words, Words) for words in OUTCOMES.values())
