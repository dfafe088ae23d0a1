"""How long the eldercare service keeps what. Linli's own: a period of five years for files of care homes is quoted by
others, was not verified, and does not bind a community in any case."""

from datetime import date

from sqlmodel import col

from services.eldercare.home_safety.models import HomeSafetyFinding
from shared.http.problems import Words
from shared.privacy.retention.classes import RetentionClass, forgets

NOTES = Words("多年前居家检查的文字和照片", "Notes and pictures of checks many years ago")

CLASSES = (
    RetentionClass(
        "old_home_notes", NOTES, 60, "anonymise", "own", date(2026, 11, 25),
        lambda before: col(HomeSafetyFinding.updated_at) < before,
        forgets(HomeSafetyFinding, NOTES, key=lambda row: row.check_id, blanked={"photos": []})),
)
