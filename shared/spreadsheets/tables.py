"""A sheet → its tables: headers found by meaning, columns mapped to fields, rows sorted into what they are."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from .cells import read_date, text
from .columns import Column, main_columns, map_columns
from .content import class_of
from .fields import ListKind
from .headers import SEARCHED_ROWS, Header, find_header, repeats_header
from .lists import KnownList, recognise
from .records import Record, build_records
from .rows import Texts, classify, section_name, texts_of
from .workbook import Row, Sheet

AS_OF = re.compile(r"(?:日期|时间|截[至止]|截止到)[^\d]{0,6}((?:19|20)\d{2}[年./-]\d{1,2}[月./-]\d{1,2}日?)")
YEAR = re.compile(r"(20[0-4]\d)(?=年|[.\-/_]|\d{4}|$|\D)")


@dataclass(slots=True)
class Table:
    """One list of a sheet. `known` is the kind it was recognised as; `records` are its data rows."""

    sheet: str
    known: KnownList | None
    title: str
    header_rows: tuple[int, ...]
    columns: list[Column]
    records: list[Record] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    as_of: date | None = None
    year: int | None = None
    epoch_1904: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str | None:
        return self.known.key if self.known else None

    def has(self, field_key: str) -> bool:
        return any(column.field == field_key for column in self.columns)


def read_tables(sheet: Sheet, kinds: Mapping[str, ListKind], file_name: str = "") -> list[Table]:
    """All lists of a sheet, in order. Lists not in `kinds` are recognised, but their columns are not mapped."""
    if not sheet.rows:
        return []
    tables: list[Table] = []
    start = 0
    while start < len(sheet.rows):
        header = find_header(sheet, start)
        table, start = read_table(sheet, kinds, file_name, header, start)
        if tables and not table.known and not table.records:
            tables[-1].skipped.update(table.skipped)
            continue
        tables.append(table)
    return tables


def read_table(
    sheet: Sheet, kinds: Mapping[str, ListKind], file_name: str, header: Header | None, start: int
) -> tuple[Table, int]:
    first_data = header.data_index if header else start + lone_lines(sheet.rows[start:])
    above = sheet.rows[start : header.first_index if header else first_data]
    titles = [cleaned for row in above for _, cleaned in texts_of(row.cells)]
    title = " ".join([*titles, sheet.name, file_name])
    headers = header.texts if header else []
    known, _ = recognise([words for words in headers if words], title)
    columns, guessed = map_columns(sheet.rows[first_data:], header, kinds, known, title)
    table = Table(
        sheet.name, guessed, title, header.row_numbers if header else (), columns, epoch_1904=sheet.epoch_1904
    )
    table.skipped.update({"title": len(above), "header": len(header.row_numbers) if header else 0})
    table.as_of, table.year = as_of(titles), year_in(titles, sheet.name, file_name)
    rows, end = data_rows(sheet, table, header, frozenset(titles), first_data)
    build_records(table, rows, kinds.get(table.kind or ""), sheet)
    return table, end


def lone_lines(rows: Sequence[Row]) -> int:
    """How many lines of one cell, which names nobody, stand above rows of more: the title of a list without header."""
    texts = [texts_of(row.cells) for row in rows[:SEARCHED_ROWS]]
    lone = next((position for position, cells in enumerate(texts) if len(cells) > 1), 0)
    return next(
        (position for position, cells in enumerate(texts[:lone]) if cells and class_of(cells[0][1]) == "name"), lone
    )


DataRow = tuple[Row, Texts, str, list[Column]]
"""A data row, its texts, the section it stands under, and the columns that hold for it."""


def data_rows(
    sheet: Sheet, table: Table, header: Header | None, titles: frozenset[str], first: int
) -> tuple[list[DataRow], int]:
    """Data rows up to the end of the sheet or to the header of another list."""
    rows: list[DataRow] = []
    section, columns = "", table.columns
    serial, main = serial_column(columns), main_columns(columns)
    wide_merges = {merge.first_row for merge in sheet.merges if merge.last_column - merge.first_column >= 2}
    for index in range(first, len(sheet.rows)):
        row = sheet.rows[index]
        texts = texts_of(row.cells)
        turn = repeats_header(texts, header) if header else None
        if turn == "other":
            return rows, back_to_title(sheet, rows, index)
        if turn == "moved":
            columns = moved_columns(columns, texts)
            serial, main = serial_column(columns), main_columns(columns)
        if turn:
            table.skipped["header"] += 1
            continue
        row_class = classify(texts, serial=serial, main=main, titles=titles, merged_across=row.number in wide_merges)
        if row_class == "data":
            rows.append((row, texts, section, columns))
            continue
        table.skipped[row_class] += 1
        if row_class == "section":
            section = section_name(texts[0][1])
    return rows, len(sheet.rows)


def back_to_title(sheet: Sheet, rows: list[DataRow], index: int) -> int:
    """Where the next list begins: lines of one cell right above its header are its title, not data of this list."""
    while rows and rows[-1][0] is sheet.rows[index - 1] and len(rows[-1][1]) == 1:
        rows.pop()
        index -= 1
    return index


def moved_columns(columns: Sequence[Column], texts: Texts) -> list[Column]:
    """The header came again with its columns in another order: what each text means stays the same."""
    meaning = {column.header: column for column in columns}
    return [Column(index, cleaned, meaning[cleaned].field if cleaned in meaning else None) for index, cleaned in texts]


def serial_column(columns: Sequence[Column]) -> int | None:
    return next(
        (column.index for column in columns if column.field == "serial" or column.header in ("序号", "编号")), None
    )


def as_of(titles: Sequence[str]) -> date | None:
    """填报日期：2022年9月20日 in the lines above the header."""
    for title in titles:
        if match := AS_OF.search(title):
            read = read_date(match[1]).value
            return read.day if read else None
    return None


def year_in(titles: Sequence[str], *names: str) -> int | None:
    for name in [*titles, *names]:
        if match := YEAR.search(text(name)):
            return int(match[1])
    return None
