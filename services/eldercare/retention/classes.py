"""How long the eldercare service keeps what. Linli's own: a period of five years for files of care homes is quoted by
others, was not verified, and does not bind a community in any case."""

from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.eldercare.home_safety.models import HomeSafetyFinding
from services.eldercare.retention.tables import RetainedRow
from shared.http.problems import Words
from shared.privacy.retention.classes import RetentionClass, forgets

NOTES = Words("多年前居家检查的文字和照片", "Notes and pictures of checks many years ago")

CODE = "old_home_notes"


def of_old_checks(before: datetime) -> ColumnElement[bool]:
    """All findings of a check have one key: none is due before the last of them is. Those that were dealt with already
    do not count, because that changed them."""
    sibling = aliased(HomeSafetyFinding)
    dealt_with = select(RetainedRow.row_id).where(RetainedRow.code == CODE)
    still_young = select(sibling.id).where(
        sibling.check_id == HomeSafetyFinding.check_id, sibling.updated_at >= before, sibling.id.not_in(dealt_with))
    return ~still_young.exists()


CLASSES = (
    RetentionClass(
        CODE, NOTES, 60, "anonymise", "own", date(2026, 11, 25),
        of_old_checks,
        forgets(HomeSafetyFinding, NOTES, key=lambda row: row.check_id, blanked={"photos": []})),
)
