"""Whose volunteers are whose, in SQL: the same for lists and for single rows."""

from sqlmodel import col

from services.volunteer.squads.within import is_my_squad
from services.volunteer.volunteers.models import Volunteer
from shared.identity.caller import Caller
from shared.identity.within import Within


def readable(caller: Caller, community: str | None = None) -> Within:
    """Also one's own entry."""
    return caller.within(Volunteer.community, community, own=col(Volunteer.subject) == caller.subject,
                         squad=is_my_squad(caller, col(Volunteer.squad_id)))


def manageable(caller: Caller) -> Within:
    return caller.within(Volunteer.community, squad=is_my_squad(caller, col(Volunteer.squad_id)))
