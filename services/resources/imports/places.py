"""Rows about places: communities, courtyards and estates, rental houses."""

import re
from collections.abc import Sequence
from typing import Any

from services.resources.imports.drafts import CommunityDraft, CourtyardDraft, RentalHouseDraft
from services.resources.imports.seen import Seen
from shared.spreadsheets.cells import (
    Point,
    Reading,
    compact,
    given,
    kept_text,
    person_name,
    phones,
    point,
    point_in_one_cell,
    read_date,
    several,
    whole_number,
)
from shared.spreadsheets.outcomes import Finding, Outcome, Refused, finding, formulas, ref_of
from shared.spreadsheets.people import MOBILE_INSIDE, read_person
from shared.spreadsheets.places import bare, place_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.tables import Table

COMMUNITY_ENDS = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|村民委员会|社区|居委会|村委会)$")
DISTRICT_ENDS = re.compile(r"(?:市|区|县|街道办事处|街道办|街道|街办|镇|乡)$")


def community_key(name: str, district: str = "") -> str:
    """和光社区 and 和光居委会 of one district are one community."""
    return f"{DISTRICT_ENDS.sub('', compact(district))}/{COMMUNITY_ENDS.sub('', compact(name))}"


def courtyard_key(name: str) -> str:
    return bare(name)


def judge_communities(table: Table, seen: Seen) -> list[Outcome]:
    return [judge_community(table, record, seen) for record in table.records]


def judge_community(table: Table, record: Record, seen: Seen) -> Outcome:
    name, warnings = record.text("community_name"), formulas(record)
    if not name:
        return Refused(
            ref_of(table, record), finding("missing_name", record, "community_name"), tuple(warnings), record.raw
        )
    numbers = contact_phones(record, "contact_phone", warnings)
    draft = CommunityDraft(
        name=name,
        district=record.text("district"),
        contact_name=person_name(record.first("contact_name")).value,
        contact_phones=numbers,
        joined_on=other_date(record, "joined_on", table, warnings),
        notes=notes(record),
        extra=record.extra,
    )
    return seen.outcome(community_key(name, draft.district), table, record, draft, warnings)


def judge_courtyards(table: Table, seen: Seen) -> list[Outcome]:
    return [judge_courtyard(table, record, seen) for record in table.records]


def judge_courtyard(table: Table, record: Record, seen: Seen) -> Outcome:
    name, warnings = record.text("courtyard_name"), formulas(record)
    if not name:
        return Refused(
            ref_of(table, record), finding("missing_name", record, "courtyard_name"), tuple(warnings), record.raw
        )
    where = coordinates(record, warnings)
    draft = CourtyardDraft(
        name=name,
        former_names=several(record.first("former_names")),
        point=where.value,
        point_text=where.kept,
        building_count=count(record, "building_count", warnings),
        household_count=count(record, "household_count", warnings),
        built_year=year(record, warnings),
        gate=given(record.first("gate")),
        management=given(record.first("management")),
        contact_name=person_name(record.first("contact_name")).value,
        contact_phones=contact_phones(record, "contact_phone", warnings),
        notes=notes(record),
        extra=record.extra,
    )
    return seen.outcome(courtyard_key(name), table, record, draft, warnings)


def rental_house(table: Table, record: Record) -> tuple[RentalHouseDraft, list[Finding]]:
    """A rental house with its owner, and the warnings of its row."""
    read = read_person(record, epoch_1904=table.epoch_1904)
    warnings = [*read.warnings, *formulas(record)]
    draft = RentalHouseDraft(
        code=record.text("house_code"),
        place=place_of(record),
        person=read.person,
        storeys=count(record, "storeys", warnings),
        rooms=count(record, "rooms", warnings),
        notes=notes(record),
        extra=record.extra,
    )
    return draft, warnings


def judge_rental_houses(
    table: Table,
    read: Sequence[tuple[RentalHouseDraft, list[Finding]]],
    seen: Seen,
) -> list[Outcome]:
    """One house per code, or per address where there is none."""
    outcomes: list[Outcome] = []
    for record, (draft, warnings) in zip(table.records, read, strict=True):
        key = draft.code or draft.place.key
        if key:
            outcomes.append(seen.outcome(key, table, record, draft, warnings))
        else:
            outcomes.append(
                Refused(ref_of(table, record), finding("missing_place", record, "address"), tuple(warnings), record.raw)
            )
    return outcomes


def coordinates(record: Record, warnings: list[Finding]) -> Reading[Point | None]:
    has_two = "longitude" in record.values or "latitude" in record.values
    if not has_two and "point" not in record.values:
        return Reading(None)
    read = (
        point(record.first("longitude"), record.first("latitude"))
        if has_two
        else point_in_one_cell(record.first("point"))
    )
    field = "longitude" if "longitude" in record.values else "point" if "point" in record.values else "latitude"
    warnings.extend(Finding(code, field, record.column(field), read.kept or "") for code in read.warnings)
    return read


def count(record: Record, field: str, warnings: list[Finding]) -> int | None:
    read = whole_number(record.first(field))
    codes = [code for code in read.warnings if code != "number_missing"]
    warnings.extend(finding("number_wrong" if code == "bad_quantity" else code, record, field) for code in codes)
    return read.value


def year(record: Record, warnings: list[Finding]) -> int | None:
    value = record.first("built_year")
    read = read_date(value).value
    if value is not None and read is None:
        warnings.append(finding("number_unreadable", record, "built_year"))
    return read.day.year if read else None


def contact_phones(record: Record, field: str, warnings: list[Finding]) -> tuple[str, ...]:
    numbers = MOBILE_INSIDE.findall(record.text("contact_name"))
    for column, value in record.values.get(field, ()):
        read = phones(value)
        numbers.extend(phone.number for phone in read.value)
        warnings.extend(
            Finding(code, field, column, record.text(field)) for code in read.warnings if code != "phone_missing"
        )
    if field in record.values and record.first(field) is None:
        warnings.append(finding("phone_missing", record, field))
    return tuple(dict.fromkeys(numbers))


def other_date(record: Record, field: str, table: Table, warnings: list[Finding]) -> Any:
    """A date that is not what the row is about: one that cannot be is a warning."""
    value = record.first(field)
    if value is None:
        return None
    read = read_date(value, table.year, table.epoch_1904)
    warnings.extend(
        finding("other_date_wrong" if code == "bad_date" else code, record, field) for code in read.warnings
    )
    return read.value.day if read.value else None


def notes(record: Record) -> str:
    return "；".join(dict.fromkeys([*(kept_text(value) for value in record.all("note")), *record.comments]))
