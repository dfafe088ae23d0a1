"""What was not taken comes back as a spreadsheet: no cell is executed, and put right it is taken."""

from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from uploading import at_rest, upload
from writing import delimited

from services.resources.main import app
from shared.spreadsheets.cells import text
from shared.spreadsheets.reading import read_workbook
from shared.spreadsheets.records import raw_cells, raw_of
from shared.spreadsheets.workbook import column_index, column_letter
from shared.spreadsheets.writing import STARTS, Written, neutral, xlsx_of
from shared.testing import TestService, bearer, running

WORKER, OTHER = bearer("social_worker@yingui", subject="worker"), bearer("social_worker@yingui", subject="other")
ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil.test\")", "＝1+1", "'=1", "|x", "%0a"]


@pytest.mark.parametrize("attack", [*ATTACKS, "\t=1", "\r=1", "\n=1"])
def test_nothing_begins_as_a_formula(attack: str) -> None:
    assert neutral(attack) == f"'{attack}"


@pytest.mark.parametrize("honest", ["王某", "13800000000", "3栋2单元", "", "a=b", "2026-01-31", "3-2-101"])
def test_what_is_harmless_stays_as_it_is(honest: str) -> None:
    assert neutral(honest) == honest


@given(st.text(max_size=40).map(text))
def test_what_was_made_harmless_is_read_as_it_was(original: str) -> None:
    assert text(neutral(original)) == original


@given(st.lists(st.text(max_size=12).map(text), max_size=12))
def test_a_row_as_text_keeps_every_cell_in_its_place(cells: list[str]) -> None:
    filled = [(index, cell) for index, cell in enumerate(cells) if cell]
    again = [(index, text(cell)) for index, cell in enumerate(raw_cells(raw_of(filled))) if cell]
    assert again == filled


@given(st.integers(0, 20_000))
def test_a_column_has_one_name(index: int) -> None:
    assert column_index(column_letter(index)) == index


def test_a_written_sheet_holds_text_alone_and_says_what_it_was_told() -> None:
    content = xlsx_of([Written("名单", [["姓名", "备注"], *([attack, attack] for attack in ATTACKS)], frozenset({(1, 0)})),
                       Written("名单", [["x" * 40_000, "\x00\x08"]]), Written("[a]:*?/\\" + "b" * 60, [["1"]])])
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["名单", "名单 (2)", "_a______" + "b" * 23]
    assert {cell.data_type for sheet in book for row in sheet for cell in row if cell.value} == {"s"}
    assert not any(str(cell.value)[0] in STARTS - {"'"} for sheet in book for row in sheet for cell in row if cell.value)
    read = read_workbook(content, "a.xlsx").sheets[0]
    assert [text(row.cells[0]) for row in read.rows[1:]] == [text(f"'{attack}") for attack in ATTACKS]


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        answer = await service.post("/v1/communities", bearer("coordinator@*"), {
            "community": "yingui", "name": "银桂社区", "kind": "community", "reference_date": "2022-09-20"})
        assert answer.status_code == 201, answer.text
        yield service


REGISTER = [
    ["姓名", "性别", "身份证号", "联系电话", "住址", "备注"],
    ["王一", "男", "", "13800000001", "1栋1单元101", ""],
    ["", "女", "", "13800000002", "1栋1单元102", "=cmd|' /C calc'!A0"],
    ["", "男", "", "13800000003", "1栋1单元103", "@SUM(1+1)"],
]


@pytest.mark.anyio
async def test_what_was_refused_comes_back_is_put_right_and_is_taken(service: TestService) -> None:
    job = await at_rest(service, WORKER, await upload(service, WORKER, "居民花名册.csv", delimited(REGISTER)))
    assert (job["state"], job["counts"]["refused"] + job["counts"]["held"]) == ("done", 2), job
    answer = await service.get(f"/v1/imports/{job['id']}/corrections.xlsx", WORKER)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="corrections-{job["id"]}.xlsx"'
    assert answer.headers["cache-control"] == "no-store"

    book = load_workbook(BytesIO(answer.content))
    sheet, reasons = book.worksheets
    assert [[cell.value for cell in row] for row in sheet][0][:4] == REGISTER[0][:4]
    assert [row[5].value for row in sheet][1:] == ["'=cmd|' /C calc'!A0", "'@SUM(1+1)"]
    assert {cell.data_type for each in book for row in each for cell in row if cell.value} == {"s"}
    assert [row[2].value for row in reasons][1:] == ["3", "4"]

    sheet["A2"], sheet["A3"] = "王二", "王三"
    corrected = BytesIO()
    book.save(corrected)
    again = await at_rest(service, WORKER, await upload(service, WORKER, "改好.xlsx", corrected.getvalue()))
    assert (again["state"], again["counts"]["accepted"], again["counts"]["refused"]) == ("done", 2, 0), again


@pytest.mark.anyio
async def test_only_the_importer_sees_them(service: TestService) -> None:
    job = await at_rest(service, WORKER, await upload(service, WORKER, "居民花名册.csv", delimited(REGISTER)))
    assert (await service.get(f"/v1/imports/{job['id']}/corrections.xlsx", OTHER)).status_code == 404
