"""Reads .xlsx quickly: read-only, formulas as text, whatever dimensions the file claims to have."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, LargeZipFile

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from .unreadable import UnreadableFile
from .workbook import CellValue, Row, Sheet, Workbook, non_blank
from .xlsx_parts import read_parts

MAX_ROWS = 200_000
MAX_COLUMNS = 300

DAMAGE = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    EOFError,
    ParseError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
)


def read_xlsx(data: bytes, file_name: str) -> Workbook:
    """Raises `UnreadableFile`: truncated, too large once unpacked, or a zip that is something else."""
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [read_sheet(sheet, book.epoch == CALENDAR_MAC_1904) for sheet in book.worksheets]
        parts = read_parts(data)
    except UnreadableFile:
        raise
    except DAMAGE as error:
        raise UnreadableFile("file_truncated") from error
    for sheet in sheets:
        sheet.merges, sheet.comments = parts.get(sheet.name, ([], {}))
    return Workbook(file_name=file_name, format="xlsx", sheets=sheets)


def read_sheet(worksheet: Any, epoch_1904: bool) -> Sheet:
    # A file may claim any dimension, from A1 to a million rows; only the rows it really has count.
    worksheet.reset_dimensions()
    rows = [row for row in numbered_rows(worksheet) if non_blank(row)]
    return Sheet(name=worksheet.title, rows=rows, hidden=worksheet.sheet_state != "visible", epoch_1904=epoch_1904)


def numbered_rows(worksheet: Any) -> Iterator[Row]:
    filled = 0
    for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
        if not values:
            continue
        filled += 1
        if filled > MAX_ROWS:
            raise UnreadableFile("file_too_large")
        yield Row(number, tuple(map(plain_value, values[:MAX_COLUMNS])))


def plain_value(value: Any) -> CellValue:
    """An array formula comes as an object; its text is what counts."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if hasattr(value, "text") or hasattr(value, "ref"):
        return str(getattr(value, "text", None) or "=")
    return value if hasattr(value, "isoformat") else str(value)
