"""What the volunteer service holds already, as plain look-ups for judging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.spreadsheets.same_person import KnownPerson


@dataclass(frozen=True, slots=True)
class CommunityContext:
    """Whose list it is. Dates without a year belong to the year of the reference date."""

    slug: str
    name: str = ""
    reference_date: date | None = None


@dataclass(frozen=True, slots=True)
class KnownVolunteers:
    """`patrols`: every key of known patrol records (`PatrolDraft.keys`) → id; `courtyard_names` of the register."""

    people: Sequence[KnownPerson] = ()
    courtyard_names: Sequence[str] = ()
    patrols: Mapping[str, str] = field(default_factory=dict)
