"""Several lists in one workbook, and several beside each other: each row counts once, and none is lost."""

from tests.imports.looking import accepted, linked, outcomes, register, volunteering
from tests.imports.writing import valid_id, xlsx

ONE, TWO, THREE = valid_id("19580312"), valid_id("19620708", 998), valid_id("19900101", 996)


def test_a_household_on_two_sheets_is_one():
    header = ["楼栋", "单元", "房号", "户主姓名", "户主电话", "在家人数"]
    line = ["1栋", "1单元", "101", "王大", "16100000061", 3]
    empty = ["1栋", "1单元", "102", None, None, 0]
    judged = register(xlsx({"一月": [header, line, empty], "二月": [header, line, empty]}), "住户登记.xlsx")
    assert list(accepted(judged)) == [2, 3]
    assert linked(judged) == [(2, 2), (3, 3)]


def test_a_patrol_on_two_sheets_is_one():
    rows = [["巡查日期", "地点", "隐患内容"], ["2021.9.1", "22号院", "井盖松动"]]
    judged = volunteering(xlsx({"一队": rows, "二队": rows}), "巡查.xlsx")
    assert (list(accepted(judged)), linked(judged)) == ([2], [(2, 2)])
