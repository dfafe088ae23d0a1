"""Rows of patrol notebooks: when, where, which hazards, and what became of them."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from services.volunteer.imports.drafts import FoundHazard, PatrolDraft, PatrolState
from services.volunteer.imports.hazard_kinds import OTHER, split_hazards
from shared.spreadsheets.cells import compact, given, kept_text, person_name, read_date, several
from shared.spreadsheets.community import CommunityContext
from shared.spreadsheets.outcomes import Accepted, Finding, Linked, Outcome, Refused, RowRef, finding, formulas, ref_of
from shared.spreadsheets.places import Courtyards, Place, place_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.tables import Table

SEVERITIES: dict[str, int] = {
    "低": 1,
    "一般": 1,
    "轻微": 1,
    "蓝": 1,
    "iv": 1,
    "四级": 1,
    "小": 1,
    "低风险": 1,
    "一般隐患": 1,
    "较小": 1,
    "中": 2,
    "较大": 2,
    "黄": 2,
    "iii": 2,
    "三级": 2,
    "中等": 2,
    "中风险": 2,
    "较大隐患": 2,
    "高": 3,
    "重大": 3,
    "橙": 3,
    "ii": 3,
    "二级": 3,
    "严重": 3,
    "大": 3,
    "高风险": 3,
    "重大隐患": 3,
    "较高": 3,
    "特别重大": 4,
    "极高": 4,
    "红": 4,
    "i": 4,
    "一级": 4,
    "紧急": 4,
    "特大": 4,
    "危急": 4,
}
FIXED = re.compile(
    r"^(?:已(?!报|上报|通知|告知|转|派|受理|登记|贴|联系|约|下达|发|反映|协调|劝)|完成|是$|√|销号|合格|通过|办结|闭环|整改完)"
    r"|已整改|已完成|已处理|已销号|整改完毕|已修|已清|已更换|已恢复"
)
NOT_FIXED = re.compile(r"未|没|否|待|正在|中$|×|不合格")


def judge_patrols(
    table: Table, community: CommunityContext, courtyards: Courtyards, seen: dict[str, RowRef | str]
) -> list[Outcome]:
    """The same number of a record, or the same day, place and hazard, is the same record.

    `seen`: what is known, and what the other lists of the workbook brought, by the keys of records; added to.
    """
    return [judge_patrol(table, record, community, courtyards, seen) for record in table.records]


def judge_patrol(
    table: Table, record: Record, community: CommunityContext, courtyards: Courtyards, seen: dict[str, RowRef | str]
) -> Outcome:
    ref, warnings = ref_of(table, record), formulas(record)
    draft = read_patrol(table, record, community, courtyards, warnings)
    if isinstance(draft, Finding):
        return Refused(ref, draft, tuple(warnings), record.raw)
    by_number = f"number|{compact(draft.record_number)}" if draft.record_number else ""
    keys = [hazard_key(draft, hazard, draft.place.key) for hazard in draft.hazards]
    draft.keys = (*keys, *([by_number] if by_number else []))
    held_by = [
        seen.get(key) or seen.get(hazard_key(draft, hazard, draft.place.loose_key))
        for hazard, key in zip(draft.hazards, keys, strict=True)
    ]
    same = seen.get(by_number) or (held_by[0] if all(held_by) else None)
    if same:
        return Linked(ref, same, draft, {}, tuple(warnings), record.raw)
    draft.hazards = tuple(hazard for hazard, holder in zip(draft.hazards, held_by, strict=True) if not holder)
    seen.update((key, ref) for key in draft.keys if key not in seen)
    return Accepted(ref, draft, tuple(warnings), record.raw)


def hazard_key(draft: PatrolDraft, hazard: FoundHazard, place_key: str) -> str:
    """Day, place and hazard. With `loose_key` a record kept under a short name is found once the full one is known."""
    what = hazard.kind if hazard.kind != OTHER else compact(hazard.text)
    return "|".join((str(draft.found_on or ""), place_key, compact(draft.spot), what))


def read_patrol(
    table: Table, record: Record, community: CommunityContext, courtyards: Courtyards, warnings: list[Finding]
) -> PatrolDraft | Finding:
    if record.void:
        return Finding("void_record", None, None, "")
    year = table.year or (community.reference_date.year if community.reference_date else None)
    found_on = read_date(record.first("found_on"), year, table.epoch_1904)
    if "bad_date" in found_on.warnings:
        return finding("bad_date", record, "found_on")
    place, spot = where(record, courtyards, warnings)
    if not place.key:
        return finding(
            "missing_place", record, next((field for field in PLACE_FIELDS if field in record.values), "spot")
        )
    hazards = tuple(
        FoundHazard(kind, words) for value in record.all("hazards") for kind, words in split_hazards(kept_text(value))
    )
    if not hazards:
        return finding("missing_hazard", record, "hazards")
    if "found_on" in record.values:
        warnings.extend(finding(code, record, "found_on") for code in found_on.warnings)
    warnings.extend(finding("hazard_unknown", record, "hazards") for hazard in hazards if hazard.kind == OTHER)
    draft = PatrolDraft(found_on.value.day if found_on.value else None, place, spot, hazards, keys=())
    complete(draft, record, table, year, warnings)
    return draft


def complete(draft: PatrolDraft, record: Record, table: Table, year: int | None, warnings: list[Finding]) -> None:
    """Everything that does not decide whether the record stands."""
    state_text = given(record.first("state"))
    draft.fixed_on = side_date(record, "fixed_on", table, year, warnings)
    level = compact(record.text("level"))
    draft.severity = SEVERITIES.get(level, SEVERITIES.get(level.rstrip("级")))
    draft.found_by = tuple(name for word in several(record.first("found_by")) if (name := person_name(word).value))
    draft.state, draft.state_text = state_of(record, state_text, draft.fixed_on), state_text
    draft.measures = kept_text(record.first("measures"))
    draft.due_on = side_date(record, "due_on", table, year, warnings)
    draft.reinspected_on = side_date(record, "reinspected_on", table, year, warnings)
    draft.record_number = record.text("record_number")
    draft.notes = "；".join(dict.fromkeys([*(kept_text(value) for value in record.all("note")), *record.comments]))
    draft.extra = record.extra


def state_of(record: Record, state_text: str, fixed_on: date | None) -> PatrolState:
    """What the notebook says; where it has no such column, what was done or a day of repair says it.

    A re-inspection alone says nothing.
    """
    said = state_text or (record.text("measures") if "state" not in record.values else "")
    if said and (state_text or FIXED.search(said) or NOT_FIXED.search(said)):
        return "open" if NOT_FIXED.search(said) or not FIXED.search(said) else "fixed"
    return "fixed" if fixed_on and "state" not in record.values else "open"


PLACE_FIELDS = ("courtyard", "location", "house_code", "address", "building", "door")


def where(record: Record, courtyards: Courtyards, warnings: list[Finding]) -> tuple[Place, str]:
    """(place, spot in it). One column for both has them cut apart; beside a column for courtyards 地点 is the spot."""
    place, location, spot = place_of(record), record.text("location"), record.text("spot")
    if not any(field in record.values for field in PLACE_FIELDS):
        location, spot = spot, ""
    if location and not place.key:
        courtyard, rest = courtyards.split(location)
        if "courtyard" not in record.values or rest or courtyards.resolve(courtyard):
            place, location = replace(place, courtyard=courtyard), rest
    elif place.courtyard and not (place.building or place.door or place.house_code or place.address):
        courtyard, rest = courtyards.split(place.courtyard)
        place, location = replace(place, courtyard=courtyard), f"{rest} {location}".strip()
    return whole_name(place, record, courtyards, warnings), f"{location} {spot}".strip()


def whole_name(place: Place, record: Record, courtyards: Courtyards, warnings: list[Finding]) -> Place:
    if not place.courtyard or place.house_code:
        return place
    whole = courtyards.resolve(place.courtyard)
    if whole is None and courtyards.full and place.courtyard[:1].isdigit():
        field = "courtyard" if record.text("courtyard") else "location"
        warnings.append(finding("courtyard_unresolved", record, field))
    return replace(place, courtyard=whole or place.courtyard)


def side_date(record: Record, field: str, table: Table, year: int | None, warnings: list[Finding]) -> Any:
    """A deadline or a day of repair: one that cannot exist is a warning, not a refusal."""
    value = record.first(field)
    if value is None:
        return None
    read = read_date(value, year, table.epoch_1904)
    warnings.extend(
        finding("other_date_wrong" if code == "bad_date" else code, record, field)
        for code in read.warnings
        if code != "date_missing"
    )
    return read.value.day if read.value else None
