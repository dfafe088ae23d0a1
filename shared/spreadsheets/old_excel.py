"""Reads the old binary .xls."""

import os
import struct
from typing import Any

import xlrd

from .glance import OLE_SIGNATURE
from .unreadable import UnreadableFile
from .workbook import CellValue, Merge, Row, Sheet, Workbook, non_blank

WORKBOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
EXACT_WHOLE_NUMBERS = 10**15

DAMAGE = (
    xlrd.XLRDError,
    xlrd.compdoc.CompDocError,
    AssertionError,
    struct.error,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    UnicodeDecodeError,
    MemoryError,
)


def read_xls(data: bytes, file_name: str) -> Workbook:
    """Raises `UnreadableFile`: truncated, encrypted, or another document in the same container."""
    if data.startswith(OLE_SIGNATURE):
        if not any(stream in data for stream in WORKBOOK_STREAMS):
            raise UnreadableFile("not_a_spreadsheet" if len(data) > 4096 else "file_truncated")
    book = open_book(data)
    sheets = [read_sheet(book, sheet) for sheet in book.sheets()]
    return Workbook(file_name=file_name, format="xls", sheets=sheets)


def open_book(data: bytes) -> Any:
    with open(os.devnull, "w") as silent:
        try:
            return xlrd.open_workbook(file_contents=data, logfile=silent, formatting_info=True)
        except xlrd.XLRDError as error:
            code = "encrypted" if "encrypt" in str(error).lower() else "file_truncated"
            raise UnreadableFile(code) from error
        except DAMAGE as error:
            raise UnreadableFile("file_truncated") from error


def read_sheet(book: Any, sheet: Any) -> Sheet:
    rows = (Row(index + 1, tuple(cell_value(book, cell) for cell in sheet.row(index))) for index in range(sheet.nrows))
    merges = [
        Merge(first_row + 1, first_column, last_row, last_column - 1)
        for first_row, last_row, first_column, last_column in sheet.merged_cells
    ]
    return Sheet(
        name=sheet.name,
        rows=[row for row in rows if non_blank(row)],
        merges=merges,
        hidden=sheet.visibility != 0,
        epoch_1904=book.datemode == 1,
    )


def cell_value(book: Any, cell: Any) -> CellValue:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (xlrd.XLDateError, ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_NUMBER and cell.value.is_integer() and abs(cell.value) < EXACT_WHOLE_NUMBERS:
        return int(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return cell.value
