"""Files are read by what they are, whatever they are called; what cannot be read says why."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from shared.spreadsheets import glance
from shared.spreadsheets.reading import read_workbook
from shared.spreadsheets.unreadable import FILE_PROBLEMS, UnreadableFile
from tests.imports.writing import delimited, html, xlsx

ROWS = [["名单"], ["序号", "姓名", "电话"], [1, "王大有", "16100000001"], [2, "李小花", "16100000002"]]
OLD = Path(__file__).parent / "files" / "old-volunteers.xls"


def code_of(data: bytes, name: str = "名单.xlsx") -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read_workbook(data, name)
    return refusal.value.code


@pytest.mark.parametrize(("data", "name", "kind"), [
    (xlsx(ROWS), "a.xlsx", "xlsx"),
    (OLD.read_bytes(), "a.xls", "xls"),
    (delimited(ROWS), "a.csv", "text"),
    (delimited(ROWS, encoding="utf-8-sig"), "a.csv", "text"),
    (delimited(ROWS, encoding="gb18030"), "a.csv", "text"),
    (delimited(ROWS, encoding="utf-16"), "a.csv", "text"),
    (delimited(ROWS, encoding="utf-16-le"), "a.csv", "text"),
    (delimited(ROWS, delimiter="\t"), "a.tsv", "text"),
    (delimited(ROWS, delimiter=";"), "a.csv", "text"),
    (html(ROWS), "a.html", "html"),
])
def test_what_a_file_is(data, name, kind):
    book = read_workbook(data, name)
    assert (book.format, book.warnings) == (kind, [])
    assert [cell for cell in book.sheets[0].rows[1].cells if cell][1] in ("姓名", "队员")


@pytest.mark.parametrize(("data", "name"), [
    (xlsx(ROWS), "名单.xls"), (xlsx(ROWS), "名单.csv"), (delimited(ROWS, encoding="gb18030"), "名单.xlsx"),
    (html(ROWS), "名单.xls"), (OLD.read_bytes(), "名单.xlsx"), (xlsx(ROWS), "名单"),
])
def test_a_wrong_extension_is_read_with_a_warning(data, name):
    assert read_workbook(data, name).warnings == ["wrong_extension"]


def test_rows_keep_their_numbers():
    book = read_workbook(xlsx([["标题"], [], [None, None], ["姓名"], ["王大有"]]), "a.xlsx")
    assert [row.number for row in book.sheets[0].rows] == [1, 4, 5]
    assert book.sheets[0].blank_rows == 2


def test_a_record_of_a_text_file_may_span_lines():
    book = read_workbook('姓名,备注\n王大有,"住在\n三楼"\n\n李小花,无\n'.encode(), "a.csv")
    assert [(row.number, row.cells[0]) for row in book.sheets[0].rows] == [(1, "姓名"), (2, "王大有"), (4, "李小花")]


def test_a_formula_is_text():
    book = read_workbook(xlsx([["数量"], ["=3*50"], ["=cmd|' /C calc'!A0"]]), "a.xlsx")
    assert [row.cells[0] for row in book.sheets[0].rows] == ["数量", "=3*50", "=cmd|' /C calc'!A0"]


def test_merged_cells_comments_and_hidden_sheets_are_seen():
    data = xlsx({"甲": [["a", "b"], ["c", "d"]], "乙": [["x", "y"]]}, merges=["A1:B1"], comments={"B2": "家属要求保密"}, hidden=["乙"])
    first, second = read_workbook(data, "a.xlsx").sheets
    assert (first.merges[0].first_row, first.merges[0].last_column) == (1, 1)
    assert first.comments == {(2, 1): "家属要求保密"}
    assert (first.hidden, second.hidden) == (False, True)


def test_a_claimed_dimension_is_not_believed():
    source, target = ZipFile(BytesIO(xlsx(ROWS))), BytesIO()
    with ZipFile(target, "w") as package:
        for name in source.namelist():
            content = source.read(name)
            package.writestr(name, content.replace(b'<dimension ref="A1:C4"', b'<dimension ref="A1"'))
    assert len(read_workbook(target.getvalue(), "a.xlsx").sheets[0].rows) == 4


def test_html_cells_that_span():
    page = "<table><tr><td colspan=2>标题</td></tr><tr><td rowspan=2>1栋</td><td>王大有</td></tr><tr><td>李小花</td></tr></table>"
    rows = read_workbook(page.encode(), "a.html").sheets[0].rows
    assert [row.cells for row in rows] == [("标题", None), ("1栋", "王大有"), (None, "李小花")]


def test_an_xml_spreadsheet():
    page = (
        '<?xml version="1.0"?><Workbook xmlns:ss="urn:x"><Worksheet ss:Name="甲"><Table><Row><Cell><Data>姓名</Data></Cell>'
        '<Cell ss:Index="3"><Data>电话</Data></Cell></Row><Row ss:Index="4"><Cell><Data>王大有</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    sheet = read_workbook(page.encode(), "a.xls").sheets[0]
    assert (sheet.name, [(row.number, row.cells) for row in sheet.rows]) == (
        "甲", [(1, ("姓名", None, "电话")), (4, ("王大有",))])


def test_old_excel_dates_and_numbers():
    rows = read_workbook(OLD.read_bytes(), "a.xls").sheets[0].rows
    assert rows[2].cells[2] == 16100000101
    assert rows[2].cells[4].year == 2021


def test_a_delimiter_the_file_names_itself():
    rows = read_workbook("sep=;\n姓名;电话,手机\n王大有;1\n".encode(), "a.csv").sheets[0].rows
    assert rows[1].cells == ("姓名", "电话,手机")


def test_one_stray_quote_does_not_swallow_the_rest():
    lines = ["姓名,备注", '"王大有,楼上', *(f"居民{number},无" for number in range(20))]
    book = read_workbook("\n".join(lines).encode(), "a.csv")
    assert len(book.sheets[0].rows) == 22
    assert book.warnings == ["stray_quote"]


def test_a_few_bad_bytes_are_marked():
    data = delimited([["姓名", "备注"], *[["王大有", "住在三楼的老住户"]] * 30]).replace("备注".encode(), b"\xff\xff", 1)
    book = read_workbook(data, "a.csv")
    assert book.warnings == ["bad_bytes"]
    assert book.sheets[0].rows[1].cells[0] == "王大有"


@pytest.mark.parametrize(("data", "name", "code"), [
    (b"", "a.xlsx", "file_empty"),
    (b"\xef\xbb\xbf \r\n", "a.csv", "file_empty"),
    (xlsx({"一": [], "二": []}), "a.xlsx", "file_empty"),
    (b"\x15someone" + b" " * 157, "~$居民花名册.xlsx", "file_lock"),
    (b"anything", ".~lock.a.xlsx#", "file_lock"),
    (xlsx(ROWS)[:-200], "a.xlsx", "file_truncated"),
    (xlsx(ROWS)[:60], "a.xlsx", "file_truncated"),
    (OLD.read_bytes()[:3000], "a.xls", "file_truncated"),
    ("姓名,备注\n王大有,\"住在三".encode(), "a.csv", "file_truncated"),
    ("姓名,备注\n王大有".encode()[:-1], "a.csv", "file_truncated"),
    (delimited(ROWS, encoding="gb18030") + b"\xc0", "a.csv", "file_truncated"),
    (b"<table><tr><td>a", "a.xls", "file_truncated"),
    (b"%PDF-1.7 ...", "a.xlsx", "not_a_spreadsheet"),
    (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "a.csv", "not_a_spreadsheet"),
    (bytes(range(256)) * 40, "a.csv", "not_a_spreadsheet"),
    (b"<html><body><p>404</p></body></html>", "a.xls", "not_a_spreadsheet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 400, "a.xls", "not_a_spreadsheet"),
], ids=lambda value: "file" if isinstance(value, bytes) else None)  # a workbook holds the second it was made in
def test_what_cannot_be_read_says_why(data, name, code):
    assert code_of(data, name) == code


def test_a_zip_of_something_else_is_no_spreadsheet():
    target = BytesIO()
    with ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert code_of(target.getvalue()) == "not_a_spreadsheet"


def test_a_zip_that_unpacks_too_far_is_refused(monkeypatch):
    monkeypatch.setattr(glance, "MAX_UNPACKED_BYTES", 1000)
    assert code_of(xlsx(ROWS)) == "file_too_large"


def test_a_huge_file_is_refused(monkeypatch):
    monkeypatch.setattr(glance, "MAX_FILE_BYTES", 10)
    assert code_of(xlsx(ROWS)) == "file_too_large"


@pytest.mark.parametrize("cut", range(40, 2000, 97))
def test_wherever_a_file_is_cut_it_is_refused_or_read_but_never_breaks(cut):
    for whole in (xlsx(ROWS), OLD.read_bytes()):
        try:
            read_workbook(whole[:cut], "a.xlsx")
        except UnreadableFile as refusal:
            assert refusal.code in FILE_PROBLEMS
