"""Rows about volunteers."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from services.volunteer.imports.drafts import QualificationDraft, SquadRole, VolunteerDraft
from services.volunteer.imports.lists import ROSTER_NEEDS
from shared.spreadsheets.cells import (
    compact,
    given,
    is_formula,
    kept_text,
    read_date,
    several,
    several_with_brackets,
    text,
)
from shared.spreadsheets.cells.dates import end_of_month
from shared.spreadsheets.linking import PersonRow
from shared.spreadsheets.outcomes import Finding, finding, formulas, ref_of
from shared.spreadsheets.people import Person, identity_words, read_person
from shared.spreadsheets.places import Courtyards, loose_name
from shared.spreadsheets.records import Record
from shared.spreadsheets.same_person import Claim
from shared.spreadsheets.tables import Table

ROLES: tuple[tuple[re.Pattern[str], SquadRole], ...] = (
    (re.compile(r"副(?:队长|组长|会长|召集|站长|大队)"), "deputy"),
    (re.compile(r"秘书|文书|书记员|联络员"), "secretary"),
    (re.compile(r"队长|组长|会长|召集人|负责人|领队|站长|团长"), "leader"),
)
SAID_BESIDE = re.compile(r"[,，;；、。\s]+")
ROLE_ALONE = re.compile(
    r"(?:本|该|小|分|大|第?[一二三四五\d])?(?:小?分?队|组)?(?:现任|担任|兼任?)?副?(?:队长|组长|会长|召集人|站长|大队长|秘书|文书|联络员|负责人|领队|团长)"
)
HAS_LEFT = re.compile(r"^(?:已|现已|已经)?(?:退出|退队|离队|退会|离职|退团|不再参加)(?:队伍|服务队|志愿队)?了?$")
QUOTED = re.compile(r"[“\"「『《]([^”\"」』》]{2,20})[”\"」』》]")
AFTER_COLON = re.compile(r"(?:队伍|服务队|团队)[^::]{0,4}[::]\s*([^\s::,，。]{2,20})")
ENDS_AS_TEAM = re.compile(
    r"([\u4e00-\u9fffA-Za-z]{2,16}?(?:服务队|联防队|应急队|志愿队|工作室|街坊会|协会|文艺队|助洁队|巡逻队|支队"
    r"|小分队|队))"
)
NO_TEAM = re.compile(r"sheet|工作表|table|志愿者|名单|名册|报名|登记|汇总|统计|信息|台账|人员|^表|\d{4}", re.IGNORECASE)
UNTIL = re.compile(
    r"(?:有效期?)?(?:限|截止)?(?:至|到|截至)?[:：]?\s*((?:19|20)\d{2}\s*[年./-]\s*\d{1,2}(?:\s*[月./-]\s*\d{1,2}\s*日?"
    r"|\s*月)?)\s*(?:到期|止|截止|失效|过期|前有效)?"
)
IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


def is_roster(table: Table) -> bool:
    """A list of names only."""
    return not any(table.has(field) for field in ROSTER_NEEDS)


def volunteer_rows(table: Table, courtyards: Courtyards) -> list[PersonRow]:
    """One row per record, ready to be linked. Without a name it is refused."""
    team = team_of_list(table)
    return [volunteer_row(table, record, courtyards, team) for record in table.records]


def volunteer_row(table: Table, record: Record, courtyards: Courtyards, team: str) -> PersonRow:
    read = read_person(record, epoch_1904=table.epoch_1904)
    written = record.text("courtyard")
    beside = said_beside(record, read.person)
    has_left = any(HAS_LEFT.match(said) for said in beside)
    role_text = given(record.first("role")) or next((said for said in beside if ROLE_ALONE.fullmatch(said)), "")
    draft = VolunteerDraft(
        person=read.person,
        team=given(record.first("team")) or team,
        courtyard=courtyards.resolve(written) or written,
        courtyard_text=written,
        role="member" if has_left else role_of(role_text),
        role_text=role_text,
        has_left=has_left,
        skills=tuple(dict.fromkeys(word for value in record.all("skills") for word in several(value))),
        qualifications=tuple(
            dict.fromkeys(one for value in record.all("qualifications") for one in qualifications(value))
        ),
        availability=kept_text(record.first("availability")),
        organisation=given(record.first("organisation")),
        studies=given(record.first("studies")),
        address=given(record.first("address")),
        notes=notes(record, read.person),
        extra=record.extra | ages(read.person),
    )
    warnings = [*read.warnings, *formulas(record)]
    draft.joined_on = joined(record, table, warnings)
    if written and courtyards.full and courtyards.resolve(written) is None:
        warnings.append(finding("courtyard_unresolved", record, "courtyard"))
    row = PersonRow(ref_of(table, record), draft, None, warnings=warnings, raw=record.raw)
    row.refusal = (
        Finding("void_record") if record.void else None if read.person.name else finding("missing_name", record, "name")
    )
    if row.refusal:
        return row
    words = identity_words(read.person, loose_name(written) or compact(draft.address), draft.team)
    row.claim = Claim(read.person.name_key, read.person.id_number, read.person.phone_numbers, words)
    row.facts, row.lists = facts_of(draft)
    return row


def said_beside(record: Record, person: Person) -> list[str]:
    """副队长，已退出 in the notes, or （队长） behind the name, word by word."""
    notes = [text(value) for value in record.all("note")]
    return [said for words in [*notes, *person.remarks] for said in SAID_BESIDE.split(words) if said]


def ages(person: Person) -> dict[str, str]:
    """Nobody's birth date is made of an age: it is kept as it was given."""
    return {"年龄": str(person.age)} if person.age is not None and person.birth_date is None else {}


