"""What may happen to a resident's word, and when a loop has answered it. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.mediation.opinions.models import ItemIn, WordIn
from shared.clock import local_day
from shared.events import Payload
from shared.http.problems import Conflict, Words, WrongState, invalid

STEPS: dict[str, dict[str, str]] = {
    "take_up": {"received": "in_progress", "in_progress": "in_progress"},
    "follow": {"received": "in_progress"},
    "answer": {"received": "answered", "in_progress": "answered", "answered": "answered"},
    "take_up_again": {"answered": "in_progress"},
}

STANDINGS: dict[str, str] = {
    "volunteer.hazard.reported": "open",
    "volunteer.hazard.verified": "open",
    "volunteer.hazard.assigned": "open",
    "volunteer.hazard.mitigation_started": "open",
    "volunteer.hazard.mitigated": "open",
    "volunteer.hazard.reinspected": "open",
    "volunteer.hazard.escalated": "open",
    "volunteer.hazard.reopened": "open",
    "volunteer.hazard.duplicate_found": "duplicate",
    "volunteer.hazard.rejected": "rejected",
    "volunteer.hazard.closed": "closed",
    "resources.need.submitted": "open",
    "resources.need.opened": "open",
    "resources.need.short": "open",
    "resources.need.covered": "open",
    "resources.need.fulfilled": "fulfilled",
    "resources.need.closed_short": "closed_short",
    "resources.need.cancelled": "cancelled",
}
"""What an event makes of the hazard or need it speaks of; one that is not here moves neither."""

OUTCOMES: dict[str, tuple[tuple[str, str], ...]] = {
    "hazard": (("closed", "hazard_closed"), ("rejected", "hazard_rejected")),
    "need": (("closed_short", "need_closed_short"), ("fulfilled", "need_fulfilled"), ("cancelled", "need_cancelled")),
}
"""Kind of word → once all its parts have ended, the first of these standings that one of them has gives the outcome."""

FACTS = frozenset({
    "attempt", "due_on", "hazards_found", "kind", "lines", "origin", "passed", "places_checked", "reason", "severity",
    "starts_at", "ends_at",
})
"""What of an event a reader may know: no account of anybody, no lot, no organisation."""


class Part(NamedTuple):
    """A hazard or a need of a loop, as last heard of."""

    id: UUID
    standing: str
    duplicate_of: UUID | None = None
    facts: Mapping[str, Any] = {}


class LoopEnd(NamedTuple):
    outcome: str
    facts: dict[str, Any]


def next_state(state: str, step: str) -> str:
    """Raises `WrongState` with the steps that are possible."""
    following = STEPS[step].get(state)
    if following is None:
        raise WrongState(state=state, step=step, possible=[name for name, states in STEPS.items() if state in states])
    return following


def allows(state: str, step: str) -> bool:
    return state in STEPS[step]


def must_fit_kind(word: WordIn) -> None:
    """Raises `Invalid`: only a need is counted in goods."""
    if word.items and word.kind != "need":
        raise invalid("body.items", "只有需求才填物品", "Items belong to a need only")


def items_wanted(word: WordIn) -> list[ItemIn]:
    """What was counted, or else one of what the need is about."""
    if word.kind != "need" or word.items or word.topic is None:
        return word.items
    return [ItemIn(item=word.topic, quantity=1)]


def must_be_answered(state: str) -> None:
    if state != "answered":
        raise WrongState(state=state, step="confirm_told", possible=[])


def must_be_untold(told_at: datetime | None) -> None:
    if told_at is not None:
        raise Conflict(Words("答复已经告知过", "The answer has been told already"), told_at=told_at.isoformat())


def must_follow_answer(told_at: datetime, answered_at: datetime, now: datetime) -> None:
    if told_at < answered_at:
        raise invalid("body.told_at", "早于答复时间", "Earlier than the answer", answered_at=answered_at.isoformat())
    if told_at > now:
        raise invalid("body.told_at", "不能是将来", "Cannot be in the future")


def is_overdue(state: str, due_at: datetime, now: datetime) -> bool:
    return state != "answered" and due_at <= now


def kind_of_event(event_type: str) -> str:
    """`volunteer.hazard.verified.v1` → `volunteer.hazard.verified`."""
    return event_type.rpartition(".")[0]


def facts_of(payload: Payload) -> dict[str, Any]:
    facts = payload.model_dump(mode="json", include=FACTS, exclude_none=True)
    if starts_at := getattr(payload, "starts_at", None):
        facts["starts_on"] = local_day(starts_at).isoformat()
    return facts | counted(facts)


def counted(facts: Mapping[str, Any]) -> dict[str, int]:
    """The totals of short lines; nothing where no lines are, or they only say what is wanted."""
    lines = facts.get("lines")
    if lines is None or not all("supplied" in line for line in lines):
        return {}
    return {name: sum(line[name] for line in lines) for name in ("requested", "supplied")}


def end_of_loop(kind: str, own: Collection[UUID], known: Mapping[UUID, Part]) -> LoopEnd | None:
    """None while anything of it is open, or nothing has come of the word yet.

    `own` are the hazards or needs this word led to, `known` also those they turned out to be the same as.
    """
    ends = [root_of(id, known) for id in own]
    standings = {end.standing if end else "open" for end in ends}
    if not ends or "open" in standings:
        return None
    for standing, outcome in OUTCOMES.get(kind, ()):
        if standing in standings:
            return LoopEnd(outcome, joined([end.facts for end in ends if end and end.standing == standing]))
    return None


def root_of(id: UUID, known: Mapping[UUID, Part]) -> Part | None:
    """The part itself, or the one it is the same as; none when that one was never heard of, or they go in a circle."""
    seen: set[UUID] = set()
    while (part := known.get(id)) is not None and part.duplicate_of is not None:
        if id in seen:
            return None
        seen.add(id)
        id = part.duplicate_of
    return part


def joined(facts: Collection[Mapping[str, Any]]) -> dict[str, Any]:
    """Of several ends: the first reason, and all short lines with their totals."""
    reasons = [{"reason": fact["reason"]} for fact in facts if "reason" in fact]
    lines = [fact["lines"] for fact in facts if "lines" in fact]
    all_lines = {"lines": [line for of_one in lines for line in of_one]} if lines else {}
    return (reasons[0] if reasons else {}) | all_lines | counted(all_lines)
