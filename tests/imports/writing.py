"""Writes files as other people's programs do, and makes ID numbers nobody has."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment

from shared.spreadsheets.cells.id_numbers import check_character

Rows = Sequence[Sequence[Any]]


def valid_id(birth: str, sequence: int = 997, region: str = "510104") -> str:
    """A valid number; the sequence codes 996 to 999 are set aside, so that it belongs to nobody."""
    body = f"{region}{birth}{sequence}"
    return body + check_character(body)


def xlsx(
    rows: Rows | dict[str, Rows], *, merges: Iterable[str] = (), comments: dict[str, str] | None = None,
    hidden: Iterable[str] = (),
) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, lines in (rows if isinstance(rows, dict) else {"Sheet1": rows}).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    first = book.worksheets[0]
    for area in merges:
        first.merge_cells(area)
    for place, words in (comments or {}).items():
        first[place].comment = Comment(words, "somebody")
    return saved(book)


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def delimited(rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    target = StringIO()
    csv.writer(target, delimiter=delimiter).writerows(["" if cell is None else cell for cell in row] for row in rows)
    return target.getvalue().encode(encoding)


def html(rows: Rows, *, encoding: str = "gb18030") -> bytes:
    lines = "".join("<tr>" + "".join(f"<td>{'' if cell is None else cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><head><meta charset={encoding}></head><body><table>{lines}</table></body></html>".encode(encoding)
