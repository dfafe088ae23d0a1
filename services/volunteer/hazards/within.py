"""Whose hazards are whose, in SQL: the same for lists and for single rows."""

from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.hazards.models import Hazard, HazardAssignIn
from services.volunteer.squads.within import is_me, is_my_squad, must_be_my_squad
from services.volunteer.volunteers.models import Volunteer
from shared.identity.caller import Caller
from shared.identity.within import Within


def readable(caller: Caller, community: str | None = None) -> Within:
    """Also what one reported, whoever has it now."""
    return caller.within(Hazard.community, community, own=col(Hazard.reported_by) == caller.subject, squad=given(caller))


def workable(caller: Caller, community: str | None = None) -> Within:
    return caller.within(Hazard.community, community, squad=given(caller))


def given(caller: Caller) -> ColumnElement[bool]:
    """To one's squad or somebody of it, to oneself, or to nobody yet."""
    us = is_me(caller) | is_my_squad(caller, col(Volunteer.squad_id))
    to_us = col(Hazard.volunteer_id).in_(select(Volunteer.id).where(us))
    to_nobody = col(Hazard.squad_id).is_(None) & col(Hazard.volunteer_id).is_(None)
    return is_my_squad(caller, col(Hazard.squad_id)) | to_us | to_nobody


async def must_be_mine_to_give(tx: AsyncSession, caller: Caller, community: str, body: HazardAssignIn) -> None:
    """A leader gives work to the own squad. Raises `NotAllowed`."""
    named: list[UUID | None] = [body.squad_id] if body.squad_id else []
    if body.volunteer_id:
        named.append((await tx.exec(select(Volunteer.squad_id).where(Volunteer.id == body.volunteer_id))).first())
    for squad_id in named:
        await must_be_my_squad(tx, caller, community, squad_id)
