"""What the book holds, as the plain look-ups that judging asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.resources.catalogue.models import CatalogItem
from services.resources.imports.book import Book
from services.resources.imports.goods import Item
from services.resources.imports.known import KnownRegister
from services.resources.register.organisations.models import Organisation
from services.resources.register.places.models import Building, Courtyard, Household
from services.resources.register.residents.models import Resident
from shared.imports.shelf import EMPTY
from shared.spreadsheets.same_person import KnownPerson

PERSON_FACTS = ("id_number", "sex", "birth_date", "relation", "residence", "notes", "family")
PERSON_DETAILS = ("registered_address", "housing", "employer", "health", "moved_in")
COURTYARD_FACTS = (
    "former_names",
    "building_count",
    "household_count",
    "built_year",
    "gate",
    "management",
    "contact_name",
    "contact_phones",
)
HOUSE_FACTS = ("storeys", "rooms")
ORGANISATION_FACTS = ("contact_name", "contact_phones", "address", "services", "notes")


def known_register(
    book: Book, items: Sequence[CatalogItem], lots: Mapping[str, str], issues: Mapping[str, str]
) -> KnownRegister:
    """`items`: the catalogue. `lots` and `issues`: ids by the keys of what was imported before."""
    communities = [row for row in book.organisations if row.kind == "community"]
    organisations = [row for row in book.organisations if row.kind != "community"]
    houses = [row for row in book.buildings if row.is_rental]
    return KnownRegister(
        people=[known_person(book, resident) for resident in book.residents],
        households={
            key: {head_of(book, one): str(one.id) for one in reversed(rows)}
            for key, rows in book.households_by_key.items()
        },
        communities={row.key: str(row.id) for row in communities},
        community_names=[row.name for row in communities],
        courtyards={key: str(row.id) for key, row in book.courtyard_by_key.items()},
        courtyard_names=[row.name for row in book.courtyards],
        houses={row.code: row.address or "" for row in houses if row.code},
        house_ids={key: str(row.id) for row in houses for key in ([row.code] if row.code else [*row.former_keys, row.key])},
        organisations={row.key: str(row.id) for row in organisations},
        items=[known_item(item) for item in items],
        lots=lots,
        issues=issues,
        filled=filled_places(book),
    )


def known_item(item: CatalogItem) -> Item:
    names = (item.code, item.zh, item.en, *item.aliases)
    return Item(item.code, names, item.base_unit, item.packs, item.perishable or item.min_days_left > 0)


def head_of(book: Book, household: Household) -> str:
    """By what a row finds the household: the head's name, or the head where no door is known."""
    head = book.residents.rows.get(household.head_id) if household.head_id else None
    if head is None:
        return ""
    return head.name_key if household.key else str(head.id)


def known_person(book: Book, resident: Resident) -> KnownPerson:
    filled = {fact for fact in PERSON_FACTS if getattr(resident, fact) not in EMPTY}
    filled |= {fact for fact in PERSON_DETAILS if fact in resident.details}
    filled |= ({"household"} if resident.household_id else set()) | ({"place"} if resident.address else set())
    return KnownPerson(
        id=str(resident.id),
        name=resident.name,
        number=resident.id_number,
        phones=frozenset(resident.phones),
        fingerprints=frozenset(book.fingerprints.get(resident.id, ())),
        filled=frozenset(filled),
        lists={"tags": frozenset(resident.tags), "aliases": frozenset(resident.aliases)},
        courtyard=courtyard_of(book, resident),
    )


def courtyard_of(book: Book, resident: Resident) -> str:
    household = book.households.rows.get(resident.household_id)
    courtyard = book.courtyards.rows.get(household.courtyard_id) if household else None
    return courtyard.name if courtyard else ""


def filled_places(book: Book) -> dict[str, frozenset[str]]:
    filled = {str(row.id): filled_of(row, COURTYARD_FACTS) | point_of(row) for row in book.courtyards}
    filled |= {str(row.id): filled_of(row, HOUSE_FACTS) for row in book.buildings}
    return filled | {str(row.id): filled_of(row, ORGANISATION_FACTS) for row in book.organisations}


def filled_of(row: Courtyard | Building | Organisation, facts: tuple[str, ...]) -> frozenset[str]:
    """Fields that have a value, noted ones included."""
    return frozenset({fact for fact in facts if getattr(row, fact) not in EMPTY} | set(row.details))


def point_of(row: Any) -> frozenset[str]:
    return frozenset({"point"} if row.longitude is not None else set())
