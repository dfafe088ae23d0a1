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


def test_lists_side_by_side_share_a_running_number_and_a_building():
    rows = [
        ["楼栋住户花名册"], ["序号", "楼栋", "姓名", "身份证号", "电话", "姓名", "身份证号", "电话", "备注"],
        [1, "1栋", "王大", ONE, "16100000001", "李二", TWO, "16100000002", None],
        [2, "1栋", "赵三", None, "16100000003", None, None, None, "已核"],
        [3, "2栋", None, None, None, "周四", THREE, "16100000004", None],
    ]
    judged = register(xlsx(rows), "花名册.xlsx")
    people = {one.draft.person.name: one.draft for one in outcomes(judged)}
    assert {name: draft.person.phone_numbers for name, draft in people.items()} == {
        "王大": {"16100000001"}, "李二": {"16100000002"}, "赵三": {"16100000003"}, "周四": {"16100000004"}}
    assert (people["李二"].person.id_number, people["周四"].place.building, people["赵三"].notes) == (TWO, "2栋", "已核")


def test_volunteers_side_by_side_and_names_alone():
    rows = [["序号", "姓名", "电话", "特长", "姓名", "电话"], [1, "王大", "16100000001", "水电", "李二", "16100000002"]]
    judged = volunteering(xlsx(rows), "志愿者名单.xlsx")
    assert [(one.draft.person.name, one.draft.person.phone_numbers) for one in outcomes(judged)] == [
        ("王大", {"16100000001"}), ("李二", {"16100000002"})]


def test_a_second_name_of_a_row_is_said_and_kept():
    rows = [["姓名", "身份证号", "人员姓名", "住址"], ["王大", ONE, "李二", "1栋101"]]
    (only,) = outcomes(register(xlsx(rows), "花名册.xlsx"))
    assert (only.draft.person.name, "李二" in only.draft.notes) == ("王大", True)
    assert "second_name" in {warning.code for warning in only.warnings}
