"""What a row is: data, or one of the many things that stand among data."""

import pytest

from shared.spreadsheets.rows import classify, says_void, section_name, texts_of
from tests.imports.looking import accepted, outcomes, refused, register
from tests.imports.writing import valid_id, xlsx

TITLE = "某社区居民花名册"


@pytest.mark.parametrize(("cells", "kind"), [
    ([1, "王大有", "男", "16100000001"], "data"),
    ([None, "王大有", None, None], "data"),
    ([1, None, None, None], "blank"),
    (["１", None, None, None], "blank"),
    ([None, "/", "—", None], "blank"),
    (["合计", None, None, 23], "total"),
    (["合 计", "1920人", None, None], "total"),
    ([None, "小计：", 5, None], "total"),
    (["共计20人", None, None, None], "total"),
    (["总计", "=SUM(B2:B9)", None, None], "total"),
    (["注：年龄按虚岁填报", None, None, None], "note"),
    (["年龄：虚岁", None, None, None], "note"),
    (["年龄按虚岁", None, None, None], "note"),
    (["填表说明：请如实填写", None, None, None], "note"),
    (["备注：以上人员均已核实", None, None, None], "note"),
    (["填表人：王某", None, "审核人：李某", "2021年3月1日"], "note"),
    ([None, "保管员：刘某", None, None], "note"),
    (["——以下空白——", None, None, None], "note"),
    (["示例", "张三", "男", "13800000000"], "example"),
    ([1, "张三（示例）", "男", "13800000000"], "example"),
    (["例：", "张三", "男", "13800000000"], "example"),
    (["【1号楼】", None, None, None], "section"),
    (["一、营桂路23号院", None, None, None], "section"),
    (["2号楼", None, None, None], "section"),
    ([TITLE, None, None, None], "title"),
])
def test_what_a_row_is(cells, kind):
    texts = texts_of(cells)
    assert classify(texts, serial=0, main=[1], titles=frozenset({TITLE}), merged_across=False) == kind


def test_a_section_is_named_without_its_marks():
    assert [section_name(words) for words in ("【1号楼】", "一、营桂路23号院", "[东区]")] == ["1号楼", "营桂路23号院", "东区"]


@pytest.mark.parametrize(("words", "void"), [
    ("作废", True), ("已作废", True), ("（作废）", True), ("此条作废，见下行", True), ("废品回收站", False), ("作废单据要保存好", False),
])
def test_what_was_struck_out(words, void):
    assert says_void([(0, "1"), (3, words.replace("（", "(").replace("）", ")"))]) == void


def test_sections_say_where_the_rows_below_them_are():
    rows = [
        [TITLE], ["序号", "门牌", "姓名", "身份证号"], ["【1号楼】"], [1, "101", "王大有", valid_id("19580312")],
        ["【2号楼】"], [2, "101", "李小花", valid_id("19620708")], ["序号", "门牌", "姓名", "身份证号"],
        [3, "102", None, None], [], ["合计", None, 2], ["注：以户口本为准"],
    ]
    judged = register(xlsx(rows), "花名册.xlsx")
    assert {number: draft.place.building for number, draft in accepted(judged).items()} == {4: "1号楼", 6: "2号楼"}
    assert refused(judged) == [(8, "missing_name")]
    assert dict(judged[0].table.skipped) == {"title": 1, "header": 2, "section": 2, "total": 1, "note": 1}


def test_a_title_says_the_building_where_no_column_does():
    rows = [["某社区7号楼住户登记"], ["门牌", "姓名", "身份证号"], ["101", "王大有", valid_id("19580312")]]
    assert accepted(register(xlsx(rows), "x.xlsx"))[3].place.building == "7号楼"


def test_what_is_above_in_a_merged_or_exported_cell_counts_below():
    rows = [
        ["小区", "楼栋", "房号", "姓名", "身份证号"],
        ["丽景花园", "1栋", "101", "王大有", valid_id("19580312")], [None, None, "102", "李小花", valid_id("19620708")],
        ["阳光里", "3栋", "201", "周小川", valid_id("19900101")], ["同上", "同上", "202", "何敏", valid_id("19910101")],
        [None, None, "203", "陈晓", valid_id("19920101")],
    ]
    places = [(draft.place.courtyard, draft.place.building) for draft in accepted(register(xlsx(rows), "花名册.xlsx")).values()]
    assert places == [("丽景花园", "1栋")] * 2 + [("阳光里", "3栋")] * 3


def test_a_void_row_is_refused_and_says_so():
    rows = [["姓名", "身份证号", "住址", "备注"], ["王大有", valid_id("19580312"), "1栋101", "作废"]]
    judged = register(xlsx(rows), "居民花名册.xlsx")
    assert refused(judged) == [(2, "void_record")]
    assert len(outcomes(judged)) == 1
