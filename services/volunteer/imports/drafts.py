"""What an accepted row would make: a volunteer, or a patrol record with its hazards. Plain data for actions."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.spreadsheets.people import Person
from shared.spreadsheets.places import Place

SquadRole = Literal["leader", "deputy", "secretary", "member"]
PatrolState = Literal["open", "fixed"]


@dataclass(frozen=True, slots=True)
class QualificationDraft:
    """`valid_until` is the last day of the month that was named."""

    name: str
    valid_until: date | None = None


@dataclass(slots=True)
class VolunteerDraft:
    """`courtyard`: the full name where the short one fits only one. `team`: from a column, the title or the sheet.

    `has_left`: the list says that the person is no longer with them.
    """

    person: Person
    team: str = ""
    courtyard: str = ""
    courtyard_text: str = ""
    role: SquadRole = "member"
    role_text: str = ""
    has_left: bool = False
    skills: tuple[str, ...] = ()
    qualifications: tuple[QualificationDraft, ...] = ()
    availability: str = ""
    joined_on: date | None = None
    organisation: str = ""
    studies: str = ""
    address: str = ""
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    person_key: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class FoundHazard:
    """`kind` is a word of the hazard vocabulary; `text` what was written."""

    kind: str
    text: str


@dataclass(slots=True)
class PatrolDraft:
    """One record of a patrol notebook. `hazards` are only those that no earlier record had; `keys` name all of them."""

    found_on: date | None
    place: Place
    spot: str
    hazards: tuple[FoundHazard, ...]
    severity: int | None = None
    found_by: tuple[str, ...] = ()
    state: PatrolState = "open"
    state_text: str = ""
    measures: str = ""
    due_on: date | None = None
    fixed_on: date | None = None
    reinspected_on: date | None = None
    record_number: str = ""
    notes: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
