"""Finds header rows: under titles, repeated, in two rows, or not there at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .cells import id_number, is_formula, text
from .cells.phones import MOBILE
from .fields import header_text
from .lists import sounds_like_header
from .rows import Texts, texts_of
from .workbook import CellValue, Row, Sheet

SEARCHED_ROWS = 60
LABELLED = re.compile(r"[::].+")
LOOKS_LIKE_DATA = re.compile(r"^(?:\d{4}[年./-]\d{1,2}|[-\d.,%]+$|\d{6,})")


@dataclass
class Header:
    """`texts` per column (the lower text of a two-row header), `groups` the texts above it."""

    row_numbers: tuple[int, ...]
    first_index: int
    data_index: int
    texts: list[str]
    groups: list[str]

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words for words in (*self.texts, *self.groups) if words)


def find_header(sheet: Sheet, start: int) -> Header | None:
    """The first row from `start` on whose cells read like the names of columns; None when no row does."""
    window = sheet.rows[start : start + SEARCHED_ROWS]
    scores = [header_score(row) for row in window]
    best = max(scores, default=0)
    if best < 2:
        return None
    index = start + next(position for position, score in enumerate(scores) if score >= max(2, 0.6 * best))
    return with_second_row(sheet, start, index)


def header_score(row: Row) -> int:
    """How many cells read like the names of columns; 0 when the row holds data."""
    texts = texts_of(row.cells)
    if len(texts) < 2 or any(is_data_cell(row.cells[column], cleaned) for column, cleaned in texts):
        return 0
    named = sum(sounds_like_header(cleaned) for _, cleaned in texts)
    return named if named * 2 >= len(texts) else 0


def is_data_cell(value: CellValue, cleaned: str) -> bool:
    if not isinstance(value, str) or is_formula(value):
        return True
    packed = cleaned.replace(" ", "")
    return (
        bool(LOOKS_LIKE_DATA.match(packed) and packed[-1:] not in ")年一二三四五六日")
        or bool(MOBILE.match(packed[:11]))
        or id_number(value).value is not None
        or bool(LABELLED.search(cleaned) and len(cleaned) > 6)
    )


def with_second_row(sheet: Sheet, start: int, index: int) -> Header:
    row = sheet.rows[index]
    below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else None
    above = sheet.rows[index - 1] if index > start else None
    if below is not None and below.number == row.number + 1 and continues(row, below):
        return two_rows(sheet, index, row, below)
    if above is not None and above.number == row.number - 1 and groups(above, row):
        return two_rows(sheet, index - 1, above, row)
    return Header((row.number,), index, index + 1, row_texts(row), [])


def continues(row: Row, below: Row) -> bool:
    """The lower half of a header: it fills columns that the upper half leaves open, and holds no data."""
    upper, lower = dict(texts_of(row.cells)), dict(texts_of(below.cells))
    if not lower or any(is_data_cell(below.cells[column], cleaned) for column, cleaned in lower.items()):
        return False
    named = [column for column, cleaned in lower.items() if sounds_like_header(cleaned)]
    opened = [column for column in lower if column not in upper or is_group(upper, lower, column)]
    return len(named) * 2 >= len(lower) and len(opened) == len(lower) and any(column not in upper for column in lower)


def is_group(upper: dict[int, str], lower: dict[int, str], column: int) -> bool:
    """An upper cell is a group when the column to its right is open above and named below."""
    return column + 1 in lower and column + 1 not in upper


def groups(above: Row, row: Row) -> bool:
    """The upper half: at least two short names, each over columns that are named below."""
    upper, lower = texts_of(above.cells), dict(texts_of(row.cells))
    if not 2 <= len(upper) < len(lower) or any(LABELLED.search(cleaned) or len(cleaned) > 14 for _, cleaned in upper):
        return False
    return all(isinstance(above.cells[column], str) for column, _ in upper) and all(
        column in lower or sounds_like_header(cleaned) for column, cleaned in upper
    )


def two_rows(sheet: Sheet, index: int, upper: Row, lower: Row) -> Header:
    width = max(len(upper.cells), len(lower.cells))
    tops, bottoms = padded(row_texts(upper), width), padded(row_texts(lower), width)
    spread = spread_groups(sheet, upper.number, tops, bottoms)
    return Header(
        (upper.number, lower.number),
        index,
        index + 2,
        [bottom or top for top, bottom in zip(tops, bottoms, strict=True)],
        spread,
    )


def spread_groups(sheet: Sheet, row_number: int, tops: list[str], bottoms: list[str]) -> list[str]:
    """A group's text reaches over its merged columns, or as far as the columns beside it are open."""
    reach = {merge.first_column: merge.last_column for merge in sheet.merges if merge.first_row == row_number}
    spread, current, until = [], "", -1
    for column, top in enumerate(tops):
        if top:
            current, until = top, reach.get(column, len(tops) if column not in reach and not reach else column)
        spread.append(current if bottoms[column] and column <= until else "")
    return [group if group != bottom else "" for group, bottom in zip(spread, bottoms, strict=True)]


def row_texts(row: Row) -> list[str]:
    return [header_text(value) for value in row.cells]


def padded(texts: Sequence[str], width: int) -> list[str]:
    return [*texts, *[""] * (width - len(texts))]


def repeats_header(texts: Texts, header: Header) -> Literal["same", "moved", "other"] | None:
    """Does a row below the header say the header again, in the same or another order, or begin another list?"""
    if len(texts) < 2:
        return None
    same_place = sum(
        1
        for column, cleaned in texts
        if column < len(header.texts) and cleaned in (header.texts[column], *header.groups[column : column + 1])
    )
    if same_place >= max(2, 0.6 * len(texts)):
        return "same"
    if sum(1 for _, cleaned in texts if cleaned in header.words) >= max(3, 0.6 * len(texts)):
        return "moved"
    if (
        len(texts) >= 3
        and all(sounds_like_header(cleaned) and not LOOKS_LIKE_DATA.match(cleaned) for _, cleaned in texts)
        and any(text(cleaned) in ("序号", "编号", "姓名", "日期", "名称") for _, cleaned in texts)
    ):
        return "other"
    return None
