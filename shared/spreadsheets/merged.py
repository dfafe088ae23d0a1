"""What a cell that was merged over several rows, or 同上, means for the rows below it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from .cells import is_missing, kept_text, text
from .fields import ListKind
from .workbook import CellValue, Sheet

if TYPE_CHECKING:
    from .records import Record

DITTO = frozenset("同上 〃 ″ 同前 上同 ''".split())
PLACE = ("house_code", "courtyard", "building", "unit", "door", "address")
IDENTITY = ("name", "head_name", "id_number", "phone")


class Merged:
    """The merged cells of a sheet by column, so that one look answers for a cell however many merges there are."""

    def __init__(self, sheet: Sheet) -> None:
        ranges: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for merge in sheet.merges:
            if merge.last_row > merge.first_row:
                for column in range(merge.first_column, merge.last_column + 1):
                    ranges[column].append((merge.first_row, merge.last_row))
        self.starts: dict[int, list[int]] = {}
        self.reach: dict[int, list[int]] = {}
        for column, rows in ranges.items():
            rows.sort()
            self.starts[column] = [first for first, _ in rows]
            self.reach[column] = list(accumulate((last for _, last in rows), max))

    def covers(self, row: int, column: int) -> bool:
        """Is the cell part of a merged one that begins in a row above?"""
        before = bisect_left(self.starts.get(column, ()), row)
        return before > 0 and self.reach[column][before - 1] >= row


def continue_people(records: Sequence["Record"], merged: Merged) -> None:
    """A name merged over several rows is one person: what the lower rows bring is theirs too.

    With a place of its own a lower row stays a row, about the same person at another door.
    """
    above: Record | None = None
    for record in records:
        if above is None or not continues(record, merged):
            above = record
        elif any(not is_blank(value) for key in PLACE for _, value in record.values.get(key, ())):
            for key in IDENTITY:
                if key in record.values and all(is_blank(value) for _, value in record.values[key]):
                    record.values[key] = list(above.values[key])
        else:
            take_in(above, record)


def continues(record: "Record", merged: Merged) -> bool:
    cells = record.values.get("name") or record.values.get("head_name") or ()
    return bool(cells) and all(is_blank(value) and merged.covers(record.number, column) for column, value in cells)


def take_in(above: "Record", record: "Record") -> None:
    for key, cells in record.values.items():
        if key != "serial":
            above.values[key].extend((column, value) for column, value in cells if not is_blank(value))
    above.extra = record.extra | above.extra
    above.comments += record.comments
    above.raw += f" | {record.raw}"
    record.continued = True


def repeat_above(records: Sequence["Record"], kind: ListKind, merged: Merged) -> None:
    """同上, and blanks under a merged cell, take the value above; likewise where merging was lost in an export."""
    for key in {key for record in records[:1] for key in record.values}:
        filling = key in kind.filling
        by_groups = filling and grouped(records, key)
        previous: CellValue = None
        for record in records:
            cells = record.values.get(key)
            if not cells:
                continue
            column, value = cells[0]
            blank = is_blank(value)
            if text(value) in DITTO or (blank and filling and (by_groups or merged.covers(record.number, column))):
                record.values[key][0] = (column, previous)
            elif not blank:
                previous = value


def is_blank(value: CellValue) -> bool:
    """Nothing at all: a dash or 无 is something, which repeats nothing."""
    return is_missing(text(value)) and not kept_text(value)


def grouped(records: Sequence["Record"], key: str) -> bool:
    """A column that names a group only on the group's first row: gaps, and no name twice in a row."""
    filled = [text(record.first(key)) for record in records if record.first(key) is not None]
    if len(filled) < 2 or len(filled) > 0.7 * len(records) or not records or records[0].first(key) is None:
        return False
    return all(above != below for above, below in zip(filled, filled[1:], strict=False))
