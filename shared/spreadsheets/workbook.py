"""What was read from a file, before anybody asks what it means."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

CellValue = str | int | float | bool | datetime | date | time | None
"""A cell as the file holds it. A formula is its own text, beginning with `=`; it is never evaluated."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something. `number` is the sheet's row number or the record's number in a text file, from 1."""

    number: int
    cells: tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Sheet:
    """One sheet. `rows` leaves blank rows out; `comments` are cell comments by (row number, column from 0)."""

    name: str
    rows: list[Row] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False
    epoch_1904: bool = False

    @property
    def blank_rows(self) -> int:
        return self.rows[-1].number - len(self.rows) if self.rows else 0


@dataclass(slots=True)
class Workbook:
    """A readable file. `format` is what the content is, whatever the name says; `warnings` are codes."""

    file_name: str
    format: str
    sheets: list[Sheet]
    encoding: str | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        return sum(len(sheet.rows) for sheet in self.sheets)


def column_letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def non_blank(row: Row) -> bool:
    return any(not is_blank(value) for value in row.cells)


def is_blank(value: CellValue) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
