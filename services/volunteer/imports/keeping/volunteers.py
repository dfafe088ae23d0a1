"""Rows about volunteers, into the book: one volunteer per person, in the squad of the courtyard or of the team."""

from datetime import date
from typing import Any
from uuid import UUID

from services.volunteer.imports.book import Book
from services.volunteer.imports.drafts import VolunteerDraft
from services.volunteer.imports.models import Import
from services.volunteer.squads.models import Squad
from services.volunteer.volunteers.models import Volunteer
from shared.imports.linking import link_of
from shared.privacy.rights.minors import VOLUNTEERS_ALONE_FROM, binds
from shared.spreadsheets.cells import name_key
from shared.spreadsheets.outcomes import RowRef

LONGEST_LINE, LONGEST_TITLE = 200, 120
SQUAD = "小分队"


class Volunteers:
    """Volunteers by the person keys of drafts, as the rows go by."""

    def __init__(self, book: Book, job: Import, today: date) -> None:
        self.book, self.job, self.today = book, job, today
        self.by_key: dict[str, Volunteer] = {}
        self.squads = {squad.name: squad for squad in book.squads}
        self.led = {one.squad_id for one in book.volunteers if one.squad_role == "leader"}

    def keep(self, draft: VolunteerDraft, ref: RowRef, list_kind: str) -> Volunteer:
        volunteer = self._of(draft)
        take_person(self.book, volunteer, draft)
        self._join_squad(volunteer, draft)
        self.book.links.append(
            link_of(self.job, ref, list_kind, draft.fingerprint, volunteer_id=volunteer.id))
        return volunteer

    def _of(self, draft: VolunteerDraft) -> Volunteer:
        key = draft.person_key
        if key not in self.by_key:
            known = None if "!" in key else self.book.volunteers.rows.get(UUID(key))
            self.by_key[key] = known or self.book.volunteers.add(
                community=self.book.community.slug, name=line(draft.person.name),
                status=self._status(draft))
        return self.by_key[key]

    def _status(self, draft: VolunteerDraft) -> str:
        """A list of names is no guardian's consent: a minor on it has applied, and a person lets them begin."""
        if draft.has_left:
            return "exited"
        return "applied" if binds(VOLUNTEERS_ALONE_FROM, draft.person.birth_date, self.today) else "active"

    def _join_squad(self, volunteer: Volunteer, draft: VolunteerDraft) -> None:
        """The first squad that a list names is the home squad; every team is noted."""
        shelf = self.book.volunteers
        if draft.team:
            role = {f"team:{draft.team}": draft.role_text or draft.role}
            shelf.note(volunteer, "details", role)
        squad = self._squad(draft)
        if squad is None or volunteer.squad_id is not None:
            return
        shelf.put(volunteer, "squad_id", squad.id)
        # A squad has one leader: a second one of the list stays a member, and the word is noted with the team.
        if draft.role != "leader" or squad.id not in self.led:
            shelf.put(volunteer, "squad_role", draft.role)
        if draft.role == "leader":
            self.led.add(squad.id)

    def _squad(self, draft: VolunteerDraft) -> Squad | None:
        name = squad_name(draft)
        if not name:
            return None
        if name not in self.squads:
            courtyard = self.book.places.courtyard(draft.courtyard) if draft.courtyard else None
            self.squads[name] = self.book.squads.add(
                community=self.book.community.slug, name=name, courtyard_id=courtyard.id if courtyard else None)
        return self.squads[name]


def squad_name(draft: VolunteerDraft) -> str:
    """Squads stand by courtyard; a list without courtyards is one squad."""
    return f"{line(draft.courtyard)}{SQUAD}"[-LONGEST_TITLE:] if draft.courtyard else line(draft.team)[:LONGEST_TITLE]


def take_person(book: Book, volunteer: Volunteer, draft: VolunteerDraft) -> None:
    person, shelf = draft.person, book.volunteers
    if person.id_number and volunteer.id_number is None:
        shelf.put(volunteer, "id_number", person.id_number)
        shelf.put(volunteer, "birth_date", person.birth_date)
    shelf.fill(
        volunteer, sex=person.sex, birth_date=person.birth_date, availability=line(draft.availability),
        organisation=line(draft.organisation), joined_on=draft.joined_on, notes=draft.notes)
    shelf.extend(volunteer, "phones", [phone.number for phone in person.phones])
    shelf.extend(volunteer, "skills", map(line, draft.skills))
    other_name = [person.name] if name_key(person.name) != name_key(volunteer.name) else []
    shelf.extend(volunteer, "aliases", [*other_name, *person.aliases])
    qualify(book, volunteer, draft)
    shelf.note(volunteer, "details", {
        "courtyard": draft.courtyard, "studies": draft.studies, "address": draft.address,
        **{f"phone:{phone.number}": phone.note for phone in person.phones},
        "id_number_written": person.id_text, "phone_written": person.phone_text,
        "birth_date_written": person.birth_text, **draft.extra})


def qualify(book: Book, volunteer: Volunteer, draft: VolunteerDraft) -> None:
    """A certificate named again with another last day is another certificate."""
    given: list[dict[str, Any]] = [
        {"name": line(one.name), "valid_until": one.valid_until.isoformat() if one.valid_until else None}
        for one in draft.qualifications if line(one.name)]
    fresh = [one for one in given if one not in volunteer.qualifications]
    if fresh:
        book.volunteers.put(volunteer, "qualifications", [*volunteer.qualifications, *fresh])


def line(written: str) -> str:
    return "".join(character for character in written if character.isprintable())[:LONGEST_LINE].strip()
