"""By when a resident's word must have an answer: dated rule sets, read by the day on which the word came.

These are Linli's own proposal, in calendar days, and no legal limit. For comparison, petitions 信访 are registered and
routed within 15 days and settled within 60 (信访工作条例 2022, art. 22, 23, 34).
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from shared.clock import LOCAL_ZONE, local_day
from shared.events.mediation import OpinionKind


class AnswerRules(NamedTuple):
    version: str
    since: date
    days: dict[OpinionKind, int]


RULE_SETS: tuple[AnswerRules, ...] = (
    AnswerRules("2022-06", date(2022, 6, 1), {"hazard": 15, "need": 10, "dispute": 15, "idea": 30}),
)
"""Oldest first. The first one also holds for what came before it."""


class Deadline(NamedTuple):
    due_at: datetime
    rules: str


def deadline_of(kind: OpinionKind, received_at: datetime, rule_sets: tuple[AnswerRules, ...] = RULE_SETS) -> Deadline:
    """The midnight after the last day, where the neighbourhood lives; the day of receipt does not count."""
    day = local_day(received_at)
    rules = next((known for known in reversed(rule_sets) if known.since <= day), rule_sets[0])
    ends = datetime.combine(day + timedelta(days=rules.days[kind] + 1), time(), LOCAL_ZONE)
    return Deadline(ends.astimezone(UTC), rules.version)
