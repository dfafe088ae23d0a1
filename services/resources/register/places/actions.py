"""Changes to courtyards, buildings and households."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.communities.actions import community_must_exist
from services.resources.register.places.models import (
    Building,
    BuildingIn,
    BuildingPatch,
    Courtyard,
    CourtyardIn,
    Household,
    HouseholdIn,
    HouseholdPatch,
)
from services.resources.register.places.rules import building_key, courtyard_key, household_key
from services.resources.register.residents.models import Resident
from services.resources.register.saving import columns_of, revised
from shared.http.problems import Conflict, Words, invalid
from shared.types import In


async def record_courtyard(tx: AsyncSession, body: CourtyardIn, now: datetime) -> Courtyard:
    """Raises `Invalid` for a community the register does not hold, `Conflict` for a courtyard it has already."""
    await community_must_exist(tx, body.community)
    return await record(tx, Courtyard, body, courtyard_key(body.name), now)


async def record_building(tx: AsyncSession, body: BuildingIn, now: datetime) -> Building:
    await community_must_exist(tx, body.community)
    courtyard = await of_community(tx, Courtyard, body.community, body.courtyard_id, "courtyard_id")
    await of_community(tx, Resident, body.community, body.owner_id, "owner_id")
    key = building_key(courtyard.name if courtyard else body.address or "", body.name, body.code)
    return await record(tx, Building, body, key, now)


async def record_household(tx: AsyncSession, body: HouseholdIn, now: datetime) -> Household:
    await community_must_exist(tx, body.community)
    building = await of_community(tx, Building, body.community, body.building_id, "building_id")
    courtyard = await of_community(tx, Courtyard, body.community, body.courtyard_id, "courtyard_id")
    await of_community(tx, Resident, body.community, body.head_id, "head_id")
    key = household_key(
        number=body.number, courtyard_name=courtyard.name if courtyard else "", building_name=building.name if building else "",
        code=(building.code if building else None) or "", unit=body.unit or "", door=body.door or "", address=body.address or "")
    if not key:
        raise invalid("body.door", "请写明户号、门牌或地址", "Give a number, a door or an address")
    return await record(tx, Household, body, key, now)


async def record(tx: AsyncSession, table: Any, body: In, key: str, now: datetime) -> Any:
    same = select(table.id).where(table.community == body.community, table.key == key)
    if (known := (await tx.exec(same)).first()) is not None:
        raise Conflict(Words("登记中已有此处", "The register has this place"), place_id=str(known))
    place = table(**columns_of(body), key=key, created_at=now, updated_at=now)
    tx.add(place)
    return place


def revise(place: Any, body: In, now: datetime) -> Any:
    revised(place, body, now)
    return place


async def revise_building(tx: AsyncSession, building: Building, body: BuildingPatch, now: datetime) -> Building:
    await of_community(tx, Resident, building.community, body.owner_id, "owner_id")
    return revise(building, body, now)


async def revise_household(tx: AsyncSession, household: Household, body: HouseholdPatch, now: datetime) -> Household:
    await of_community(tx, Resident, household.community, body.head_id, "head_id")
    return revise(household, body, now)


async def of_community(tx: AsyncSession, table: Any, community: str, id: UUID | None, field: str) -> Any:
    """The row a body refers to, when it refers to one. Raises `Invalid` for one of another community."""
    row = await tx.get(table, id) if id else None
    if id and (row is None or row.community != community):
        raise invalid(f"body.{field}", "本社区没有", "Not known in this community")
    return row
