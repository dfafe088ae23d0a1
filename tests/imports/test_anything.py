"""Whatever stands in a workbook, judging it ends, and says something about every list."""

from datetime import date, datetime, time

from hypothesis import given as using
from hypothesis import settings
from hypothesis import strategies as st

from shared.spreadsheets.community import CommunityContext as Register
from services.resources.imports.lists import KINDS as REGISTER_LISTS
from services.resources.imports.rules import judge as judge_for_register
from shared.spreadsheets.community import CommunityContext as Volunteering
from services.volunteer.imports.lists import KINDS as VOLUNTEER_LISTS
from services.volunteer.imports.rules import judge as judge_for_volunteers
from shared.spreadsheets.reading import read_workbook
from shared.spreadsheets.report import build_report
from shared.spreadsheets.unreadable import UnreadableFile
from shared.spreadsheets.workbook import Merge, Row, Sheet, Workbook, non_blank
from tests.imports.writing import valid_id

HEADERS = sorted({word for kind in [*REGISTER_LISTS.values(), *VOLUNTEER_LISTS.values()] for field in kind.fields for word in field.words.split()})
CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**19), 10**19), st.floats(), st.datetimes(), st.dates(), st.times(), st.text(max_size=30),
    st.sampled_from([
        valid_id("19580312"), "王大有", "16100000001、16100000002女儿", "作废", "合计", "【1号楼】", "同上", "=1+1", "例：", "2022.6.31", "4盒（50只/盒）",
        "无烟感、灭火器过期", "142号院", "104°1′51.84″", "两年", "男", "户主", "∞", "零零", "²", "１/０", "9" * 40, "-" * 40, datetime.max, date.min, time.max,
    ]),
)
LINES = st.lists(st.lists(CELLS, max_size=9), max_size=10)


@st.composite
def workbooks(draw) -> Workbook:
    header = draw(st.lists(st.sampled_from(HEADERS), min_size=0, max_size=9))
    lines = [draw(st.sampled_from([["名单"], [], ["填报日期：2022年9月20日"]])), header, *draw(LINES)]
    rows = [row for number, cells in enumerate(lines, start=1) if non_blank(row := Row(number, tuple(cells)))]
    merges = [Merge(row, column, row + down, column + across) for row, column, down, across in draw(
        st.lists(st.tuples(st.integers(1, 9), st.integers(0, 8), st.integers(0, 3), st.integers(0, 3)), max_size=3))]
    name = draw(st.sampled_from(["Sheet1", "1号楼", "志愿者名单", "巡查", "入库", "花名册"]))
    return Workbook("文件.xlsx", "xlsx", [Sheet(name, rows, merges, {(3, 0): "批注"})])


@settings(max_examples=300, deadline=None)
@using(workbooks())
def test_no_workbook_breaks_a_judge(workbook):
    for judged in (
        judge_for_register(workbook, Register("yingui")), judge_for_volunteers(workbook, Volunteering("yingui")),
    ):
        report = build_report(workbook, judged)
        assert report.model_dump_json()
        assert len(report.sheets) >= 1
        for one in judged:
            if one.outcomes:
                assert len(one.outcomes) == len(one.table.records)


@settings(max_examples=300, deadline=None)
@using(st.binary(max_size=400), st.sampled_from(["a.xlsx", "a.xls", "a.csv", "a", "~$a.xlsx"]))
def test_no_bytes_break_the_reader(data, name):
    try:
        read_workbook(data, name)
    except UnreadableFile:
        return


@settings(max_examples=200, deadline=None)
@using(st.text(max_size=300))
def test_no_text_breaks_the_reader_or_a_judge(text):
    try:
        workbook = read_workbook(text.encode("utf-8", "surrogatepass"), "a.csv")
    except UnreadableFile:
        return
    judge_for_register(workbook, Register("yingui"))
    judge_for_volunteers(workbook, Volunteering("yingui"))