def joined(record: Record, table: Table, warnings: list[Finding]) -> Any:
    value = record.first("joined_on")
    if value is None:
        return None
    read = read_date(value, table.year, table.epoch_1904)
    warnings.extend(
        finding("other_date_wrong" if code == "bad_date" else code, record, "joined_on") for code in read.warnings
    )
    return read.value.day if read.value else None


def role_of(written: str) -> SquadRole:
    return next((role for pattern, role in ROLES if pattern.search(written)), "member")


@lru_cache(maxsize=2048)
def read_qualification(written: str) -> QualificationDraft:
    """社会工作者证(初级)(2024年3月到期) → its name, and the last day of that month."""
    until = None
    name = written
    for inside in [*IN_BRACKETS.findall(written), written]:
        match = UNTIL.search(inside)
        read = read_date(match[1].replace(" ", "")).value if match else None
        if match and read:
            until = end_of_month(read.day) if read.precision == "month" else read.day
            name = (
                written.replace(f"({inside})", "").replace(match[0], "")
                if inside != written
                else written.replace(match[0], "")
            )
            break
    return QualificationDraft(name.replace("()", "").strip(" ,;:"), until)


def qualifications(value: Any) -> tuple[QualificationDraft, ...]:
    """Each certificate once; a piece that is only a date belongs to the certificate before it."""
    found: list[QualificationDraft] = []
    for piece in () if is_formula(value) else several_with_brackets(value):
        read = read_qualification(piece)
        if not read.name and found:
            found[-1] = replace(found[-1], valid_until=read.valid_until)
        elif read.name:
            found.append(read)
    return tuple(found)


def team_of_list(table: Table) -> str:
    """“银龄之光”应急志愿服务队队员名单 → 银龄之光; 自组织队伍：银发文艺队 → 银发文艺队; else the name of the sheet."""
    titles = table.title
    for pattern in (QUOTED, AFTER_COLON):
        if match := pattern.search(titles):
            return match[1].strip()
    if match := ENDS_AS_TEAM.search(titles.split(" ")[0]):
        return match[1]
    return "" if NO_TEAM.search(table.sheet) else table.sheet


def notes(record: Record, person: Person) -> str:
    return "；".join(
        dict.fromkeys([*(kept_text(value) for value in record.all("note")), *person.remarks, *record.comments])
    )


def facts_of(draft: VolunteerDraft) -> tuple[dict[str, Any], dict[str, tuple[Any, ...]]]:
    person = draft.person
    facts = {
        "id_number": person.id_number,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "courtyard": draft.courtyard,
        "availability": draft.availability,
        "joined_on": draft.joined_on,
        "organisation": draft.organisation,
        "studies": draft.studies,
        "address": draft.address,
        "notes": draft.notes,
    }
    squads = ((draft.team, draft.role),) if draft.team else ()
    lists = {
        "phones": tuple(phone.number for phone in person.phones),
        "squads": squads,
        "skills": draft.skills,
        "qualifications": draft.qualifications,
        "aliases": person.aliases,
    }
    return facts, {key: values for key, values in lists.items() if values}
