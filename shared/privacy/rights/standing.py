"""How a purpose stands after all that was said about it: the same for the register of consents and for those who follow
it by events. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

Standing = Literal["none", "not_yet", "given", "refused", "withdrawn", "expired"]


class Said(NamedTuple):
    """What a rule needs of one record."""

    id: UUID
    step: str
    starts_on: date
    ends_on: date | None
    reverses_id: UUID | None


class Stand(NamedTuple):
    standing: Standing
    said: Said | None = None


def standing(records: Sequence[Said], today: date) -> Stand:
    """Of the records about one purpose and recipient, in any order. Withdrawing one consent leaves another in force."""
    reversed_ids = {one.reverses_id for one in records}
    standing = [one for one in records if one.step == "given" and one.id not in reversed_ids]
    in_force = [one for one in standing if one.starts_on <= today and (one.ends_on is None or today <= one.ends_on)]
    latest = max(records, key=lambda one: one.id, default=None)
    if latest is None:
        return Stand("none")
    if latest.step == "refused":
        return Stand("refused", latest)
    if in_force:
        return Stand("given", max(in_force, key=lambda one: one.id))
    if waiting := [one for one in standing if today < one.starts_on]:
        return Stand("not_yet", min(waiting, key=lambda one: (one.starts_on, one.id)))
    return Stand("withdrawn" if latest.step == "withdrawn" else "expired", latest)
