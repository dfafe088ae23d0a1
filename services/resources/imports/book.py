"""The register of one community as an import holds it: rows, and the keys by which a list finds them."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.resources.register.organisations.models import Organisation
from services.resources.register.places.models import Building, Courtyard, Household
from services.resources.register.places.rules import courtyard_key
from services.resources.register.residents.models import Resident, ResidentLink
from shared.imports.linking import collected
from shared.imports.shelf import Shelf
from shared.spreadsheets.community import CommunityContext


@dataclass
class Book:
    """`links` of residents are only added to; `fingerprints` are those of the links that were there before."""

    community: CommunityContext
    courtyards: Shelf[Courtyard]
    buildings: Shelf[Building]
    households: Shelf[Household]
    residents: Shelf[Resident]
    organisations: Shelf[Organisation]
    fingerprints: dict[UUID, set[str]]
    links: list[dict[str, Any]] = field(default_factory=list)
    courtyard_by_key: dict[str, Courtyard] = field(default_factory=dict)
    building_by_key: dict[str, Building] = field(default_factory=dict)
    households_by_key: dict[str, list[Household]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        # What a place is called now comes before what another one was called.
        self.courtyard_by_key = {courtyard_key(name): row for row in self.courtyards for name in row.former_names}
        self.courtyard_by_key |= {row.key: row for row in self.courtyards}
        self.building_by_key = {key: row for row in self.buildings for key in row.former_keys}
        self.building_by_key |= {row.key: row for row in self.buildings}
        for household in sorted(self.households, key=lambda row: row.ordinal):
            for key in (household.key, *household.former_keys):
                self.households_by_key[key].append(household)


async def read_book(session: Any, community: CommunityContext) -> Book:
    """Everything the community's register holds."""
    slug = community.slug

    async def all_of(table: type) -> Shelf:
        return Shelf(table, await session.exec(select(table).where(table.community == slug)))

    return Book(
        community=community,
        courtyards=await all_of(Courtyard),
        buildings=await all_of(Building),
        households=await all_of(Household),
        residents=await all_of(Resident),
        organisations=await all_of(Organisation),
        fingerprints=collected(
            (link.resident_id, link.fingerprint)
            for link in await session.exec(select(ResidentLink).where(ResidentLink.community == slug))
            if link.fingerprint
        ),
    )
