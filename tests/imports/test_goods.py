"""Lists of goods: what is one lot, how much of it there is, and until when it may be used."""

from typing import Any

from tests.imports.looking import accepted, linked, outcomes, register, warned
from tests.imports.writing import xlsx

HEADER = ("物资名称", "规格", "数量", "单位", "入库日期", "有效期至", "批号")
MASKS = ("口罩", None, 100, "只", "2021.4.1", "2023.4.1", "A")
HANDED_OUT = (("领用日期", "领取社区", "物资名称", "数量", "单位", "领取人"), ("2021.4.2", "东湖社区", "口罩", 20, "只", "王一"))


def lots(*rows: tuple[Any, ...]) -> list[Any]:
    """The drafts of a list of lots."""
    return [getattr(one, "draft", None) for one in outcomes(register(xlsx([HEADER, *rows]), "物资.xlsx"))]


def test_a_lot_in_two_lists_of_one_workbook_is_one_lot():
    judged = register(xlsx({"4月": [HEADER, MASKS], "汇总": [HEADER, MASKS]}), "物资.xlsx")
    assert (len(accepted(judged)), linked(judged)) == (1, [(2, 2)])


def test_a_handout_in_two_lists_of_one_workbook_is_one_handout():
    judged = register(xlsx({"4月发放": HANDED_OUT, "发放汇总": HANDED_OUT}), "发放.xlsx")
    assert (len(accepted(judged)), linked(judged)) == (1, [(2, 2)])


def test_a_place_in_two_lists_of_one_workbook_is_one_place():
    header, row = ("院落名称", "楼栋数", "户数", "建成年份"), ("银沙北街22号院", 3, 120, 1990)
    judged = register(xlsx({"院落": [header, row], "院落汇总": [header, row]}), "院落.xlsx")
    assert (len(outcomes(judged)), len(linked(judged))) == (2, 1)
