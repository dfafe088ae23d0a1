"""Rows about courtyards and rental houses, into the book."""

from dataclasses import replace

from services.resources.imports.book import Book
from services.resources.imports.drafts import CourtyardDraft, RentalHouseDraft
from services.resources.imports.keeping.locating import address_of, courtyard_named, locate_building
from services.resources.register.places.models import Building, Courtyard
from services.resources.register.residents.models import Resident


def keep_courtyard(book: Book, draft: CourtyardDraft) -> Courtyard:
    courtyard, shelf = courtyard_named(book, draft.name), book.courtyards
    shelf.fill(
        courtyard,
        building_count=draft.building_count,
        household_count=draft.household_count,
        built_year=draft.built_year,
        gate=draft.gate,
        management=draft.management,
        contact_name=draft.contact_name,
        contact_phones=list(draft.contact_phones),
    )
    if draft.point and courtyard.longitude is None:
        shelf.fill(courtyard, longitude=draft.point.longitude, latitude=draft.point.latitude)
    shelf.extend(courtyard, "former_names", draft.former_names)
    shelf.note(courtyard, "details", draft.extra | {"notes": draft.notes, "point": draft.point_text})
    return courtyard


def keep_rental_house(book: Book, draft: RentalHouseDraft, owner: Resident | None) -> Building:
    """The owner is noted with the house, and linked when the register knows the same person as a resident."""
    place, shelf, person = draft.place, book.buildings, draft.person
    building = locate_building(book, replace(place, house_code=draft.code)) or nameless(book, draft)
    shelf.fill(
        building,
        address=address_of(place),
        storeys=draft.storeys,
        rooms=draft.rooms,
        owner_name=person.name,
        owner_id_number=person.id_number,
        owner_id=owner.id if owner else None,
    )
    if not building.is_rental:
        shelf.put(building, "is_rental", True)
    shelf.extend(building, "owner_phones", [phone.number for phone in person.phones])
    shelf.note(
        building,
        "details",
        draft.extra | {"notes": draft.notes, "owner_id_number": person.id_text, "owner_phones": person.phone_text},
    )
    return building


def nameless(book: Book, draft: RentalHouseDraft) -> Building:
    """Known by an address that names neither a courtyard nor a building."""
    key = draft.place.key
    if key not in book.building_by_key:
        book.building_by_key[key] = book.buildings.add(
            community=book.community.slug, key=key, name=address_of(draft.place), is_rental=True)
    return book.building_by_key[key]

