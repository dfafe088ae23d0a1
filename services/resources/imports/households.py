"""Lists of households, one line each: a door, perhaps a head, perhaps nobody."""

from collections import defaultdict
from collections.abc import Mapping

from services.resources.imports.drafts import HouseholdDraft
from services.resources.imports.people import Surroundings, household_key, notes_of, settle
from shared.spreadsheets.cells import name_key, whole_number
from shared.spreadsheets.linking import PersonRow
from shared.spreadsheets.outcomes import Accepted, Finding, Linked, Outcome, Refused, RowRef, finding, formulas, ref_of
from shared.spreadsheets.people import identity_words, read_person
from shared.spreadsheets.places import Place, list_place, place_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.same_person import Claim
from shared.spreadsheets.tables import Table


class Doors:
    """The households of a community, and of all lists of a workbook as they are judged.

    `by_door`: household key → {name key of the head: the row or the id that holds it}; `by_head`: where no door is
    known, by the person key of the head.
    """

    def __init__(self, known: Mapping[str, Mapping[str, str]]) -> None:
        self.by_door: dict[str, dict[str, RowRef | str]] = defaultdict(
            dict, {key: dict(heads) for key, heads in known.items()}
        )
        self.by_head: dict[str, RowRef | str] = dict(known.get("", {}))


def household_rows(table: Table, around: Surroundings) -> list[PersonRow]:
    """Heads are looked for among the people; the households themselves are judged by `judge_households`."""
    default = list_place(table)
    return [household_row(table, record, around, default) for record in table.records]


def household_row(table: Table, record: Record, around: Surroundings, default: Place) -> PersonRow:
    read = read_person(record, name_field="head_name", epoch_1904=table.epoch_1904)
    place, warnings = settle(place_of(record, default), record, around)
    number = record.text("household_number")
    count = whole_number(record.first("people_count"))
    if count.value is None and record.first("people_count") is not None:
        warnings.append(finding("number_unreadable", record, "people_count"))
    draft = HouseholdDraft(
        person=read.person,
        place=place,
        household_key=household_key(number, place),
        household_number=number,
        people_count=count.value,
        notes=notes_of(record, read.person),
        extra=record.extra,
    )
    # A household without people has no telephone and no ID number to miss.
    own = read.warnings if read.person.name else []
    row = PersonRow(
        ref_of(table, record),
        draft,
        None,
        warnings=[*own, *warnings, *formulas(record)],
        raw=record.raw,
        bystander=True,
    )
    if record.void:
        row.refusal = Finding("void_record")
    elif read.person.name:
        words = identity_words(read.person, place.loose_key, "head")
        row.claim = Claim(read.person.name_key, read.person.id_number, read.person.phone_numbers, words)
    elif not draft.household_key:
        row.refusal = finding("missing_name", record, "head_name")
    return row


def judge_households(rows: list[PersonRow], doors: Doors) -> list[Outcome]:
    """One household per door and head; the same door again is linked, with another head it is a second household."""
    return [judge_household(row, doors) for row in rows]


def judge_household(row: PersonRow, doors: Doors) -> Outcome:
    draft: HouseholdDraft = row.draft
    if row.refusal:
        return Refused(row.ref, row.refusal, tuple(row.warnings), row.raw)
    heads = doors.by_door[draft.household_key] if draft.household_key else doors.by_head
    head = name_key(draft.person.name) if draft.household_key else draft.person_key
    same = heads.get(head) or (heads.get("") if draft.household_key else None)
    if same is None and not head and heads:
        same = next(iter(heads.values()))
    if same is not None:
        heads[head] = same
        return Linked(row.ref, same, draft, {}, tuple(row.warnings), row.raw)
    warnings = (
        [*row.warnings, Finding("same_address_other_head", "head_name", None, draft.person.name)]
        if heads and draft.household_key
        else row.warnings
    )
    heads[head] = row.ref
    return Accepted(row.ref, draft, tuple(warnings), row.raw)
