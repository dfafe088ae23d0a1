"""What may happen to a volunteer's status, and what a qualification is worth on a day."""

from collections.abc import Iterable
from datetime import date

from services.volunteer.volunteers.models import Qualification, VolunteerOut
from shared.http.problems import Conflict, Words, WrongState, invalid
from shared.privacy.masks import masked_name, masked_phone
from shared.privacy.rights.minors import BARRED, VOLUNTEERS_ALONE_FROM, VOLUNTEERS_FROM, binds

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


def must_be_old_enough(born: date | None, guardian: str | None, today: date) -> None:
    """Raises `Conflict` for a child, `Invalid` for a minor whose guardian is not named."""
    if binds(VOLUNTEERS_FROM, born, today):
        raise Conflict(VOLUNTEERS_FROM.words, rule="volunteers_from", article=VOLUNTEERS_FROM.article)
    if binds(VOLUNTEERS_ALONE_FROM, born, today) and guardian is None:
        raise invalid("body.guardian", *VOLUNTEERS_ALONE_FROM.words, article=VOLUNTEERS_ALONE_FROM.article)


def must_be_no_minor(born: date | None, today: date) -> None:
    """Raises `Conflict`: dangers are for adults."""
    if binds(rule := BARRED["dangerous_rescue"], born, today):
        raise Conflict(rule.words, rule="dangerous_rescue", article=rule.article)


def keeps_role(status: str) -> bool:
    """Who exited or was suspended leads nobody; who is on leave comes back to the role."""
    return status not in ("exited", "suspended")


def role_in(squad_id: object, status: str, role: str, wanted: str | None) -> str:
    """The role after a change; without a squad there is none. Raises `Conflict` for a role that cannot be held."""
    can_hold = squad_id is not None and keeps_role(status)
    if wanted not in (None, "member") and not can_hold:
        raise Conflict(Words("没有小分队或已停止服务，不能担任职务", "Without a squad, or no longer serving, there is no role"),
                       rule="role_needs_squad", status=status)
    return (wanted or role) if can_hold else "member"


def must_have_one_leader(role: str, leader_already: object) -> None:
    """Raises `Conflict`: a squad has one leader."""
    if role == "leader" and leader_already is not None:
        raise Conflict(Words("小分队已有队长", "The squad has a leader already"), rule="one_leader")


def valid_qualifications(qualifications: Iterable[Qualification], on: date) -> list[Qualification]:
    """Those that are still good on that day, the last day included."""
    return [one for one in qualifications if one.valid_until is None or one.valid_until >= on]


def masked(volunteer: VolunteerOut) -> VolunteerOut:
    return volunteer.model_copy(update={
        "masked": True, "name": masked_name(volunteer.name),
        "phones": [masked_phone(phone) for phone in volunteer.phones],
    })
