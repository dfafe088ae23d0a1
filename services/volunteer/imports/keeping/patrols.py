"""Lines of patrol notebooks, into the book: every hazard that a line names becomes one of ours.

What the notebook calls mended is closed, with the days it gives: nobody works on it again, so nothing is said of it.
What it leaves open is reported as a patrol would report it, begins a loop of its own and waits to be verified.
"""

from datetime import date, datetime, time

from services.volunteer.hazards import rules
from services.volunteer.hazards.models import Hazard
from services.volunteer.imports.book import Book
from services.volunteer.imports.drafts import FoundHazard, PatrolDraft
from services.volunteer.imports.models import Import, PatrolRecord
from services.volunteer.imports.places import KnownPlace
from shared.clock import LOCAL_ZONE
from shared.types import new_id

LONGEST_STORY = 4000


def keep_patrol(book: Book, job: Import, draft: PatrolDraft, now: datetime) -> Hazard:
    """The first of the line's hazards."""
    place = book.places.of(draft.place)
    hazards = [keep_hazard(book, job, draft, found, place, now) for found in draft.hazards]
    book.records.append(PatrolRecord(
        community=job.community, keys=list(draft.keys), hazard_ids=[str(hazard.id) for hazard in hazards],
        found_on=draft.found_on, found_by=list(draft.found_by), place_label=label_of(draft, place),
        state_text=draft.state_text or None, measures=draft.measures or None, fixed_on=draft.fixed_on,
        reinspected_on=draft.reinspected_on, record_number=draft.record_number or None, notes=draft.notes or None,
        details=draft.extra, import_id=job.id))
    return hazards[0]


def keep_hazard(
    book: Book, job: Import, draft: PatrolDraft, found: FoundHazard, place: KnownPlace | None, now: datetime,
) -> Hazard:
    closed_on = (draft.reinspected_on or draft.fixed_on or draft.found_on) if draft.state == "fixed" else None
    return book.hazards.add(
        community=job.community, kind=found.kind, severity=rules.severity_of(found.kind, draft.severity),
        state="closed" if draft.state == "fixed" else "reported", origin="patrol",
        description=story(found.text, draft.measures, draft.notes),
        place_id=place.id if place else None, place_label=label_of(draft, place),
        longitude=place.longitude if place else None, latitude=place.latitude if place else None,
        correlation_id=new_id(), reported_by=f"import:{job.id}", reported_at=moment(draft.found_on, now),
        due_on=draft.due_on, closed_at=moment(closed_on, now) if draft.state == "fixed" else None,
        created_at=now, updated_at=now)


def moment(day: date | None, now: datetime) -> datetime:
    """The beginning of that day where the neighbourhood lives; a day that is missing or still to come is now."""
    began = datetime.combine(day, time.min, LOCAL_ZONE) if day else now
    return min(began, now)


def label_of(draft: PatrolDraft, place: KnownPlace | None) -> str | None:
    written = draft.place.house_code or draft.place.courtyard or draft.place.address or (place.name if place else "")
    return " ".join(part for part in (written, draft.place.building, draft.place.door, draft.spot) if part) or None


def story(*parts: str) -> str | None:
    return "；".join(part for part in parts if part)[:LONGEST_STORY] or None
