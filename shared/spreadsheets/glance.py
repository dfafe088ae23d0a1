"""What can be said of a file at sight, without reading it: cheap enough to do while the sender waits."""

from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from .unreadable import UnreadableFile

MAX_FILE_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 400 * 1024 * 1024

NOT_TABLES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"{\\rtf",
    b"\x7fELF",
    b"MZ",
)


def base_name(file_name: str) -> str:
    """Without folders, whichever system wrote the path."""
    return PurePath(file_name.replace("\\", "/")).name


def refuse_at_sight(data: bytes, file_name: str) -> None:
    """Raises `UnreadableFile` for a lock file, nothing, too much, another kind of document, or a broken package."""
    if base_name(file_name).startswith(("~$", ".~lock")):
        raise UnreadableFile("file_lock")
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise UnreadableFile("file_empty")
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile("file_too_large")
    if data.startswith(NOT_TABLES):
        raise UnreadableFile("not_a_spreadsheet")
    if data.startswith(b"PK"):
        check_package(data)


def check_package(data: bytes) -> None:
    """Raises `UnreadableFile` unless the zip is whole, open, not too large once unpacked, and holds a workbook."""
    try:
        with ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
    except (BadZipFile, OSError) as error:
        raise UnreadableFile("file_truncated") from error
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise UnreadableFile("file_too_large")
    names = {entry.filename.lower() for entry in entries}
    if "xl/workbook.bin" in names or not any(name.startswith("xl/") for name in names):
        raise UnreadableFile("not_a_spreadsheet")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("encrypted")
