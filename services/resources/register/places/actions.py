"""Changes to courtyards, buildings and households."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.communities.actions import community_must_exist
from services.resources.register.places.models import (
    Building,
    BuildingIn,
    BuildingPatch,
    Courtyard,
    CourtyardIn,
    CourtyardPatch,
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
    key = key_of_household(body, building, courtyard)
    if not key:
        raise invalid("body.door", "请写明户号、门牌或地址", "Give a number, a door or an address")
    return await record(tx, Household, body, key, now)


def key_of_household(household: Household | HouseholdIn, building: Building | None, courtyard: Courtyard | None) -> str:
    return household_key(
        number=household.number, courtyard_name=courtyard.name if courtyard else "",
        building_name=building.name if building else "", code=(building.code if building else None) or "",
        unit=household.unit or "", door=household.door or "", address=household.address or "")


async def must_be_free(tx: AsyncSession, table: Any, community: str, key: str) -> None:
    same = select(table.id).where(table.community == community, table.key == key)
    if (known := (await tx.exec(same)).first()) is not None:
        raise Conflict(Words("登记中已有此处", "The register has this place"), place_id=str(known))


async def record(tx: AsyncSession, table: Any, body: In, key: str, now: datetime) -> Any:
    await must_be_free(tx, table, body.community, key)
    place = table(**columns_of(body), key=key, created_at=now, updated_at=now)
    tx.add(place)
    return place


async def revise_courtyard(tx: AsyncSession, courtyard: Courtyard, body: CourtyardPatch, now: datetime) -> Courtyard:
    """Buildings and households are known by their courtyard's name too: their keys follow it."""
    before = courtyard.name
    revised(courtyard, body, now)
    if courtyard.name == before:
        return courtyard
    if before not in courtyard.former_names:
        courtyard.former_names = [*courtyard.former_names, before]
    await rename(tx, courtyard, courtyard_key(courtyard.name))
    for building in (await tx.exec(select(Building).where(Building.courtyard_id == courtyard.id).with_for_update())).all():
        await rekey_building(tx, building, courtyard.name)
    await rekey_households(tx, Household.courtyard_id == courtyard.id)
    return courtyard


async def revise_building(tx: AsyncSession, building: Building, body: BuildingPatch, now: datetime) -> Building:
    await of_community(tx, Resident, building.community, body.owner_id, "owner_id")
    before = building.name
    revised(building, body, now)
    if building.name != before:
        courtyard = await tx.get(Courtyard, building.courtyard_id) if building.courtyard_id else None
        await rekey_building(tx, building, courtyard.name if courtyard else building.address or "")
        await rekey_households(tx, Household.building_id == building.id)
    return building


async def revise_household(tx: AsyncSession, household: Household, body: HouseholdPatch, now: datetime) -> Household:
    await of_community(tx, Resident, household.community, body.head_id, "head_id")
    before = household.number
    revised(household, body, now)
    if household.number != before:
        await rekey_households(tx, Household.id == household.id)
    return household


async def rekey_building(tx: AsyncSession, building: Building, courtyard_name: str) -> None:
    await rename(tx, building, building_key(courtyard_name, building.name, building.code))


async def rekey_households(tx: AsyncSession, which: Any) -> None:
    """Several households of one door stay several: each takes the next ordinal that is free under its new key."""
    households = (await tx.exec(select(Household).where(which).order_by(Household.ordinal).with_for_update())).all()
    for household in households:
        building = await tx.get(Building, household.building_id) if household.building_id else None
        courtyard = await tx.get(Courtyard, household.courtyard_id) if household.courtyard_id else None
        key = key_of_household(household, building, courtyard)
        is_door = household.number or household.door or (building and building.name.endswith("号"))
        if key == household.key or not is_door:
            continue
        taken = select(func.max(Household.ordinal)).where(
            Household.community == household.community, Household.key == key, Household.id != household.id)
        household.ordinal = ((await tx.exec(taken)).one() or 0) + 1
        keep_key(household, key)
        await tx.flush()


async def rename(tx: AsyncSession, place: Courtyard | Building, key: str) -> None:
    """Raises `Conflict` when another place has this name."""
    if key == place.key:
        return
    await must_be_free(tx, type(place), place.community, key)
    keep_key(place, key)
    await tx.flush()


def keep_key(place: Any, key: str) -> None:
    """A courtyard's former keys are those of its former names."""
    if hasattr(place, "former_keys") and place.key not in place.former_keys:
        place.former_keys = [*(one for one in place.former_keys if one != key), place.key]
    place.key = key


async def of_community(tx: AsyncSession, table: Any, community: str, id: UUID | None, field: str) -> Any:
    """The row a body refers to, when it refers to one. Raises `Invalid` for one of another community."""
    row = await tx.get(table, id) if id else None
    if id and (row is None or row.community != community):
        raise invalid(f"body.{field}", "本社区没有", "Not known in this community")
    return row
