"""Owners of whom only a name and numbers are written: found among the residents, so that a house belongs to its owner's
file, and is exported, and erased, with it."""

from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.places.models import Building
from services.resources.register.residents.models import Resident
from shared.db import changed
from shared.spreadsheets.cells import name_key


async def link_houses(tx: AsyncSession, owner: Resident, now: datetime) -> int:
    """Gives how many houses became theirs; from then on what is written of the owner is under their own key."""
    index = tx.info["vault"].index
    signs = [index.finds(Building, "owner_phones", phone) for phone in owner.phones]
    signs += [index.finds(Building, "owner_id_number", owner.id_number)] if owner.id_number else []
    if not signs:
        return 0
    nobodys = select(Building).where(
        Building.community == owner.community, col(Building.owner_id).is_(None), or_(*signs))
    houses = [house for house in (await tx.exec(nobodys.with_for_update())).all() if is_of(house, owner)]
    for house in houses:
        house.owner_id = owner.id
        changed(house, now)
    return len(houses)


def is_of(house: Building, owner: Resident) -> bool:
    """By the ID number, or by a telephone together with the name: a telephone alone may be the whole family's."""
    if house.owner_id_number and owner.id_number:
        return house.owner_id_number == owner.id_number
    return not house.owner_name or name_key(house.owner_name) == owner.name_key
