"""Places over HTTP: all of them under one id for other services, and each kind for those who keep the register."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.resources.register.places import actions, directory
from services.resources.register.places.directory import PLACE, PlaceKind, PlaceOut
from services.resources.register.places.models import (
    Building,
    BuildingIn,
    BuildingOut,
    BuildingPatch,
    Courtyard,
    CourtyardIn,
    CourtyardOut,
    CourtyardPatch,
    Household,
    HouseholdIn,
    HouseholdOut,
    HouseholdPatch,
)
from services.resources.register.places.rules import masked
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.http.problems import NotFound
from shared.identity.caller import Caller, requires
from shared.types import Community, Line

router = APIRouter(tags=["register"])

PlacesRead = requires("register:read_places")
RegisterRead = requires("register:read")
RegisterWrite = requires("register:write")

Reveal = Annotated[bool, Query(description="Show names and numbers of owners in full")]
Kinds = Annotated[list[PlaceKind], Query(description="Default: courtyards and buildings")]
COURTYARDS_AND_BUILDINGS: list[PlaceKind] = ["courtyard", "building"]


@router.get("/v1/places")
async def list_places(
    caller: PlacesRead, session: Read, query: Paging, community: Community | None = None, q: Line | None = None,
    kind: Kinds = COURTYARDS_AND_BUILDINGS,
) -> Page[PlaceOut]:
    """`q` is looked for in names, former names, codes and addresses of places."""
    return await directory.search(session, query, caller.scope(PLACE.c.community, community), kind, q)


@router.get("/v1/places/{id}")
async def read_place(id: UUID, caller: PlacesRead, session: Read) -> PlaceOut:
    place = await directory.find_place(session, id)
    if not caller.reaches(place.community):
        raise NotFound(kind="place", id=str(id))
    return (await directory.described(session, [place]))[0]


@router.post("/v1/courtyards", status_code=201)
@idempotent
async def record_courtyard(body: CourtyardIn, caller: RegisterWrite, tx: Tx, now: Now) -> CourtyardOut:
    caller.must_reach(body.community)
    return await actions.record_courtyard(tx, body, now)


@router.get("/v1/courtyards")
async def list_courtyards(
    caller: RegisterRead, session: Read, query: Paging, community: Community | None = None,
) -> Page[CourtyardOut]:
    return await page_of(session, Courtyard, query, caller.scope(Courtyard.community, community))


@router.get("/v1/courtyards/{id}")
async def read_courtyard(id: UUID, caller: RegisterRead, session: Read, response: Response) -> CourtyardOut:
    return tagged(response, caller.must_find(await found(session, Courtyard, id)))


@router.patch("/v1/courtyards/{id}")
@idempotent
async def revise_courtyard(
    id: UUID, body: CourtyardPatch, caller: RegisterWrite, tx: Tx, now: Now, seen: IfMatch,
) -> CourtyardOut:
    courtyard = caller.must_find(await locked(tx, Courtyard, id, expected_version=seen))
    return await actions.revise_courtyard(tx, courtyard, body, now)


@router.post("/v1/buildings", status_code=201)
@idempotent
async def record_building(body: BuildingIn, caller: RegisterWrite, tx: Tx, now: Now) -> BuildingOut:
    caller.must_reach(body.community)
    return await actions.record_building(tx, body, now)


@router.get("/v1/buildings")
async def list_buildings(
    caller: RegisterRead, session: Read, query: Paging, community: Community | None = None,
    courtyard_id: UUID | None = None, is_rental: bool | None = None, reveal: Reveal = False,
) -> Page[BuildingOut]:
    wanted = {Building.courtyard_id: courtyard_id, Building.is_rental: is_rental}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    page = await page_of(session, Building, query, caller.scope(Building.community, community), *conditions)
    return Page[BuildingOut](items=[shown(one, caller, reveal) for one in page.items], next=page.next)


@router.get("/v1/buildings/{id}")
async def read_building(
    id: UUID, caller: RegisterRead, session: Read, response: Response, reveal: Reveal = False,
) -> BuildingOut:
    building = caller.must_find(await found(session, Building, id))
    return shown(tagged(response, building), caller, reveal)


@router.patch("/v1/buildings/{id}")
@idempotent
async def revise_building(
    id: UUID, body: BuildingPatch, caller: RegisterWrite, tx: Tx, now: Now, seen: IfMatch,
) -> BuildingOut:
    building = caller.must_find(await locked(tx, Building, id, expected_version=seen))
    return await actions.revise_building(tx, building, body, now)


def shown(building: Building, caller: Caller, reveal: bool) -> BuildingOut:
    """Raises `NotAllowed` for who asks to see more than they may."""
    if reveal:
        caller.with_permission("register:reveal").must_reach(building.community)
    out = BuildingOut.model_validate(building)
    return out if reveal else masked(out)


@router.post("/v1/households", status_code=201)
@idempotent
async def record_household(body: HouseholdIn, caller: RegisterWrite, tx: Tx, now: Now) -> HouseholdOut:
    caller.must_reach(body.community)
    return await actions.record_household(tx, body, now)


@router.get("/v1/households")
async def list_households(
    caller: RegisterRead, session: Read, query: Paging, community: Community | None = None,
    building_id: UUID | None = None, courtyard_id: UUID | None = None,
) -> Page[HouseholdOut]:
    wanted = {Household.building_id: building_id, Household.courtyard_id: courtyard_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return await page_of(session, Household, query, caller.scope(Household.community, community), *conditions)


@router.get("/v1/households/{id}")
async def read_household(id: UUID, caller: RegisterRead, session: Read, response: Response) -> HouseholdOut:
    return tagged(response, caller.must_find(await found(session, Household, id)))


@router.patch("/v1/households/{id}")
@idempotent
async def revise_household(
    id: UUID, body: HouseholdPatch, caller: RegisterWrite, tx: Tx, now: Now, seen: IfMatch,
) -> HouseholdOut:
    household = caller.must_find(await locked(tx, Household, id, expected_version=seen))
    return await actions.revise_household(tx, household, body, now)
