"""Bytes and a file name → a workbook. The content decides what the file is, never its extension."""

from pathlib import PurePath

from .delimited import decode_text, read_delimited
from .glance import OLE_SIGNATURE, base_name, refuse_at_sight
from .markup import looks_like_markup, read_markup
from .old_excel import read_xls
from .unreadable import UnreadableFile
from .workbook import Workbook
from .xlsx import read_xlsx

EXTENSIONS = {
    "xlsx": {".xlsx", ".xltx"},
    "xls": {".xls", ".xlt"},
    "html": {".html", ".htm"},
    "xml": {".xml"},
    "text": {".csv", ".tsv", ".txt", ".tab"},
}


def read_workbook(data: bytes, file_name: str) -> Workbook:
    """Reads .xlsx, .xls, delimited text (UTF-8, UTF-16, GB18030) and tables saved as HTML or XML.

    Raises `UnreadableFile` with a code of `FILE_PROBLEMS`. A wrong extension over readable content is a warning.
    """
    refuse_at_sight(data, file_name)
    workbook = read_by_content(data, base_name(file_name))
    if not any(sheet.rows for sheet in workbook.sheets):
        raise UnreadableFile("file_empty")
    suffix = PurePath(workbook.file_name).suffix.lower()
    if suffix not in EXTENSIONS[workbook.format]:
        workbook.warnings.append("wrong_extension")
    return workbook


def read_by_content(data: bytes, file_name: str) -> Workbook:
    if data.startswith(b"PK"):
        return read_xlsx(data, file_name)
    if data.startswith((OLE_SIGNATURE, b"\x09\x08", b"\x09\x04\x06", b"\x09\x02\x06", b"\x09\x00\x06")):
        return read_xls(data, file_name)
    text, encoding = decode_text(data)
    workbook = read_text(text, file_name, encoding)
    if "\ufffd" in text:
        workbook.warnings.append("bad_bytes")
    return workbook


def read_text(text: str, file_name: str, encoding: str) -> Workbook:
    if looks_like_markup(text):
        return read_markup(text, file_name, encoding)
    return read_delimited(text, file_name, encoding)
