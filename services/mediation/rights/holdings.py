"""What the mediation service holds about a resident: their words, and the answers."""

from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from services.mediation.opinions.models import Opinion, OpinionAnswer
from shared.http.problems import Words
from shared.privacy.rights.holdings import Holding, Subject


def spoken_by_them(who: Subject) -> ColumnElement[bool]:
    """Who spoke without a name is not found: that was promised."""
    said = col(Opinion.speaker_resident_id) == who.resident_id
    return said if who.account is None else or_(said, col(Opinion.spoken_by) == who.account)


def of_no_dispute() -> ColumnElement[bool]:
    """Words of a dispute are for whoever took it up (`opinions:read_dispute`), and no export goes around that."""
    return col(Opinion.kind) != "dispute"


def why_kept(opinion: Any) -> str | None:
    """A dispute has two parties: the file of it is not one's own alone."""
    return "other_party" if opinion.kind == "dispute" else None


HOLDINGS = (
    Holding(
        OpinionAnswer, Words("得到的答复", "Answers they were given"),
        lambda who: col(OpinionAnswer.opinion_id).in_(select(Opinion.id).where(spoken_by_them(who))),
        ("opinion_id", "outcome", "reason", "answered_by", "answered_at", "told_at", "told_channel"),
        staff_get=lambda: col(OpinionAnswer.opinion_id).in_(select(Opinion.id).where(of_no_dispute())),
        kept=lambda row: "totals"),
    Holding(
        Opinion, Words("说过的话", "What they said"), spoken_by_them,
        ("id", "community", "kind", "topic", "severity", "words", "items", "place_id", "place_label", "speaker_contact",
         "read_back", "state", "received_at", "answer_due_at", "told_at"),
        staff_get=of_no_dispute,
        key=lambda row: row.id, kept=why_kept,
        blanked={"spoken_by": None, "speaker_resident_id": None, "place_id": None, "read_back": None}),
)
"""An answer's reason is sealed under the key of its opinion and goes with it."""
