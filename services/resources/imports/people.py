"""Rows about residents: registers, elders' lists, lists of names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.resources.imports.drafts import FamilyContact, RentalHouseDraft, ResidentDraft
from services.resources.imports.heads import members_and_head
from services.resources.imports.lists import BESIDE_A_PLACE, ROSTER_NEEDS
from shared.spreadsheets.cells import (
    given,
    is_missing,
    kept_text,
    person_name,
    phones,
    read_date,
    several,
    text,
    yes_no,
)
from shared.spreadsheets.fields import header_forms
from shared.spreadsheets.linking import PersonRow
from shared.spreadsheets.outcomes import Finding, finding, formulas, ref_of
from shared.spreadsheets.people import Person, identity_words, read_person
from shared.spreadsheets.places import Courtyards, Place, fill, list_place, parse_address, place_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.same_person import Claim
from shared.spreadsheets.tables import Table
from shared.spreadsheets.vocabulary import TAG_WORDS

HEAD = re.compile(r"^(?:户主|本人|承租人|主租人|房主)$")
ASKS = re.compile(r"^是否")
OWN_HOUSEHOLD = re.compile(r"非户籍|流动|租客|租住|租户|外来")
REGISTERED = re.compile(r"户籍")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rows are read against: the community's courtyards, and the addresses of its rental houses by their code."""

    courtyards: Courtyards
    houses: Mapping[str, str]


def is_roster(table: Table) -> bool:
    """A list of names only, perhaps with the courtyard or the building beside them."""
    somewhere = table.has("courtyard") or table.has("building")
    needs = (*ROSTER_NEEDS, *BESIDE_A_PLACE) if somewhere else ROSTER_NEEDS
    return not any(table.has(field) for field in needs)


def resident_rows(table: Table, around: Surroundings) -> list[PersonRow]:
    """One row per record, ready to be linked. Without a name it is refused."""
    default = list_place(table)
    residence = residence_of_list(table)
    people = [one for record in table.records for one in members_and_head(record)]
    return [resident_row(table, one, around, default, residence) for one in people]


def resident_row(table: Table, record: Record, around: Surroundings, default: Place, residence: str) -> PersonRow:
    read = read_person(record, epoch_1904=table.epoch_1904)
    place, place_warnings = settle(place_of(record, default), record, around)
    draft = ResidentDraft(
        person=read.person,
        place=place,
        household_number=record.text("household_number"),
        relation=record.text("relation"),
        residence=record.text("residence") or residence,
        registered_address=given(record.first("registered_address")),
        housing=given(record.first("housing")),
        employer=given(record.first("employer")),
        health=given(record.first("health")),
        tags=tags_of(record),
        notes=notes_of(record, read.person),
        family=family_of(record),
        extra=record.extra,
    )
    draft.is_head = bool(HEAD.match(draft.relation))
    draft.household_key = household_key(draft.household_number, place)
    draft.moved_in = moved_in(record, table)
    row = PersonRow(
        ref_of(table, record),
        draft,
        None,
        warnings=[*read.warnings, *place_warnings, *formulas(record)],
        raw=record.raw,
    )
    row.refusal = (
        Finding("void_record") if record.void else None if read.person.name else finding("missing_name", record, "name")
    )
    if row.refusal:
        return row
    words = identity_words(read.person, place.loose_key, draft.relation)
    row.claim = Claim(read.person.name_key, read.person.id_number, read.person.phone_numbers, words)
    row.facts, row.lists = facts_of(draft)
    return row


def owner_row(draft: RentalHouseDraft, table: Table, record: Record) -> PersonRow:
    """The owner of a house is looked for among the people, but is no row of their list."""
    person = draft.person
    claim = (
        Claim(person.name_key, person.id_number, person.phone_numbers, identity_words(person, "", "owner"))
        if person.name
        else None
    )
    return PersonRow(ref_of(table, record), draft, claim, bystander=True)


def settle(place: Place, record: Record, around: Surroundings) -> tuple[Place, list[Finding]]:
    """Short names of courtyards made whole; a rental house's code given its address."""
    warnings = []
    if place.house_code and around.houses:
        address = around.houses.get(place.house_code)
        if address is None:
            warnings.append(finding("house_unknown", record, "house_code"))
        else:
            place = fill(place, parse_address(address))
    if place.courtyard and (whole := around.courtyards.resolve(place.courtyard)) and whole != place.courtyard:
        place = replace(place, courtyard=whole)
    return place, warnings


def household_key(number: str, place: Place) -> str:
    """The rows of one household share it; '' when nothing tells where the person lives."""
    return f"no:{number}" if number else place.key if place.is_dwelling else ""


def residence_of_list(table: Table) -> str:
    """A sheet named 非户籍常住 or a list of tenants says it for all its rows."""
    if match := OWN_HOUSEHOLD.search(table.sheet) or OWN_HOUSEHOLD.search(table.title):
        return match[0]
    return "户籍" if REGISTERED.search(table.sheet) else ""


def tags_of(record: Record) -> tuple[str, ...]:
    words = [word for value in record.all("tags") for word in several(value)]
    words += [
        tag
        for column, value in record.values.get("flag", ())
        if (tag := flag_of(record.headers.get(column, ""), value))
    ]
    words += [word for value in record.all("note") for word in several(value) if word in TAG_WORDS]
    return tuple(dict.fromkeys(words))


def flag_of(header: str, value: Any) -> str:
    """是否党员: 是 → 党员; a column 低保 with 有, or with 低保 itself, likewise."""
    tag = ASKS.sub("", header_forms(text(header))[1])
    answer = yes_no(value)
    return tag if answer or (answer is None and given(value) == tag) else ""


def notes_of(record: Record, person: Person) -> str:
    notes = [*(kept_text(value) for value in record.all("note")), *person.remarks, *record.comments]
    return "；".join(dict.fromkeys(notes))


def family_of(record: Record) -> FamilyContact | None:
    name = person_name(record.first("family_name")).value
    numbers = tuple(phone for value in record.all("family_phone") for phone in phones(value).value)
    if not name and not numbers:
        return None
    return FamilyContact(name, given(record.first("family_relation")), numbers)


def moved_in(record: Record, table: Table) -> Any:
    read = read_date(record.first("moved_in"), table.year, table.epoch_1904).value
    return read.day if read else None


def facts_of(draft: ResidentDraft) -> tuple[dict[str, Any], dict[str, tuple[Any, ...]]]:
    person = draft.person
    facts = {
        "id_number": person.id_number,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "place": draft.place.key,
        "household": draft.household_key,
        "relation": draft.relation,
        "residence": draft.residence,
        "registered_address": draft.registered_address,
        "housing": draft.housing,
        "employer": draft.employer,
        "health": draft.health,
        "moved_in": draft.moved_in,
        "family": draft.family.name if draft.family else None,
        "notes": draft.notes,
    }
    lists = {"phones": tuple(phone.number for phone in person.phones), "tags": draft.tags, "aliases": person.aliases}
    return facts, {key: values for key, values in lists.items() if values}


def full_courtyards(tables: Sequence[Table]) -> list[str]:
    """Names of courtyards that the lists themselves give in full, by column or by section."""
    names = {record.text("courtyard") for table in tables for record in table.records if record.text("courtyard")}
    names |= {
        parse_address(record.text("address")).courtyard
        for table in tables
        for record in table.records
        if record.text("address")
    }
    return [name for name in names if not is_missing(name) and not re.match(r"^\d+号?院?$", name)]
