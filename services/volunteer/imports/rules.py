"""Judges a workbook for the volunteer service: for every row of its lists what becomes of it, and why.

Pure: the workbook and what is known go in, outcomes come out. Rules of judging: the README beside the sample files.
"""

import re
from collections.abc import Sequence

from services.volunteer.imports.known import KnownVolunteers
from services.volunteer.imports.lists import KINDS
from services.volunteer.imports.patrols import judge_patrols
from services.volunteer.imports.volunteers import is_roster, volunteer_rows
from shared.spreadsheets.community import CommunityContext
from shared.spreadsheets.linking import PersonRow, link_by_name, link_people
from shared.spreadsheets.outcomes import Counting, Outcome, Progress, RowRef, SheetJudgement
from shared.spreadsheets.places import Courtyards
from shared.spreadsheets.same_person import KnownPerson
from shared.spreadsheets.sheets import judgements_of, tables_of
from shared.spreadsheets.tables import Table
from shared.spreadsheets.workbook import Workbook

NOTHING_KNOWN = KnownVolunteers()
SHORT_FORM = re.compile(r"^\d+号?院?$")


def judge(
    workbook: Workbook,
    community: CommunityContext,
    known: KnownVolunteers = NOTHING_KNOWN,
    progress: Progress | None = None,
) -> list[SheetJudgement]:
    """One judgement per list, in the order of the file; every data row has exactly one outcome.

    Volunteers are recognised across all sheets of the workbook. May run in a thread; `progress` is told (done, all).
    """
    tables = tables_of(workbook, KINDS)
    counting = Counting(progress, sum(len(table.records) for table in tables))
    courtyards = Courtyards([*known.courtyard_names, *full_names(tables)])
    outcomes = judge_volunteers([table for table in tables if table.kind == "volunteers"], courtyards, known, counting)
    seen: dict[str, RowRef | str] = dict(known.patrols)
    for table in tables:
        if table.kind == "patrols":
            outcomes[id(table)] = judge_patrols(table, community, courtyards, seen)
            counting.step(len(table.records))
    return judgements_of(workbook, tables, KINDS, outcomes)


def judge_volunteers(
    tables: Sequence[Table], courtyards: Courtyards, known: KnownVolunteers, counting: Counting
) -> dict[int, list[Outcome]]:
    """Volunteers first, with every list together; then lists of names only, against everybody found so far."""
    rows: dict[int, list[PersonRow]] = {}
    for table in tables:
        rows[id(table)] = volunteer_rows(table, courtyards)
        counting.step(len(table.records))
    full = [table for table in tables if not is_roster(table)]
    linked = link_people([row for table in full for row in rows[id(table)]], known.people)
    by_ref = {outcome.ref: outcome for outcome in linked}
    everybody = [*known.people, *found_people(linked)]
    return {
        id(table): [by_ref[row.ref] for row in rows[id(table)]]
        if table in full
        else link_by_name(rows[id(table)], everybody)
        for table in tables
    }


def found_people(outcomes: Sequence[Outcome]) -> list[KnownPerson]:
    """Volunteers that this very file makes, as if they were known."""
    found = {
        outcome.draft.person_key: outcome.draft for outcome in outcomes if getattr(outcome, "draft", None) is not None
    }
    return [
        KnownPerson(
            key, draft.person.name, draft.person.id_number, draft.person.phone_numbers, courtyard=draft.courtyard
        )
        for key, draft in found.items()
        if "!" in key
    ]


def full_names(tables: Sequence[Table]) -> list[str]:
    """Courtyards that the lists themselves name in full."""
    cut = Courtyards([])
    names = {cut.split(record.text("courtyard"))[0] for table in tables for record in table.records} - {""}
    return sorted(name for name in names if not SHORT_FORM.match(name))
