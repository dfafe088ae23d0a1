"""Judges a workbook for the register and the stock: for every row of every list what becomes of it, and why.

Pure: the workbook and what is known go in, outcomes come out. Rules of judging: the README beside the sample files.
"""

from collections.abc import Sequence

from services.resources.imports.households import Doors, household_rows, judge_households
from services.resources.imports.known import KnownRegister
from services.resources.imports.lists import KINDS
from services.resources.imports.organisations import judge_organisations
from services.resources.imports.people import Surroundings, full_courtyards, is_roster, owner_row, resident_rows
from services.resources.imports.places import judge_communities, judge_courtyards, judge_rental_houses, rental_house
from services.resources.imports.seen import SeenInWorkbook, seen_before
from services.resources.imports.stock import judge_issues, judge_lots
from shared.spreadsheets.community import CommunityContext
from shared.spreadsheets.linking import PersonRow, link_by_name, link_people
from shared.spreadsheets.outcomes import Counting, Outcome, Progress, SheetJudgement, in_order
from shared.spreadsheets.places import Courtyards
from shared.spreadsheets.same_person import KnownPerson
from shared.spreadsheets.sheets import judgements_of, tables_of
from shared.spreadsheets.tables import Table
from shared.spreadsheets.workbook import Workbook

PEOPLE = ("residents", "elders")
NOTHING_KNOWN = KnownRegister()


def judge(
    workbook: Workbook,
    community: CommunityContext,
    known: KnownRegister = NOTHING_KNOWN,
    progress: Progress | None = None,
) -> list[SheetJudgement]:
    """One judgement per list, in the order of the file; every data row has exactly one outcome.

    People are recognised across all sheets of the workbook. May run in a thread; `progress` is told (done, all) rows.
    """
    tables = tables_of(workbook, KINDS)
    counting = Counting(progress, sum(len(table.records) for table in tables))
    seen = seen_before(known)
    outcomes = {**judge_people(tables, known, seen, counting), **judge_others(tables, community, known, seen, counting)}
    return judgements_of(workbook, tables, KINDS, outcomes)


def judge_people(
    tables: Sequence[Table], known: KnownRegister, seen: SeenInWorkbook, counting: Counting
) -> dict[int, list[Outcome]]:
    """Outcomes by `id(table)` of all lists that name people of the register: residents, elders, households, owners."""
    own = [table for table in tables if table.kind in (*PEOPLE, "households", "rental_houses")]
    houses = {
        table_id: [rental_house(table, record) for record in table.records]
        for table in own
        if table.kind == "rental_houses"
        for table_id in [id(table)]
    }
    addresses = {draft.code: draft.place.address for drafts in houses.values() for draft, _ in drafts if draft.code}
    around = Surroundings(Courtyards([*known.courtyard_names, *full_courtyards(own)]), {**known.houses, **addresses})
    rows: dict[int, list[PersonRow]] = {}
    for table in own:
        if table.kind == "rental_houses":
            rows[id(table)] = [
                owner_row(draft, table, record)
                for record, (draft, _) in zip(table.records, houses[id(table)], strict=True)
            ]
        else:
            rows[id(table)] = (
                household_rows(table, around) if table.kind == "households" else resident_rows(table, around)
            )
        counting.step(len(table.records))
    linked, doors = link_all(own, rows, known), Doors(known.households)
    for table in own:
        if table.kind == "households":
            linked[id(table)] = judge_households(rows[id(table)], doors)
        elif table.kind == "rental_houses":
            linked[id(table)] = judge_rental_houses(table, houses[id(table)], seen.houses)
    return linked


def link_all(
    tables: Sequence[Table], rows: dict[int, list[PersonRow]], known: KnownRegister
) -> dict[int, list[Outcome]]:
    """People first, with every list together; then lists of names only, against everybody found so far."""
    full = [table for table in tables if not (table.kind in PEOPLE and is_roster(table))]
    outcomes = link_people([row for table in full for row in rows[id(table)]], known.people)
    by_row = {(outcome.ref.sheet, outcome.ref.number, outcome.ref.block): outcome for outcome in outcomes}
    linked = {}
    for table in tables:
        if table in full:
            refs = [row.ref for row in rows[id(table)] if not row.bystander]
            linked[id(table)] = in_order(by_row[ref.sheet, ref.number, ref.block] for ref in refs)
        else:
            linked[id(table)] = link_by_name(rows[id(table)], [*known.people, *found_people(outcomes)])
    return linked


def found_people(outcomes: Sequence[Outcome]) -> list[KnownPerson]:
    """People that this very file makes, as if they were known."""
    found = {
        outcome.draft.person_key: outcome.draft for outcome in outcomes if getattr(outcome, "draft", None) is not None
    }
    return [
        KnownPerson(
            key, draft.person.name, draft.person.id_number, draft.person.phone_numbers, courtyard=draft.place.courtyard
        )
        for key, draft in found.items()
        if "!" in key
    ]


def judge_others(
    tables: Sequence[Table],
    community: CommunityContext,
    known: KnownRegister,
    seen: SeenInWorkbook,
    counting: Counting,
) -> dict[int, list[Outcome]]:
    outcomes: dict[int, list[Outcome]] = {}
    names = [
        *known.community_names,
        *(record.text("community_name") for table in tables if table.kind == "communities" for record in table.records),
    ]
    for table in tables:
        if table.kind == "communities":
            outcomes[id(table)] = judge_communities(table, seen.communities)
        elif table.kind == "courtyards":
            outcomes[id(table)] = judge_courtyards(table, seen.courtyards)
        elif table.kind == "organisations":
            outcomes[id(table)] = judge_organisations(table, seen.organisations)
        elif table.kind == "stock_lots":
            outcomes[id(table)] = judge_lots(table, community, seen)
        elif table.kind == "stock_issues":
            outcomes[id(table)] = judge_issues(table, community, seen, names)
        else:
            continue
        counting.step(len(table.records))
    return outcomes
