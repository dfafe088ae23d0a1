"""Registers that name the head of the household beside each member: 户主, or 户主信息 over 姓名 and 电话."""

from collections.abc import Mapping
from dataclasses import replace

from shared.spreadsheets.cells import name_key, person_name
from shared.spreadsheets.records import Record
from shared.spreadsheets.vocabulary import PLACE_FIELDS
from shared.spreadsheets.workbook import CellValue

OWN = {"name": "head_name", "phone": "head_phone", "id_number": "head_id_number"}
OF_THE_HOUSEHOLD = ("household_number", *(field.key for field in PLACE_FIELDS))
BESIDE = 10
"""A head named in a member's row is the tenth list beside it: more lists never stand side by side."""

Values = dict[str, list[tuple[int, CellValue]]]


def members_and_head(record: Record) -> list[Record]:
    """The people of a row: the member, the head, or both when the head has a telephone or an ID number there.

    A head of whom only the name is written is known with the member's household, and makes nobody.
    """
    head, member = name_of(record, "head_name"), name_of(record, "name")
    if not head:
        return [record]
    if not record.first("name"):
        return [replace(record, values=record.values | as_own(record.values))]
    if head == member:
        return [replace(record, values=record.values | with_own(record))]
    if record.first("head_phone") or record.first("head_id_number"):
        of_household = {key: list(record.values[key]) for key in OF_THE_HOUSEHOLD if key in record.values}
        own = of_household | as_own(record.values)
        return [record, replace(record, values=own, block=record.block + BESIDE, extra={}, comments=())]
    return [replace(record, extra=record.extra | {"户主": record.text("head_name")})]


def name_of(record: Record, field: str) -> str:
    return name_key(person_name(record.first(field)).value)


def as_own(values: Mapping[str, list[tuple[int, CellValue]]]) -> Values:
    """The head's columns as those of the person whom the row is about."""
    own = {key: list(values[theirs]) for key, theirs in OWN.items() if theirs in values}
    return own | {"relation": [(values["head_name"][0][0], "户主")]}


def with_own(record: Record) -> Values:
    """Somebody who is the head of their own household: what stands in either place is theirs."""
    both = {
        key: [*record.values.get(key, ()), *record.values[theirs]]
        for key, theirs in OWN.items()
        if key != "name" and theirs in record.values
    }
    return both if record.first("relation") else both | {"relation": [(record.values["head_name"][0][0], "户主")]}
