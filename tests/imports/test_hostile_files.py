"""Files that mean no good: refused while the sender waits, in both languages, and nothing of them is kept."""

import zlib
from collections.abc import AsyncIterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from writing import delimited, xlsx

from services.resources.main import app
from shared.spreadsheets.glance import MAX_PARTS, MAX_UNPACKED_BYTES
from shared.spreadsheets.reading import read_workbook
from shared.spreadsheets.unreadable import FILE_PROBLEMS, UnreadableFile
from shared.testing import TestService, bearer, running

WORKER = bearer("social_worker@yingui", subject="worker")
LIST = [["姓名", "电话"], ["王某", "13800000000"]]
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'.encode() for before, name in zip("abcdefgh", "bcdefghi", strict=True)) + b"]>"
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512


def with_parts(**parts: bytes) -> bytes:
    """A sound workbook, with these parts besides or in the place of its own (`__` for `/`, `_dot_` for `.`)."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    return repacked(xlsx(LIST), named)


def repacked(sound: bytes, named: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(BytesIO(sound)) as package, ZipFile(target, "w", ZIP_DEFLATED) as changed:
        for name in package.namelist():
            if name not in named:
                changed.writestr(name, package.read(name))
        for name, content in named.items():
            changed.writestr(name, content)
    return target.getvalue()


def prefixed(part: str, prologue: bytes, encoding: str = "utf-8") -> bytes:
    with ZipFile(BytesIO(xlsx(LIST))) as package:
        content = package.read(part)
    body = content.partition(b"?>")[2] if content.startswith(b"<?xml") else content
    whole = (prologue + body).decode()
    return repacked(xlsx(LIST), {part: whole.encode(encoding)})


def bomb() -> bytes:
    """Half a megabyte that says of itself that it is half a gigabyte."""
    return with_parts(xl__worksheets__sheet9_dot_xml=bytes(MAX_UNPACKED_BYTES + 1))


def liar() -> bytes:
    """Says it is small and is not: the reader stops at what it said, and the check sum betrays it."""
    sheet = b"<worksheet><sheetData>" + b" " * 50_000_000 + b"</sheetData></worksheet>"
    packed = with_parts(xl__worksheets__sheet1_dot_xml=sheet)
    return packed.replace(len(sheet).to_bytes(4, "little"), (4096).to_bytes(4, "little"))


def crowd() -> bytes:
    return repacked(xlsx(LIST), {f"xl/media/{number}": b"" for number in range(MAX_PARTS + 1)})


HOSTILE = {
    "zip bomb": (bomb, "file_too_large"),
    "a lie about its size": (liar, "file_truncated"),
    "parts without end": (crowd, "unsafe_package"),
    "billion laughs in the sheet": (lambda: prefixed("xl/worksheets/sheet1.xml", LAUGHS), "unsafe_package"),
    "billion laughs in the workbook": (lambda: prefixed("xl/workbook.xml", LAUGHS), "unsafe_package"),
    "billion laughs in the relations": (lambda: prefixed("xl/_rels/workbook.xml.rels", LAUGHS), "unsafe_package"),
    "billion laughs in UTF-16": (
        lambda: prefixed("xl/worksheets/sheet1.xml", LAUGHS.replace(b"?>", b' encoding="utf-16"?>'), "utf-16"), "unsafe_package"),
    "a file of ours as an entity": (lambda: prefixed("xl/worksheets/sheet1.xml", OUTSIDE), "unsafe_package"),
    "a beginning without end": (
        lambda: prefixed("xl/worksheets/sheet1.xml", b'<?xml version="1.0"?>' + b"<!-- x -->" * 20_000 + LAUGHS[21:]), "unsafe_package"),
    "a part above the folder": (lambda: with_parts(**{"../../etc/cron.d/x": b"x"}), "unsafe_package"),
    "a part above the folder, as Windows says it": (lambda: with_parts(**{"xl\\..\\..\\x": b"x"}), "unsafe_package"),
    "a part at the root": (lambda: with_parts(**{"/etc/passwd": b"x"}), "unsafe_package"),
    "a part on a drive": (lambda: with_parts(**{"C:/x": b"x"}), "unsafe_package"),
    "macros": (lambda: with_parts(xl__vbaProject_dot_bin=b"x"), "macros"),
    "macros of old": (lambda: OLE + "Workbook".encode("utf-16-le") + "_VBA_PROJECT_CUR".encode("utf-16-le"), "macros"),
    "a password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "a program": (lambda: b"MZ" + b"\x00" * 100, "not_a_spreadsheet"),
    "a PDF": (lambda: b"%PDF-1.7\n", "not_a_spreadsheet"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n", "not_a_spreadsheet"),
    "a document": (lambda: repacked(xlsx(LIST), {}).replace(b"xl/", b"wd/"), "not_a_spreadsheet"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_means_no_good_is_not_read(name: str) -> None:
    make, code = HOSTILE[name]
    with pytest.raises(UnreadableFile) as refusal:
        read_workbook(make(), "名单.xlsx")
    assert refusal.value.code == code


@pytest.mark.parametrize("content", [xlsx(LIST), delimited(LIST)], ids=["xlsx", "csv"])
@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\名单.xlsx", "/etc/cron.d/名单.csv", "名单.pdf", "a\x00b.csv", ""])
def test_a_name_decides_nothing(content: bytes, name: str) -> None:
    book = read_workbook(content, name)
    assert book.row_count == 2
    assert not {"/", "\\"} & set(book.file_name)


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        answer = await service.post("/v1/communities", bearer("coordinator@*"), {
            "community": "yingui", "name": "银桂社区", "kind": "community", "reference_date": "2022-09-20"})
        assert answer.status_code == 201, answer.text
        yield service


@pytest.mark.anyio
async def test_the_sender_is_told_at_once_in_both_languages_and_nothing_is_kept(service: TestService) -> None:
    for name, (make, code) in HOSTILE.items():
        if name == "a lie about its size":
            continue  # seen by whoever reads it all, which is the worker
        content = make()
        for language, words in zip(("zh-CN", "en"), FILE_PROBLEMS[code], strict=True):
            answer = await service.client.post(
                "/v1/imports", headers=WORKER | {"Accept-Language": language}, data={"community": "yingui"},
                files={"file": ("名单.xlsx", content)})
            assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (422, code, words), name
    assert (await service.get("/v1/imports", WORKER)).json()["items"] == []


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\x.csv", "/etc/x.csv", "a\r\nX-Evil: 1.csv", "=cmd|' /C calc'!A0.csv"])
async def test_a_name_leads_nowhere(service: TestService, name: str) -> None:
    answer = await service.client.post(
        "/v1/imports", headers=WORKER, data={"community": "yingui"}, files={"file": (name, delimited(LIST))})
    assert answer.status_code == 202
    kept = answer.json()["file_name"]
    assert not {"/", "\\", "\r", "\n"} & set(kept)
    assert "x-evil" not in answer.headers


def test_an_honest_part_may_be_compressed_well() -> None:
    assert len(zlib.compress(bytes(10_000_000))) < 20_000
    assert read_workbook(xlsx([["姓名", "备注"], ["王某", "好" * 30_000]]), "a.xlsx").row_count == 2
