"""The register's places as the register tells them: asked once, when a file comes in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from shared.clock import local_day, system_clock
from shared.http.peers import Peers
from shared.http.problems import NotFound, invalid
from shared.spreadsheets.cells import compact, text
from shared.spreadsheets.places import Place, bare

MOST_PAGES = 100


async def ask_register(peers: Peers, community: str) -> dict[str, Any]:
    """What an import must know of a community. Raises `Invalid` for an unknown one, `Unavailable` when nobody answers:
    better no import now than one that loses where everything is."""
    try:
        about = await peers.get("resources", f"/v1/communities/{community}")
    except NotFound:
        raise invalid("body.community", "登记中没有这个社区", "The register does not hold this community") from None
    as_of = about["reference_date"] or local_day(system_clock()).isoformat()
    return {"name": about["name"], "as_of": as_of, "places": await ask_places(peers, community)}


async def ask_places(peers: Peers, community: str) -> list[dict[str, Any]]:
    """Courtyards, and the buildings that have a code or an address of their own."""
    path, after, places = f"/v1/places?community={community}&limit=200", "", []
    for _ in range(MOST_PAGES):
        page = await peers.get("resources", path + after)
        places += [place for place in page["items"] if place["kind"] == "courtyard" or place["other_names"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    kept = ("id", "kind", "name", "other_names", "longitude", "latitude")
    return [{name: place[name] for name in kept} for place in places]


@dataclass(frozen=True)
class KnownPlace:
    id: UUID
    name: str
    longitude: float | None
    latitude: float | None


class Places:
    """By name, former name, code and address; a name that two places answer to says nothing."""

    def __init__(self, courtyards: dict[str, KnownPlace | None], houses: dict[str, KnownPlace | None]) -> None:
        self._courtyards, self._houses = courtyards, houses

    @classmethod
    def told(cls, context: dict[str, Any]) -> Self:
        places = context.get("places", [])
        courtyards = [place for place in places if place["kind"] == "courtyard"]
        houses = [place for place in places if place["kind"] == "building"]
        return cls(by_name(courtyards, bare), by_name(houses, as_code))

    def courtyard_names(self) -> list[str]:
        return sorted({place.name for place in self._courtyards.values() if place})

    def courtyard(self, name: str) -> KnownPlace | None:
        return self._courtyards.get(bare(name))

    def of(self, place: Place) -> KnownPlace | None:
        """The house, where it is known by its code or address, else the courtyard."""
        house = self._houses.get(as_code(place.house_code or place.address))
        return house or self.courtyard(place.courtyard)


def as_code(written: str) -> str:
    return compact(text(written))


def by_name(places: Iterable[dict[str, Any]], key_of: Any) -> dict[str, KnownPlace | None]:
    found: dict[str, KnownPlace | None] = {}
    for told in places:
        place = KnownPlace(UUID(told["id"]), told["name"], told["longitude"], told["latitude"])
        for key in {key_of(name) for name in (told["name"], *told["other_names"])}:
            found[key] = place if found.get(key, place) == place else None
    found.pop("", None)
    return found
