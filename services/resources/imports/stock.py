"""Rows about goods: lots that came in, and goods handed out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from services.resources.catalogue.rules import spoken
from services.resources.imports.drafts import IssueDraft, LotDraft
from services.resources.imports.goods import Goods
from services.resources.imports.places import COMMUNITY_ENDS, notes, other_date
from services.resources.imports.seen import SeenInWorkbook
from shared.spreadsheets.cells import Total, amount, compact, expiry, given, keeps_for_ever, person_name, read_date
from shared.spreadsheets.community import CommunityContext
from shared.spreadsheets.outcomes import Accepted, Finding, Linked, Outcome, Refused, RowRef, finding, formulas, ref_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.tables import Table
from shared.types import GREATEST_COUNT

EXPIRY_CODES = {"bad_date": "expiry_wrong"}
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Around:
    """What a row cannot say itself. `names`: communities by their short names."""

    table: Table
    community: CommunityContext
    goods: Goods
    names: Mapping[str, str | None] = field(default_factory=dict)


def judge_lots(table: Table, community: CommunityContext, seen: SeenInWorkbook) -> list[Outcome]:
    """The same name, lot number, days, quantity and shelf is the same lot, in whichever list of the workbook."""
    around = Around(table, community, seen.goods)
    return [
        judge_record(table, record, seen.lots, lambda record, warnings: lot(record, around, warnings))
        for record in table.records
    ]


def judge_issues(
    table: Table, community: CommunityContext, seen: SeenInWorkbook, communities: Sequence[str]
) -> list[Outcome]:
    """The same name, day, recipient and quantity is the same issue."""
    around = Around(table, community, seen.goods, short_names(communities))
    return [
        judge_record(table, record, seen.issues, lambda record, warnings: issue(record, around, warnings))
        for record in table.records
    ]


Make = Callable[[Record, list[Finding]], Any]


def judge_record(table: Table, record: Record, seen: dict[str, RowRef | str], make: Make) -> Outcome:
    ref, warnings = ref_of(table, record), formulas(record)
    made = Finding("void_record", None, None, "") if record.void else make(record, warnings)
    if isinstance(made, Finding):
        return Refused(ref, made, tuple(warnings), record.raw)
    if made.key in seen:
        return Linked(ref, seen[made.key], made, {}, tuple(warnings), record.raw)
    seen[made.key] = ref
    return Accepted(ref, made, tuple(warnings), record.raw)


def lot(record: Record, around: Around, warnings: list[Finding]) -> LotDraft | Finding:
    written = record.text("item")
    if not written:
        return finding("missing_item", record, "item")
    counted = count(record, written, around.goods, warnings)
    if isinstance(counted, Finding):
        return counted
    received = main_date(record, "received_on", around)
    if isinstance(received, Finding):
        return received
    code, total = counted
    draft = LotDraft(
        item=code,
        item_text=written,
        quantity=total.quantity,
        unit=total.unit,
        lot_number=record.text("lot_number"),
        received_on=received,
        made_on=other_date(record, "made_on", around.table, warnings),
        location=given(record.first("location")),
        source=given(record.first("source")),
        quantity_text=quantity_text(record, total),
        notes=notes(record),
        extra=record.extra,
        held_because="" if total.clear else "unit_unclear",
    )
    read_expiry(draft, record, around.table, warnings)
    if not draft.held_because and draft.expires_on is None and may_be_bad(draft, around.goods):
        draft.held_because = "expiry_unknown"
        warnings.append(finding("expiry_unknown", record, "expiry"))
    draft.key = key_of(
        spoken(written),
        compact(draft.lot_number),
        received,
        draft.made_on,
        draft.expires_on or compact(draft.expiry_text or ""),
        total.written,
        compact(draft.location),
    )
    return draft


def key_of(*parts: object) -> str:
    """What a repeated row has in common with the first; short enough for its column."""
    key = "|".join("" if part is None else str(part) for part in parts)
    return key if len(key) <= LONGEST_KEY else sha256(key.encode()).hexdigest()


def quantity_text(record: Record, total: Total) -> str:
    """As written, with the unit and the specification that stand in columns of their own, where it was converted."""
    written = record.text("balance") or record.text("quantity")
    if total.clear and written == str(total.quantity):
        return written
    return " ".join(filter(None, (written, given(record.first("unit")), given(record.first("specification")))))


def may_be_bad(draft: LotDraft, goods: Goods) -> bool:
    """True for goods that go off, unless the list says that these do not."""
    item = goods.by_code.get(draft.item)
    return item is not None and item.goes_off and not (draft.expiry_text and keeps_for_ever(draft.expiry_text))


def read_expiry(draft: LotDraft, record: Record, table: Table, warnings: list[Finding]) -> None:
    if "expiry" not in record.values:
        return
    read = expiry(record.first("expiry"), draft.made_on, table.epoch_1904)
    draft.expires_on, draft.expiry_text = read.value, read.kept
    warnings.extend(finding(EXPIRY_CODES.get(code, code), record, "expiry") for code in read.warnings)
    if read.value and draft.made_on and read.value < draft.made_on:
        warnings.append(finding("expiry_before_production", record, "expiry"))


def issue(record: Record, around: Around, warnings: list[Finding]) -> IssueDraft | Finding:
    written = record.text("item") or item_of_list(around.table, around.goods)
    if not written:
        return finding("missing_item", record, "item")
    counted = count(record, written, around.goods, warnings)
    if isinstance(counted, Finding):
        return counted
    issued = main_date(record, "issued_on", around)
    if isinstance(issued, Finding):
        return issued
    code, total = counted
    recipient_text = record.text("recipient")
    draft = IssueDraft(
        item=code,
        item_text=written,
        quantity=total.quantity,
        unit=total.unit,
        issued_on=issued,
        recipient=recipient_of(record, around.names, warnings),
        recipient_text=recipient_text,
        received_by=person_name(record.first("received_by")).value,
        is_clear=total.clear,
        quantity_text=quantity_text(record, total),
        notes=notes(record),
        extra=record.extra,
    )
    draft.key = key_of(spoken(written), issued, short_name(draft.recipient), total.written, draft.received_by)
    return draft


def recipient_of(record: Record, names: Mapping[str, str | None], warnings: list[Finding]) -> str:
    written = record.text("recipient")
    found = find_community(written, names)
    if names and written and found is None:
        warnings.append(finding("recipient_unknown", record, "recipient"))
    return found or written


def item_of_list(table: Table, goods: Goods) -> str:
    """A list of one kind of goods names it in its sheet or title: 水饺, 元宵节水饺慰问."""
    return next((words for words in (table.sheet, table.title) if words and goods.find(words)), "")


def count(record: Record, written: str, goods: Goods, warnings: list[Finding]) -> tuple[str, Total] | Finding:
    """The item and how much of it. None, a negative one and one that cannot be read are refused. What is left counts."""
    field = "balance" if record.first("balance") is not None else "quantity"
    read = amount(record.first(field), record.first("unit"), record.first("specification"))
    if goods.find(written) is None:
        warnings.append(finding("item_unknown", record, "item"))
    if read.value is None:
        return finding("bad_quantity", record, field if field in record.values else "balance")
    code, counted = goods.count(written, read.value)
    if counted.quantity > GREATEST_COUNT:
        return finding("bad_quantity", record, field)
    unclear = () if counted.clear else ("unit_unclear",)
    warnings.extend(finding(code, record, field) for code in (*read.warnings, *unclear))
    return code, counted


def main_date(record: Record, field: str, around: Around) -> date | None | Finding:
    """The date the record is about: one that cannot exist refuses it; none is only a gap."""
    table, reference = around.table, around.community.reference_date
    read = read_date(record.first(field), table.year or (reference.year if reference else None), table.epoch_1904)
    if "bad_date" in read.warnings:
        return finding("bad_date", record, field)
    return read.value.day if read.value else None


def short_name(name: str) -> str:
    return COMMUNITY_ENDS.sub("", compact(name))


def short_names(communities: Sequence[str]) -> dict[str, str | None]:
    """Short name → full name; None where two communities share it."""
    found: dict[str, str | None] = {}
    for name in communities:
        short = short_name(name)
        found[short] = (
            name if short not in found or short_name(found[short] or "") == short and found[short] == name else None
        )
    return found


def find_community(written: str, names: Mapping[str, str | None]) -> str | None:
    """雁塔区-通桥, 碑林区通明社区 and 延阳 → the one community whose short name ends what was written."""
    short = short_name(written)
    if not short:
        return None
    if names.get(short):
        return names[short]
    ends = {full for name, full in names.items() if full and len(name) >= 2 and short.endswith(name)}
    return next(iter(ends)) if len(ends) == 1 else None
