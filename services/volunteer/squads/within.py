"""Whose squad is whose, in SQL: the same for lists and for single rows."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.squads.models import Squad
from services.volunteer.volunteers.models import Volunteer
from shared.http.problems import NotAllowed
from shared.identity.caller import Caller

LEADING = ("leader", "deputy")


def is_my_squad(caller: Caller, squad_id: Any) -> ColumnElement[bool]:
    """A grant names it; or, without a name, the caller's account leads it, or for a volunteer is in it."""
    mine = select(Volunteer.squad_id).where(is_me(caller), col(Volunteer.squad_id).is_not(None))
    squads = [squad_id.in_(sorted(caller.units("squad")))]
    roles = caller.related_as("squad")
    if "volunteer" in roles:
        squads.append(squad_id.in_(mine))
    elif roles:
        squads.append(squad_id.in_(mine.where(col(Volunteer.squad_role).in_(LEADING))))
    return or_(false(), *squads)


def is_me(caller: Caller) -> ColumnElement[bool]:
    return (col(Volunteer.subject) == caller.subject) & (col(Volunteer.status) == "active")


async def must_be_my_squad(tx: AsyncSession, caller: Caller, community: str, squad_id: UUID | None) -> None:
    """For a squad that a request names, or does not name though it is for whoever works for single squads only.

    Raises `NotAllowed`. One that does not exist is for the action to refuse.
    """
    if caller.reaches(community):
        return
    mine = is_my_squad(caller, col(Squad.id)).label("mine")
    known = (await tx.exec(select(mine).where(Squad.id == squad_id, Squad.community == community))).first()
    if known is False or squad_id is None:
        raise NotAllowed(permission=caller.permission, community=community)
