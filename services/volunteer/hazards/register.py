"""Where a place of the register lies, for the map."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.http.problems import NotFound, Unavailable
from shared.types import GeoPoint


async def point_of(tx: AsyncSession, community: str, place_id: UUID) -> GeoPoint | None:
    """The point of the place, or else of the narrowest place around it that has one.

    Best effort, asked once per place and transaction: a hazard is reported whether or not the register answers.
    """
    points: dict[UUID, GeoPoint | None] | None = tx.info.setdefault("points", {})
    if points is None:
        return None
    if place_id not in points:
        try:
            points[place_id] = await ask(tx, community, place_id)
        except Unavailable:
            tx.info["points"] = None
            return None
    return points[place_id]


async def ask(tx: AsyncSession, community: str, place_id: UUID) -> GeoPoint | None:
    """Raises `Unavailable`."""
    try:
        place = await tx.info["peers"].get("resources", f"/v1/places/{place_id}")
    except NotFound:
        return None
    if place["community"] != community:
        return None
    if place["longitude"] is not None and place["latitude"] is not None:
        return GeoPoint(longitude=place["longitude"], latitude=place["latitude"])
    around = [parent for parent in place["parents"] if parent["kind"] != "community"]
    return await point_of(tx, community, UUID(around[-1]["id"])) if around else None
