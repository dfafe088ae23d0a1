"""Data rows → records: values by field, everything else kept as text."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .cells import is_missing, kept_text, text
from .columns import SHARED, Column
from .fields import ListKind
from .merged import Merged, continue_people, repeat_above
from .rows import Texts, says_void
from .workbook import CellValue, Row, Sheet, column_letter

if TYPE_CHECKING:
    from .tables import DataRow, Table

BETWEEN, WIDE_BAR = " | ", "｜"
"""Between the cells of a row as text; a bar inside a cell is written wide, which is read as the same."""


@dataclass(slots=True)
class Record:
    """One data row (or one of several that stand side by side in a row).

    `values`: field → every mapped cell as (column, raw value), blank ones too: "empty" is not "no such column".
    `extra`: header → text of the columns that mean nothing to the list. `section`: the heading it stands under.
    `continued`: only more of the row above, which has taken it in.
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
    continued: bool = False

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
    merged = Merged(sheet)
    for block in {record.block for record in table.records}:
        own = [record for record in table.records if record.block == block]
        continue_people(own, merged)
        repeat_above(own, kind, merged)
    whole = [record for record in table.records if not record.continued]
    if more := len(table.records) - len(whole):
        table.skipped["continued"] += more
    table.records = whole


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
        raw_of(texts),
        says_void(texts),
    )


def raw_of(texts: Texts) -> str:
    """Every cell in its place, up to the last that is filled; `raw_cells` takes it apart again."""
    cells = [""] * (texts[-1][0] + 1 if texts else 0)
    for index, cleaned in texts:
        cells[index] = cleaned.replace("|", WIDE_BAR)
    return BETWEEN.join(cells)


def raw_cells(raw: str) -> list[str]:
    return [cell.replace(WIDE_BAR, "|") for cell in raw.split(BETWEEN)]


def unmapped(texts: Texts, columns: Sequence[Column]) -> dict[str, str]:
    """Cells outside all columns, by their place: something was written where the list has no column."""
    within = {column.index for column in columns}
    return {column_letter(index): cleaned for index, cleaned in texts if index not in within}
