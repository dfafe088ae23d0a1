"""What the volunteer service holds already, as plain look-ups for judging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.spreadsheets.same_person import KnownPerson


@dataclass(frozen=True, slots=True)
class KnownVolunteers:
    """`patrols`: every key of known patrol records (`PatrolDraft.keys`) → id; `courtyard_names` of the register."""

    people: Sequence[KnownPerson] = ()
    courtyard_names: Sequence[str] = ()
    patrols: Mapping[str, str] = field(default_factory=dict)
