"""How long the mediation service keeps what. No period here is read in a law: all are Linli's own."""

from datetime import date

from sqlmodel import col

from services.mediation.opinions.models import Opinion
from shared.http.problems import Words
from shared.privacy.retention.classes import RetentionClass, forgets

WORDS = Words("早已答复的话（纠纷除外）", "Words answered long ago, but for disputes")

CLASSES = (
    RetentionClass(
        "answered_words", WORDS, 36, "anonymise", "own", date(2026, 11, 25),
        lambda before: (col(Opinion.state) == "answered") & (col(Opinion.kind) != "dispute")
        & (col(Opinion.updated_at) < before),
        forgets(Opinion, WORDS, key=lambda row: row.id, blanked={
            "spoken_by": None, "noted_down_by": None, "speaker_resident_id": None, "answer_code_hash": None,
            "read_back": None})),
)
"""What stays is the kind, the place, the outcome and the days: the same totals as before."""
