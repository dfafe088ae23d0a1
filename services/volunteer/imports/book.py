"""Squads, volunteers and patrol records of one community as an import holds them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.volunteer.hazards.models import Hazard
from services.volunteer.imports.known import KnownVolunteers
from services.volunteer.imports.models import Import, PatrolRecord, VolunteerLink
from services.volunteer.imports.places import Places
from services.volunteer.squads.models import Squad
from services.volunteer.volunteers.models import Volunteer
from shared.imports.linking import collected
from shared.imports.shelf import EMPTY, Shelf
from shared.spreadsheets.community import CommunityContext
from shared.spreadsheets.same_person import KnownPerson

FACTS = ("id_number", "sex", "birth_date", "availability", "joined_on", "organisation", "notes")
DETAILS = ("courtyard", "studies", "address")


@dataclass
class Book:
    """`patrols`: every key of known patrol records → the first hazard made of it. `links` are only added to."""

    community: CommunityContext
    places: Places
    squads: Shelf[Squad]
    volunteers: Shelf[Volunteer]
    fingerprints: dict[UUID, set[str]]
    patrols: dict[str, str]
    hazards: Shelf[Hazard] = field(default_factory=lambda: Shelf(Hazard, ()))
    records: list[PatrolRecord] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)

    def known(self) -> KnownVolunteers:
        return KnownVolunteers(
            people=[self._known(volunteer) for volunteer in self.volunteers],
            courtyard_names=self.places.courtyard_names(),
            patrols=self.patrols,
        )

    def _known(self, volunteer: Volunteer) -> KnownPerson:
        filled = {fact for fact in FACTS if getattr(volunteer, fact) not in EMPTY}
        return KnownPerson(
            id=str(volunteer.id),
            name=volunteer.name,
            number=volunteer.id_number,
            phones=frozenset(volunteer.phones),
            fingerprints=frozenset(self.fingerprints.get(volunteer.id, ())),
            filled=frozenset(filled | {fact for fact in DETAILS if fact in volunteer.details}),
            lists={"skills": frozenset(volunteer.skills), "aliases": frozenset(volunteer.aliases)},
            courtyard=volunteer.details.get("courtyard", ""),
        )


async def read_book(session: Any, job: Import) -> Book:
    slug, context = job.community, job.context

    async def all_of(table: type) -> Any:
        return await session.exec(select(table).where(table.community == slug))

    return Book(
        community=CommunityContext(slug, context["name"], date.fromisoformat(context["as_of"])),
        places=Places.told(context),
        squads=Shelf(Squad, await all_of(Squad)),
        volunteers=Shelf(Volunteer, await all_of(Volunteer)),
        fingerprints=collected(
            (link.volunteer_id, link.fingerprint)
            for link in await session.exec(select(VolunteerLink).where(VolunteerLink.community == slug))
            if link.fingerprint
        ),
        patrols={key: record.hazard_ids[0] for record in await all_of(PatrolRecord) for key in record.keys},
    )
