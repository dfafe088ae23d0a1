"""Rows about goods: lots that came in, and goods handed out."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from services.resources.imports.drafts import IssueDraft, LotDraft
from services.resources.imports.items import base_unit, item_code
from services.resources.imports.known import CommunityContext
from services.resources.imports.people import formulas
from services.resources.imports.places import COMMUNITY_ENDS, notes, other_date
from shared.spreadsheets.cells import compact, expiry, given, person_name, quantity, read_date
from shared.spreadsheets.cells.numbers import Quantity
from shared.spreadsheets.outcomes import Accepted, Finding, Linked, Outcome, Refused, RowRef, finding, ref_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.tables import Table

EXPIRY_CODES = {"bad_date": "expiry_wrong"}
ZERO_IS_NOTHING = re.compile(r"^0+$")


def judge_lots(table: Table, community: CommunityContext, seen: dict[str, RowRef | str]) -> list[Outcome]:
    """The same item, lot number, day, quantity and shelf is the same lot."""
    return [
        judge_record(table, record, seen, lambda record, warnings: lot(table, record, community, warnings))
        for record in table.records
    ]


def judge_issues(
    table: Table, community: CommunityContext, seen: dict[str, RowRef | str], communities: Sequence[str]
) -> list[Outcome]:
    """The same item, day, recipient and quantity is the same issue."""
    names = short_names(communities)
    return [
        judge_record(table, record, seen, lambda record, warnings: issue(table, record, community, names, warnings))
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


def lot(table: Table, record: Record, community: CommunityContext, warnings: list[Finding]) -> LotDraft | Finding:
    written = record.text("item")
    if not written:
        return finding("missing_item", record, "item")
    code = known_item(record, written, warnings)
    amount = amount_of(record, code, warnings)
    if isinstance(amount, Finding):
        return amount
    received = main_date(record, "received_on", table, community)
    if isinstance(received, Finding):
        return received
    made_on = other_date(record, "made_on", table, warnings)
    draft = LotDraft(
        item=code,
        item_text=written,
        quantity=amount.amount,
        unit=amount.unit or base_unit(code),
        lot_number=record.text("lot_number"),
        received_on=received,
        made_on=made_on,
        location=given(record.first("location")),
        source=given(record.first("source")),
        quantity_text=record.text("balance") or record.text("quantity"),
        notes=notes(record),
        extra=record.extra,
    )
    read_expiry(draft, record, table, warnings)
    draft.key = "|".join(
        (code, compact(draft.lot_number), str(received or ""), str(draft.quantity), compact(draft.location))
    )
    return draft


def read_expiry(draft: LotDraft, record: Record, table: Table, warnings: list[Finding]) -> None:
    if "expiry" not in record.values:
        return
    read = expiry(record.first("expiry"), draft.made_on, table.epoch_1904)
    draft.expires_on, draft.expiry_text = read.value, read.kept
    warnings.extend(finding(EXPIRY_CODES.get(code, code), record, "expiry") for code in read.warnings)
    if read.value and draft.made_on and read.value < draft.made_on:
        warnings.append(finding("expiry_before_production", record, "expiry"))


def issue(
    table: Table, record: Record, community: CommunityContext, names: Mapping[str, str | None], warnings: list[Finding]
) -> IssueDraft | Finding:
    written = record.text("item") or item_of_list(table)
    if not written:
        return finding("missing_item", record, "item")
    code = known_item(record, written, warnings)
    amount = amount_of(record, code, warnings)
    if isinstance(amount, Finding):
        return amount
    issued = main_date(record, "issued_on", table, community)
    if isinstance(issued, Finding):
        return issued
    recipient_text = record.text("recipient")
    recipient = find_community(recipient_text, names)
    if names and recipient_text and recipient is None:
        warnings.append(finding("recipient_unknown", record, "recipient"))
    draft = IssueDraft(
        item=code,
        item_text=written,
        quantity=amount.amount,
        unit=amount.unit or base_unit(code),
        issued_on=issued,
        recipient=recipient or recipient_text,
        recipient_text=recipient_text,
        received_by=person_name(record.first("received_by")).value,
        notes=notes(record),
        extra=record.extra,
    )
    draft.key = "|".join((code, str(issued or ""), short_name(draft.recipient), str(draft.quantity), draft.received_by))
    return draft


def item_of_list(table: Table) -> str:
    """A list of one kind of goods names it in its sheet or title: 水饺, 元宵节水饺慰问."""
    for words in (table.sheet, table.title):
        if item_code(words)[1]:
            return table.sheet if item_code(table.sheet)[1] else words
    return ""


def known_item(record: Record, written: str, warnings: list[Finding]) -> str:
    code, known = item_code(written)
    if not known:
        warnings.append(finding("item_unknown", record, "item"))
    return code


def amount_of(record: Record, code: str, warnings: list[Finding]) -> Quantity | Finding:
    """Goods need a quantity: none, a negative one and one that cannot be read are refused. What is left counts."""
    field = "balance" if record.first("balance") is not None else "quantity"
    read = quantity(record.first(field), record.first("unit") or base_unit(code), record.first("specification"))
    if read.value is None:
        return finding("bad_quantity", record, field if field in record.values else "balance")
    warnings.extend(finding(code, record, field) for code in read.warnings)
    return read.value


def main_date(record: Record, field: str, table: Table, community: CommunityContext) -> date | None | Finding:
    """The date the record is about: one that cannot exist refuses it; none is only a gap."""
    year = table.year or (community.reference_date.year if community.reference_date else None)
    read = read_date(record.first(field), year, table.epoch_1904)
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
