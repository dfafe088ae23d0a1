"""Rows about people, into the book: one resident per person, a link for every row that speaks of them."""

from typing import Any
from uuid import UUID

from services.resources.imports.book import Book
from services.resources.imports.drafts import FamilyContact, HouseholdDraft, RentalHouseDraft, ResidentDraft
from services.resources.imports.keeping.locating import address_of, locate_household
from services.resources.register.places.models import Household
from services.resources.register.residents.models import Resident
from shared.imports.linking import link_of
from shared.imports.models import ImportRow
from shared.spreadsheets.cells import name_key
from shared.spreadsheets.outcomes import RowRef
from shared.spreadsheets.people import Person

PersonDraft = ResidentDraft | HouseholdDraft | RentalHouseDraft


class People:
    """Residents by the person keys of drafts, as the rows go by."""

    def __init__(self, book: Book, job: ImportRow) -> None:
        self.book, self.job = book, job
        self.by_key: dict[str, Resident] = {}

    def of(self, draft: PersonDraft) -> Resident:
        """The resident a draft speaks of: registered before, named by an earlier row, or new."""
        key = draft.person_key
        if key not in self.by_key:
            self.by_key[key] = self.find(draft) or self.book.residents.add(
                community=self.book.community.slug, name=draft.person.name)
        return self.by_key[key]

    def find(self, draft: PersonDraft) -> Resident | None:
        """The same, but nobody new."""
        key = draft.person_key
        known = None if "!" in key or not key else self.book.residents.rows.get(UUID(key))
        return self.by_key.get(key) or known

    def link(self, resident: Resident, ref: RowRef, list_kind: str, fingerprint: str) -> None:
        self.book.links.append(link_of(self.job, ref, list_kind, fingerprint, resident_id=resident.id))


def keep_resident(people: People, draft: ResidentDraft) -> Resident:
    book, resident = people.book, people.of(draft)
    household = locate_household(book, draft.household_key, draft.place, draft.household_number)
    take_person(book, resident, draft.person)
    shelf = book.residents
    shelf.fill(
        resident,
        relation=draft.relation,
        residence=draft.residence,
        notes=draft.notes,
        household_id=household.id if household else None,
        address=address_of(draft.place),
    )
    shelf.extend(resident, "tags", draft.tags)
    take_family(book, resident, draft.family)
    shelf.note(
        resident,
        "details",
        {
            "registered_address": draft.registered_address,
            "housing": draft.housing,
            "employer": draft.employer,
            "health": draft.health,
            "moved_in": draft.moved_in,
        }
        | draft.extra,
    )
    if household and draft.is_head:
        book.households.fill(household, head_id=resident.id)
    return resident


def take_person(book: Book, resident: Resident, person: Person) -> None:
    shelf = book.residents
    if person.id_number and resident.id_number is None:
        shelf.put(resident, "id_number", person.id_number)
        shelf.put(resident, "birth_date", person.birth_date)
    had_birth_date = resident.birth_date is not None
    shelf.fill(resident, birth_date=person.birth_date, sex=person.sex)
    shelf.extend(resident, "phones", [phone.number for phone in person.phones])
    other_name = [person.name] if person.name and name_key(person.name) != resident.name_key else []
    shelf.extend(resident, "aliases", [*other_name, *person.aliases])
    shelf.note(resident, "details", {f"phone:{phone.number}": phone.note for phone in person.phones})
    shelf.note(
        resident, "kept", {"id_number": person.id_text, "phones": person.phone_text, "birth_date": person.birth_text}
    )
    if not had_birth_date:
        shelf.note(resident, "details", vague_birth(person))


def vague_birth(person: Person) -> dict[str, Any]:
    """How exactly a birth date is known, or the nominal age where there is none."""
    if person.birth_date is None:
        return {"nominal_age": person.age}
    return {} if person.birth_precision == "day" else {"birth_precision": person.birth_precision}


def take_family(book: Book, resident: Resident, contact: FamilyContact | None) -> None:
    if contact is None:
        return
    entry = {
        "name": contact.name or None,
        "relation": contact.relation or None,
        "phones": [phone.number for phone in contact.phones],
    }
    if entry not in resident.family:
        book.residents.put(resident, "family", [*resident.family, entry])


def keep_household(people: People, draft: HouseholdDraft, known: Household | None) -> tuple[Household, Resident | None]:
    """`known`: what the row was linked to; a new household otherwise. Its head becomes a resident when named."""
    book = people.book
    household = known or locate_household(book, draft.household_key, draft.place, draft.household_number, another=True)
    head = keep_head(people, draft, household) if draft.person.name else None
    book.households.fill(household, people_count=draft.people_count, head_id=head.id if head else None)
    book.households.note(household, "details", draft.extra | {"notes": draft.notes})
    return household, head


def keep_head(people: People, draft: HouseholdDraft, household: Household) -> Resident:
    book, head = people.book, people.of(draft)
    take_person(book, head, draft.person)
    book.residents.fill(head, household_id=household.id, address=household.address, relation="户主")
    return head
