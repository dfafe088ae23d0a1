"""What stands where a name should, and is nobody; and names with something around them."""

import pytest

from shared.spreadsheets.cells import person_name
from shared.spreadsheets.merged import Merged
from shared.spreadsheets.workbook import Merge, Sheet
from tests.imports.looking import accepted, outcomes, refused, register
from tests.imports.writing import delimited, valid_id, xlsx

ONE, TWO = valid_id("19580312"), valid_id("19620708", 998)


@pytest.mark.parametrize(("written", "name", "kept"), [
    ("队员：赵六", "赵六", None), ("李四★", "李四", None), ("★李四", "李四", None), ("队长：刘红", "刘红", "队长"),
    ("李六/租客刘七", "李六", "租客刘七"), ("王大/16100000201", "王大", None), ("不在家", "", "不在家"),
    ("拒绝登记", "", "拒绝登记"), ("敲门无应答", "", "敲门无应答"), ("已搬走", "", "已搬走"), ("×××", "", None),
])
def test_names_are_without_labels_signs_and_alternatives(written, name, kept):
    reading = person_name(written)
    assert (reading.value, reading.kept) == (name, kept)


def test_a_title_above_columns_without_header_is_nobody():
    rows = [["居民联系表"], ["王大", ONE, "16100000001"], ["李二", TWO, "16100000002"], ["赵三", None, "16100000003"]]
    judged = register(xlsx(rows), "表.xlsx")
    assert [draft.person.name for draft in accepted(judged).values()] == ["王大", "李二", "赵三"]
    assert refused(judged) == []


def test_a_door_that_was_not_opened_has_no_head():
    rows = [["楼栋", "房号", "户主姓名", "在家人数"], ["1栋", "101", "不在家", None], ["1栋", "102", "拒绝登记", None],
            ["1栋", "103", "李六/租客刘七", 2]]
    homes = accepted(register(delimited(rows), "住户登记.csv"))
    assert [(home.person.name, home.notes) for home in homes.values()] == [
        ("", "不在家"), ("", "拒绝登记"), ("李六", "租客刘七")]


def test_a_name_merged_over_two_rows_is_one_person_with_both_telephones():
    page = (
        f"<table><tr><td>姓名</td><td>身份证号</td><td>电话</td><td>住址</td></tr><tr><td rowspan=2>王大</td><td rowspan=2>{ONE}</td>"
        f"<td>16100000001</td><td rowspan=2>1栋101</td></tr><tr><td>16100000002</td></tr>"
        f"<tr><td>李二</td><td>{TWO}</td><td>16100000003</td><td>1栋102</td></tr></table>"
    )
    first, second = outcomes(register(page.encode(), "花名册.xls"))
    assert (first.draft.person.name, first.draft.person.phone_numbers) == ("王大", {"16100000001", "16100000002"})
    assert second.draft.person.phone_numbers == {"16100000003"}


def test_a_name_merged_over_two_doors_is_one_person_at_both():
    rows = [["户主姓名", "电话", "楼栋", "房号", "人数"], ["王大", "16100000001", "1栋", "101", 2], [None, None, "1栋", "102", 1]]
    homes = accepted(register(xlsx(rows, merges=["A2:A3", "B2:B3"]), "住户登记.xlsx"))
    assert [(home.person.name, home.place.door) for home in homes.values()] == [("王大", "101"), ("王大", "102")]
    assert len({home.person_key for home in homes.values()}) == 1


def test_merged_cells_cover_the_rows_below_their_first():
    merged = Merged(Sheet("x", merges=[Merge(2, 0, 4, 1), Merge(6, 1, 7, 1), Merge(3, 2, 3, 5)]))
    assert [(row, column) for row in range(1, 9) for column in range(3) if merged.covers(row, column)] == [
        (3, 0), (3, 1), (4, 0), (4, 1), (7, 1)]
