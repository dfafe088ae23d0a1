"""How long the resources service keeps what. No period here is read in a law: all are Linli's own. What rows of imported
lists said is forgotten after days, without anybody's approval (shared/imports/companion.py)."""

from datetime import date

from sqlmodel import col

from services.resources.register.residents.models import Resident
from shared.clock import local_day
from shared.http.problems import Words
from shared.privacy.retention.classes import RetentionClass, forgets

GONE = Words("已迁出或去世的居民：停止使用", "Residents who moved away or died: no longer used")
LONG_GONE = Words("多年前迁出或去世的居民：不再可认", "Residents who left many years ago: nobody is recognised")

CLASSES = (
    RetentionClass(
        "residents_who_left", GONE, 6, "restrict", "own", date(2026, 11, 25),
        lambda before: col(Resident.left_on) < local_day(before), forgets(Resident, GONE),
        restricts=lambda row: row.id),
    RetentionClass(
        "residents_long_gone", LONG_GONE, 60, "anonymise", "own", date(2026, 11, 25),
        lambda before: col(Resident.left_on) < local_day(before),
        forgets(Resident, LONG_GONE, key=lambda row: row.id, blanked={"birth_date": None, "household_id": None})),
)
"""The sex and that somebody was there stay, for totals."""
