"""What a patrol round must be, before its findings become hazards."""

from services.volunteer.patrols.checklists import CHECKLISTS
from services.volunteer.patrols.models import PatrolIn
from shared.http.problems import FieldError, Invalid, Words, invalid

ALWAYS_ALLOWED = "other"


def must_follow_checklist(body: PatrolIn) -> None:
    """Raises `Invalid` that names every finding outside the checklist, and every kind named twice in a place."""
    items = CHECKLISTS.get(body.checklist)
    if items is None:
        raise invalid("body.checklist", "没有这份检查表", "No such checklist", known=sorted(CHECKLISTS))
    errors = [error for index, place in enumerate(body.places) for error in wrong_findings(index, place, items)]
    if errors:
        raise Invalid(errors=errors)


def wrong_findings(index: int, place, items: tuple[str, ...]) -> list[FieldError]:
    errors, seen = [], set()
    for number, finding in enumerate(place.findings):
        field = f"body.places.{index}.findings.{number}.kind"
        if finding.kind not in items and finding.kind != ALWAYS_ALLOWED:
            errors.append(FieldError(field, Words("不在检查表中", "Not on the checklist")))
        if finding.kind in seen and finding.kind != ALWAYS_ALLOWED:
            errors.append(FieldError(field, Words("同一地点重复", "Named twice for one place")))
        if finding.kind in place.skipped:
            errors.append(FieldError(field, Words("同时标为未检查", "Also marked as skipped")))
        seen.add(finding.kind)
    return errors
