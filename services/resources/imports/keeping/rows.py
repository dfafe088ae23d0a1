"""Which rows go where: one keeper per kind of list."""

from collections.abc import Callable, Sequence
from uuid import UUID

from services.resources.imports.book import Book
from services.resources.imports.keeping.organisations import keep_community, keep_organisation
from services.resources.imports.keeping.people import People, keep_household, keep_resident
from services.resources.imports.keeping.places import keep_courtyard, keep_rental_house
from shared.imports.importer import place_of_row
from shared.imports.models import ImportRow
from shared.spreadsheets.outcomes import Accepted, Linked, Progress, RowRef, SheetJudgement

LAST = ("rental_houses",)
"""Owners are linked to residents, so people come first."""


def keep_rows(
    book: Book,
    job: ImportRow,
    judgements: Sequence[SheetJudgement],
    progress: Progress,
) -> dict[tuple[str, int, int], UUID]:
    people, records = People(book, job), {}
    total = sum(len(judgement.outcomes) for judgement in judgements)
    for judgement in sorted(judgements, key=lambda one: one.list_kind in LAST):
        keep = KEEPERS.get(judgement.list_kind or "")
        if keep is None:
            continue
        for outcome in judgement.outcomes:
            if isinstance(outcome, Accepted | Linked):
                records[place_of_row(outcome.ref)] = keep(people, outcome, judgement.list_kind, records)
            progress(len(records), total)
    return records


Keeper = Callable[[People, Accepted | Linked, str, dict], UUID]


def resident_row(people: People, outcome: Accepted | Linked, list_kind: str, records: dict) -> UUID:
    resident = keep_resident(people, outcome.draft)
    people.link(resident, outcome.ref, list_kind, outcome.draft.fingerprint)
    return resident.id


def household_row(people: People, outcome: Accepted | Linked, list_kind: str, records: dict) -> UUID:
    known = people.book.households[record_of(outcome.to, records)] if isinstance(outcome, Linked) else None
    household, head = keep_household(people, outcome.draft, known)
    if head is not None:
        people.link(head, outcome.ref, list_kind, outcome.draft.fingerprint)
    return household.id


def record_of(to: RowRef | str, records: dict[tuple[str, int, int], UUID]) -> UUID:
    return UUID(to) if isinstance(to, str) else records[place_of_row(to)]


def rental_house_row(people: People, outcome: Accepted | Linked, list_kind: str, records: dict) -> UUID:
    return keep_rental_house(people.book, outcome.draft, people.find(outcome.draft)).id


def courtyard_row(people: People, outcome: Accepted | Linked, list_kind: str, records: dict) -> UUID:
    return keep_courtyard(people.book, outcome.draft).id


def organisation_row(people: People, outcome: Accepted | Linked, list_kind: str, records: dict) -> UUID:
    return keep_organisation(people.book, outcome.draft).id


def community_row(people: People, outcome: Accepted | Linked, list_kind: str, records: dict) -> UUID:
    return keep_community(people.book, outcome.draft).id


KEEPERS: dict[str, Keeper] = {
    "residents": resident_row,
    "elders": resident_row,
    "households": household_row,
    "rental_houses": rental_house_row,
    "courtyards": courtyard_row,
    "organisations": organisation_row,
    "communities": community_row,
}
