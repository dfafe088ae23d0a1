"""Data rows → records: values by field, everything else kept as text."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .cells import is_missing, kept_text, text
from .columns import SHARED, Column
from .fields import ListKind
from .rows import Texts, says_void
from .workbook import CellValue, Row, Sheet, column_letter

if TYPE_CHECKING:
    from .tables import DataRow, Table

DITTO = frozenset("同上 〃 ″ 同前 上同 ''".split())


@dataclass(slots=True)
class Record:
    """One data row (or one of several that stand side by side in a row).

    `values`: field → every mapped cell as (column, raw value), blank ones too: "empty" is not "no such column".
    `extra`: header → text of the columns that mean nothing to the list. `section`: the heading it stands under.
    """

    number: int
    values: dict[str, list[tuple[int, CellValue]]]
    extra: dict[str, str] = field(default_factory=dict)
    headers: dict[int, str] = field(default_factory=dict)
    section: str = ""
    block: int = 0
    comments: tuple[str, ...] = ()
    raw: str = ""
    void: bool = False

    def first(self, key: str) -> CellValue:
        """The first cell of a field that holds something."""
        return next((value for _, value in self.values.get(key, ()) if says(value)), None)

    def all(self, key: str) -> list[CellValue]:
        return [value for _, value in self.values.get(key, ()) if says(value)]

    def column(self, key: str) -> int | None:
        """The column to name in a report: where the field's text stands, else its first column."""
        cells = self.values.get(key, ())
        return next((column for column, value in cells if says(value)), cells[0][0] if cells else None)

    def text(self, key: str) -> str:
        return text(self.first(key))

    def kept(self, key: str) -> str:
        return kept_text(self.first(key))


def says(value: CellValue) -> bool:
    """True when a cell holds more than a blank or a word for nothing."""
    return value is not None and not is_missing(text(value))


def build_records(table: "Table", rows: Sequence["DataRow"], kind: ListKind | None, sheet: Sheet) -> None:
    """Fills `table.records`. A list that this service does not read keeps its rows as text."""
    for row, texts, section, columns in rows:
        for position, block in enumerate(blocks_with_words(texts, columns)):
            own = [column for column in columns if column.block in (block, SHARED)]
            table.records.append(build_record(row, section, own, texts, sheet, block))
            if not position:
                table.records[-1].extra |= unmapped(texts, columns)
    if kind is None:
        return
    for block in {record.block for record in table.records}:
        repeat_above(table, [record for record in table.records if record.block == block], kind, sheet)


def blocks_with_words(texts: Texts, columns: Sequence[Column]) -> list[int]:
    """The lists side by side in which this row says something; the first when it says nothing in any."""
    filled = {column for column, _ in texts}
    said = {column.block for column in columns if column.index in filled and column.field != "serial"}
    return sorted(said - {SHARED}) or [0]


def build_record(row: Row, section: str, columns: Sequence[Column], texts: Texts, sheet: Sheet, block: int) -> Record:
    values: dict[str, list[tuple[int, CellValue]]] = defaultdict(list)
    extra: dict[str, str] = {}
    for column in columns:
        value = row.cells[column.index] if column.index < len(row.cells) else None
        if column.field:
            values[column.field].append((column.index, value))
        elif says(value):
            extra[column.header or column.letter] = kept_text(value)
    comments = (
        tuple(
            sheet.comments[row.number, index]
            for index in range(len(row.cells))
            if (row.number, index) in sheet.comments
        )
        if sheet.comments
        else ()
    )
    headers = {column.index: column.header for column in columns}
    return Record(
        row.number,
        dict(values),
        extra,
        headers,
        section,
        block,
        comments,
        " | ".join(cleaned for _, cleaned in texts),
        says_void(texts),
    )


def unmapped(texts: Texts, columns: Sequence[Column]) -> dict[str, str]:
    """Cells outside all columns, by their place: something was written where the list has no column."""
    within = {column.index for column in columns}
    return {column_letter(index): cleaned for index, cleaned in texts if index not in within}


def repeat_above(table: "Table", records: Sequence[Record], kind: ListKind, sheet: Sheet) -> None:
    """同上, and blanks under a merged cell, take the value above; likewise where merging was lost in an export."""
    for key in {column.field for column in table.columns if column.field}:
        filling = key in kind.filling
        by_groups = filling and grouped(records, key)
        previous: CellValue = None
        for record in records:
            cells = record.values.get(key)
            if not cells:
                continue
            column, value = cells[0]
            blank = is_missing(text(value)) and not kept_text(value)
            if text(value) in DITTO or (blank and filling and (by_groups or under_merge(sheet, record.number, column))):
                record.values[key][0] = (column, previous)
            elif not blank:
                previous = value


def grouped(records: Sequence[Record], key: str) -> bool:
    """A column that names a group only on the group's first row: gaps, and no name twice in a row."""
    filled = [text(record.first(key)) for record in records if record.first(key) is not None]
    if len(filled) < 2 or len(filled) > 0.7 * len(records) or not records or records[0].first(key) is None:
        return False
    return all(above != below for above, below in zip(filled, filled[1:], strict=False))


def under_merge(sheet: Sheet, row: int, column: int) -> bool:
    return any(
        merge.first_column <= column <= merge.last_column and merge.first_row < row <= merge.last_row
        for merge in sheet.merges
    )
