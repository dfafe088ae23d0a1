"""Bytes and a file name → a workbook. The content decides what the file is, never its extension."""

from pathlib import PurePath

from .delimited import decode_text, read_delimited
from .markup import looks_like_markup, read_markup
from .old_excel import OLE_SIGNATURE, read_xls
from .unreadable import UnreadableFile
from .workbook import Workbook
from .xlsx import read_xlsx

MAX_FILE_BYTES = 30 * 1024 * 1024

EXTENSIONS = {
    "xlsx": {".xlsx", ".xlsm", ".xltx"},
    "xls": {".xls", ".xlt"},
    "html": {".html", ".htm"},
    "xml": {".xml"},
    "text": {".csv", ".tsv", ".txt", ".tab"},
}

NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"\x7fELF", b"MZ")


def read_workbook(data: bytes, file_name: str) -> Workbook:
    """Reads .xlsx, .xls, delimited text (UTF-8, UTF-16, GB18030) and tables saved as HTML or XML.

    Raises `UnreadableFile` with a code of `FILE_PROBLEMS`. A wrong extension over readable content is a warning.
    """
    base_name = PurePath(file_name.replace("\\", "/")).name
    refuse_at_sight(data, base_name)
    workbook = read_by_content(data, base_name)
    if not any(sheet.rows for sheet in workbook.sheets):
        raise UnreadableFile("file_empty")
    suffix = PurePath(base_name).suffix.lower()
    if suffix not in EXTENSIONS[workbook.format]:
        workbook.warnings.append("wrong_extension")
    return workbook


def refuse_at_sight(data: bytes, base_name: str) -> None:
    if base_name.startswith(("~$", ".~lock")):
        raise UnreadableFile("file_lock")
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise UnreadableFile("file_empty")
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile("file_too_large")
    if data.startswith(NOT_TABLES):
        raise UnreadableFile("not_a_spreadsheet")


def read_by_content(data: bytes, file_name: str) -> Workbook:
    if data.startswith(b"PK"):
        return read_xlsx(data, file_name)
    if data.startswith((OLE_SIGNATURE, b"\x09\x08", b"\x09\x04\x06", b"\x09\x02\x06", b"\x09\x00\x06")):
        return read_xls(data, file_name)
    text, encoding = decode_text(data)
    if looks_like_markup(text):
        return read_markup(text, file_name, encoding)
    return read_delimited(text, file_name, encoding)
