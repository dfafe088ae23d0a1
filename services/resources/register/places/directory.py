"""All places as one: courtyards, buildings and households under their ids, without anything personal."""

from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, Subquery, Text, cast, func, literal, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.communities.models import Community
from services.resources.register.places.models import Building, Courtyard, Household
from shared.http.pages import Page, PageQuery, sealed
from shared.http.problems import NotFound
from shared.types import Out

PlaceKind = Literal["community", "courtyard", "building", "household"]

NO_ID = cast(null(), UUIDColumn)
NO_NUMBER = cast(null(), Courtyard.longitude.type)


class PlaceRef(Out):
    id: UUID
    kind: PlaceKind
    name: str


class PlaceOut(Out):
    """`parents` from the widest to the narrowest. `other_names`: former names, a rental house's code, an address."""

    id: UUID
    kind: PlaceKind
    name: str
    other_names: list[str]
    community: str
    parents: list[PlaceRef]
    longitude: float | None
    latitude: float | None


def row_of(table: Any, kind: PlaceKind, name: Any, other_names: Any, courtyard_id: Any, building_id: Any) -> Select:
    has_point = hasattr(table, "longitude")
    return select(
        table.id, literal(kind).label("kind"), name.label("name"), other_names.label("other_names"), table.community,
        courtyard_id.label("courtyard_id"), building_id.label("building_id"), table.updated_at,
        (table.longitude if has_point else NO_NUMBER).label("longitude"),
        (table.latitude if has_point else NO_NUMBER).label("latitude"),
    )


def directory() -> Subquery:
    none = cast(literal("[]"), JSONB)
    door = func.coalesce(
        func.nullif(func.concat(Household.unit, Household.door), ""), Household.address, Household.number, "")
    return union_all(
        row_of(Community, "community", Community.name, none, NO_ID, NO_ID),
        row_of(Courtyard, "courtyard", Courtyard.name, Courtyard.former_names, NO_ID, NO_ID),
        row_of(Building, "building", Building.name, func.jsonb_build_array(Building.code, Building.address),
               Building.courtyard_id, NO_ID),
        row_of(Household, "household", door, none, Household.courtyard_id, Household.building_id),
    ).subquery("place")


PLACE = directory()


async def find_place(session: AsyncSession, id: UUID) -> Any:
    """The row of a place. Raises `NotFound`."""
    place = (await session.exec(select(PLACE).where(PLACE.c.id == id))).one_or_none()
    if place is None:
        raise NotFound(kind="place", id=str(id))
    return place


async def search(session: AsyncSession, query: PageQuery, scope: Any, kinds: Iterable[str], words: str | None) -> Page[PlaceOut]:
    """Newest first, as `page_of`. `words` are looked for in names and other names."""
    statement = select(PLACE).where(scope, PLACE.c.kind.in_(list(kinds))).order_by(PLACE.c.id.desc())
    if words:
        statement = statement.where(or_(
            PLACE.c.name.icontains(words, autoescape=True),
            cast(PLACE.c.other_names, Text).icontains(words, autoescape=True),
        ))
    if query.after:
        statement = statement.where(PLACE.c.id < query.after)
    if query.updated_since:
        statement = statement.where(PLACE.c.updated_at >= query.updated_since)
    rows = list((await session.exec(statement.limit(query.limit + 1))).all())
    items = rows[: query.limit]
    following = sealed(items[-1].id) if len(rows) > query.limit else None
    return Page[PlaceOut](items=await described(session, items), next=following)


async def described(session: AsyncSession, places: list[Any]) -> list[PlaceOut]:
    """Places with their parents, in two queries however many they are."""
    above = {id for place in places for id in (place.courtyard_id, place.building_id) if id}
    slugs = {place.community for place in places if place.kind != "community"}
    known = (await session.exec(select(PLACE.c.id, PLACE.c.kind, PLACE.c.name).where(PLACE.c.id.in_(above)))).all()
    by_id = {row.id: PlaceRef.model_validate(row) for row in known}
    communities = select(Community.community, Community.id, Community.name).where(Community.community.in_(slugs))
    top = {slug: PlaceRef(id=id, kind="community", name=name) for slug, id, name in await session.exec(communities)}
    return [place_out(place, by_id, top) for place in places]


def place_out(place: Any, by_id: dict[UUID, PlaceRef], top: dict[str, PlaceRef]) -> PlaceOut:
    above = [by_id.get(place.courtyard_id), by_id.get(place.building_id)]
    if place.kind != "community":
        above.insert(0, top.get(place.community))
    return PlaceOut(
        id=place.id, kind=place.kind, name=place.name, other_names=[name for name in place.other_names if name],
        community=place.community, parents=[parent for parent in above if parent],
        longitude=place.longitude, latitude=place.latitude,
    )
