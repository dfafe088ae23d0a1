"""Rows about organisations: who they are, whom to call, what they offer."""

from services.resources.imports.drafts import OrganisationDraft
from services.resources.imports.places import contact_phones, notes, other_date
from services.resources.imports.seen import Seen
from shared.spreadsheets.cells import compact, given, person_name, several
from shared.spreadsheets.outcomes import Outcome, Refused, finding, formulas, ref_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.tables import Table


def organisation_key(name: str) -> str:
    return compact(name)


def judge_organisations(table: Table, seen: Seen) -> list[Outcome]:
    return [judge_organisation(table, record, seen) for record in table.records]


def judge_organisation(table: Table, record: Record, seen: Seen) -> Outcome:
    name, warnings = record.text("organisation_name"), formulas(record)
    if not name:
        return Refused(
            ref_of(table, record), finding("missing_name", record, "organisation_name"), tuple(warnings), record.raw
        )
    draft = OrganisationDraft(
        name=name,
        kind_text=given(record.first("kind")),
        contact_name=person_name(record.first("contact_name")).value,
        contact_phones=contact_phones(record, "phone", warnings),
        address=given(record.first("address")),
        services=tuple(word for value in record.all("services") for word in several(value)),
        since=other_date(record, "since", table, warnings),
        notes=notes(record),
        extra=record.extra,
    )
    return seen.outcome(organisation_key(name), table, record, draft, warnings)
