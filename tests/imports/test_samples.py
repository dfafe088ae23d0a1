"""Every sample file, row for row: which list it is, what becomes of its rows, and every row that is refused.

`expected/<community>.json` was first written out by the judges, then checked: refused and linked rows by eye against the
files, and the numbers of rows, people and links of the registers by a separate count that shares no code with them.
Change it only together with a rule.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from shared.spreadsheets.outcomes import Held, Linked, Refused, SheetJudgement
from shared.spreadsheets.unreadable import UnreadableFile
from shared.spreadsheets.workbook import column_letter
from tests.imports.knowing import register_after, volunteers_after
from tests.imports.looking import accepted, outcomes, read, register, volunteering

SAMPLES = Path(__file__).parents[2] / "samples"
EXPECTED = Path(__file__).parent / "expected"
COMMUNITIES = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())
JUDGES = {"resources": (register, register_after), "volunteer": (volunteering, volunteers_after)}


def files_of(community: str) -> list[Path]:
    return sorted(path for path in (SAMPLES / community).iterdir())


@cache
def judged(path: Path, service: str) -> list[SheetJudgement]:
    return JUDGES[service][0](path.read_bytes(), path.name, of=path.parent.name)


def lists_of(path: Path, service: str) -> list[SheetJudgement]:
    """The lists of a file that the service imports."""
    return [one for one in judged(path, service) if one.list_kind and not one.foreign]


@cache
def problem_of(path: Path) -> str | None:
    try:
        read(path.read_bytes(), path.name)
    except UnreadableFile as refusal:
        return refusal.code
    return None


def readable(community: str) -> list[Path]:
    return [path for path in files_of(community) if problem_of(path) is None]


def summary(path: Path) -> Any:
    if problem := problem_of(path):
        return problem
    lists = {service: lists_of(path, service) for service in JUDGES}
    return {
        "warnings": read(path.read_bytes(), path.name).warnings,
        "lists": [
            {"sheet": one.sheet, "service": service, "kind": one.list_kind}
            | {kind: one.counts[kind] for kind in ("accepted", "linked", "held", "refused")}
            for service in JUDGES for one in lists[service]
        ],
        "refused": [
            [one.ref.sheet, one.ref.number, column_letter(one.reason.column or 0), one.reason.code]
            for service in JUDGES for one in outcomes(lists[service]) if isinstance(one, Refused)
        ],
        "held": [[one.ref.sheet, one.ref.number, one.reason.code] for service in JUDGES for one in outcomes(lists[service]) if isinstance(one, Held)],
        "linked": [
            [one.ref.sheet, one.ref.number, f"{one.to.sheet}!{one.to.number}"]
            for service in JUDGES for one in outcomes(lists[service]) if isinstance(one, Linked)
        ],
    }


@pytest.mark.parametrize("community", COMMUNITIES)
def test_every_file_is_judged_as_expected(community):
    expected = json.loads((EXPECTED / f"{community}.json").read_text())
    assert {path.name: summary(path) for path in files_of(community)} == expected


@pytest.mark.parametrize("community", COMMUNITIES)
def test_running_numbers_agree_that_no_row_of_data_was_lost(community):
    """Lists that number their rows number them 1, 2, 3 …: exactly these are the rows of data."""
    for path in readable(community):
        for service in JUDGES:
            for one in lists_of(path, service):
                if one.table.has("serial"):
                    numbers = [int(float(record.text("serial"))) for record in one.table.records]
                    assert numbers == list(range(1, len(numbers) + 1)), (path.name, one.sheet)


@pytest.mark.parametrize("community", COMMUNITIES)
def test_the_same_files_read_again_change_nothing(community):
    for service, (judge, knowing) in JUDGES.items():
        known = None
        own = [path for path in readable(community) if lists_of(path, service)]
        for path in own:
            known = knowing(judge(path.read_bytes(), path.name, known, of=community), known)
        for path in own:
            again = judge(path.read_bytes(), path.name, known, of=community)
            assert not accepted(again), (service, path.name)
            assert all(not one.adds for one in outcomes(again) if isinstance(one, Linked)), (service, path.name)


@pytest.mark.parametrize(("community", "register_file", "elders_file", "known_already"), [
    ("yingui", "居民花名册.xlsx", "老年人台账.xlsx", 98),
    ("xicheng", "居民信息采集表.csv", "一老关爱名单.xlsx", 82),
    ("liangong", "人口花名册.xlsx", "60岁以上老年人台账.csv", 1920),
    ("wangchengpo", "重点家庭登记.csv", "困境老人服务名册.xlsx", 68),
])
def test_elders_who_are_in_the_register_are_linked_to_it(community, register_file, elders_file, known_already):
    first, second = SAMPLES / community / register_file, SAMPLES / community / elders_file
    known = register_after(judged(first, "resources"))
    ids = {person.id for person in known.people}
    again = outcomes(register(second.read_bytes(), second.name, known, of=community))
    assert sum(1 for one in again if isinstance(one, Linked) and one.to in ids) == known_already


def drafts_of(community: str, file: str, kind: str, service: str) -> list[Any]:
    own = [one for one in judged(SAMPLES / community / file, service) if one.list_kind == kind]
    return [draft for one in own for draft in accepted([one]).values()]


@pytest.mark.parametrize(("community", "file", "kind", "service", "day", "first", "last"), [
    ("hub", "物资台账.xlsx", "stock_lots", "resources", "received_on", date(2020, 2, 1), date(2020, 2, 8)),
    ("hub", "物资台账.xlsx", "stock_issues", "resources", "issued_on", date(2020, 2, 4), date(2020, 2, 9)),
    ("yingui", "隐患巡查记录.xlsx", "patrols", "volunteer", "found_on", date(2022, 7, 16), date(2022, 9, 19)),
    ("dungen", "出租屋巡查记录.xlsx", "patrols", "volunteer", "found_on", date(2022, 8, 3), date(2022, 9, 12)),
])
def test_days_without_a_year_are_of_the_year_in_which_the_list_was_kept(community, file, kind, service, day, first, last):
    days = [found for draft in drafts_of(community, file, kind, service) if (found := getattr(draft, day))]
    assert (min(days), max(days)) == (first, last)


def test_what_the_hub_received_and_handed_out():
    lots = drafts_of("hub", "物资台账.xlsx", "stock_lots", "resources")
    issues = drafts_of("hub", "物资台账.xlsx", "stock_issues", "resources")
    assert sum(lot.quantity for lot in lots if lot.item == "mask") == 500
    assert sum(issue.quantity for issue in issues if issue.item == "dumplings") == 48
