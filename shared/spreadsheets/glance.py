"""What can be said of a file at sight, without reading it: cheap enough to do while the sender waits."""

import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile, ZipInfo

from .prologue import declares_entities
from .unreadable import UnreadableFile

MAX_FILE_BYTES = 30 * 1024 * 1024
MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_PARTS = 5_000
"""Of a package; each costs memory, whatever is in it."""

PART_OF_A_LIST = b"PK\x01\x02"
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
MACROS_OF_OLD = "_VBA_PROJECT".encode("utf-16-le")
MACROS = frozenset({"vbaproject.bin", "vbadata.xml"})

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
    if data.startswith(OLE_SIGNATURE):
        check_old_document(data)
    if data.startswith(b"PK"):
        check_package(data)


def check_old_document(data: bytes) -> None:
    """Raises `UnreadableFile` for one with a password or with macros."""
    if ENCRYPTED_PACKAGE in data:
        raise UnreadableFile("encrypted")
    if MACROS_OF_OLD in data:
        raise UnreadableFile("macros")


def check_package(data: bytes) -> None:
    """Raises `UnreadableFile` unless the zip is whole, open, harmless, not too large unpacked, and holds a workbook."""
    if data.count(PART_OF_A_LIST) > MAX_PARTS:
        raise UnreadableFile("unsafe_package")
    try:
        with ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
            check_parts(entries)
            check_beginnings(package, entries)
    except (BadZipFile, OSError, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableFile("file_truncated") from error


def check_parts(entries: Iterable[ZipInfo]) -> None:
    names = {entry.filename.lower() for entry in entries}
    if any(leads_out(name) for name in names):
        raise UnreadableFile("unsafe_package")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise UnreadableFile("file_too_large")
    if "xl/workbook.bin" in names or not any(name.startswith("xl/") for name in names):
        raise UnreadableFile("not_a_spreadsheet")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("encrypted")
    if any(PurePath(name).name in MACROS for name in names):
        raise UnreadableFile("macros")


def leads_out(name: str) -> bool:
    """Nothing of ours unpacks into a folder; whoever packs so means somebody whose program does."""
    return name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/")


def check_beginnings(package: ZipFile, entries: Iterable[ZipInfo]) -> None:
    """No spreadsheet program writes entities; a few of them, each made of others, unpack to more than there is memory."""
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            with package.open(entry) as part:
                if declares_entities(part):
                    raise UnreadableFile("unsafe_package")
