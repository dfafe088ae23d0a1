"""Whose account is whose resident, in SQL and for a single row: what one asks about oneself is one's own."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false

from services.resources.register.residents.models import Resident
from shared.db import Reader, found
from shared.http.problems import NotFound
from shared.identity.caller import Caller


def person_of(caller: Caller) -> UUID | None:
    """Whom of the register the account belongs to."""
    try:
        return UUID(caller.person_id) if caller.person_id else None
    except ValueError:
        return None


def is_mine(caller: Caller, resident_id: Any) -> ColumnElement[bool]:
    person = person_of(caller)
    return resident_id == person if person else false()


async def resident_within(session: Any | Reader, caller: Caller, id: UUID) -> Resident:
    """The resident that somebody acts for: oneself, or one of the community one works for. Raises `NotFound`."""
    resident = await found(session, Resident, id)
    if not may_act_for(caller, resident):
        raise NotFound(kind=Resident.__tablename__, id=str(id))
    return resident


def may_act_for(caller: Caller, resident: Resident) -> bool:
    mine = person_of(caller) == resident.id
    return caller.reaches(resident.community, *(("own",) if mine else ()))
