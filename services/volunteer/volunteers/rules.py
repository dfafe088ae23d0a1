"""What may happen to a volunteer's status, and what a qualification is worth on a day."""

from collections.abc import Iterable
from datetime import date

from services.volunteer.volunteers.models import Qualification
from shared.http.problems import Conflict, Words, WrongState

STATUSES: dict[str, set[str]] = {
    "applied": {"active", "exited"},
    "active": {"on_leave", "suspended", "exited"},
    "on_leave": {"active", "exited"},
    "suspended": {"active", "exited"},
    "exited": set(),
}


def must_be_able_to_become(before: str, after: str) -> None:
    """Raises `WrongState`."""
    if after not in STATUSES[before]:
        raise WrongState(state=before, step=after, possible=sorted(STATUSES[before]))


def must_have_one_leader(role: str, leader_already: object) -> None:
    """Raises `Conflict`: a squad has one leader."""
    if role == "leader" and leader_already is not None:
        raise Conflict(Words("小分队已有队长", "The squad has a leader already"), rule="one_leader")


def valid_qualifications(qualifications: Iterable[Qualification], on: date) -> list[Qualification]:
    """Those that are still good on that day, the last day included."""
    return [one for one in qualifications if one.valid_until is None or one.valid_until >= on]
