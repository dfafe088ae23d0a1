"""Lists of goods: what is one lot, how much of it there is, and until when it may be used."""

from typing import Any

import pytest

from services.resources.imports.goods import FRESH_CATALOGUE, Item
from services.resources.imports.known import KnownRegister
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


@pytest.mark.parametrize(("written", "specification", "quantity", "unit", "expected"), [
    ("光电式烟感探测器", None, 10, "个", ("smoke_detector", 10, "piece")), ("口罩", "50只/盒", 20, "盒", ("mask", 1000, "piece")),
    ("口罩", None, 20, "盒", ("mask", 1000, "piece")), ("N95口罩", None, "2箱(每箱20盒，每盒50只)", None, ("mask", 2000, "piece")),
])
def test_goods_are_counted_in_the_base_unit_of_their_item(written, specification, quantity, unit, expected):
    draft = lots((written, specification, quantity, unit, "2021.4.1", "2023.4.1", "A"))[0]
    assert (draft.item, draft.quantity, draft.unit, draft.held_because) == (*expected, "")


@pytest.mark.parametrize(("written", "quantity", "unit"), [("84消毒液", 24, "瓶"), ("84消毒液", "5箱零3桶", None)])
def test_a_unit_the_item_is_not_counted_in_is_held_back(written, quantity, unit):
    judged = register(xlsx([HEADER, (written, None, quantity, unit, "2021.4.1", "2023.4.1", "A")]), "物资.xlsx")
    assert (2, "unit_unclear") in warned(judged)
    assert accepted(judged)[2].held_because == "unit_unclear"


def test_new_goods_are_counted_as_their_first_row_counts_them():
    first, second = lots(("对讲机", None, 6, "台", None, None, None), ("对讲机", None, 2, "箱", None, None, None))
    assert (first.unit, first.held_because, second.unit, second.held_because) == ("piece", "", "piece", "unit_unclear")
    assert first.item == second.item == "goods_" + first.item[6:]


def test_the_names_of_the_catalogue_come_before_words_of_lists():
    own = Item("n95_mask", ("n95_mask", "N95口罩"), "piece")
    judged = register(xlsx([HEADER, ("N95口罩", *MASKS[1:]), MASKS]), "物资.xlsx", KnownRegister(items=(*FRESH_CATALOGUE, own)))
    assert [draft.item for draft in accepted(judged).values()] == ["n95_mask", "mask"]


@pytest.mark.parametrize("change", [
    {0: "KN95口罩"}, {0: "医用外科口罩"}, {5: "2024.4.1"}, {5: "见外包装"}, {5: "两年后", 2: 100}, {6: "B"}, {2: 101}, {3: "盒"}, {4: "2021.4.2"},
])
def test_goods_that_differ_are_different_lots(change):
    first = ("N95口罩", None, 100, "只", "2021.4.1", "2023.4.1", "A")
    other = tuple(change.get(index, cell) for index, cell in enumerate(first))
    assert len({draft.key for draft in lots(first, other)}) == 2


def test_the_production_date_tells_lots_apart():
    rows = [(*HEADER, "生产日期"), (*MASKS, "2021.1.1"), (*MASKS, "2021.1.2"), (*MASKS, "2021/1/2")]
    judged = register(xlsx(rows), "物资.xlsx")
    assert (list(accepted(judged)), linked(judged)) == ([2, 3], [(4, 3)])


def test_one_lot_may_be_written_in_two_ways():
    assert linked(register(xlsx([HEADER, MASKS, ("口 罩", "/", "100只", None, "2021-04-01", "2023/4/1", "a")]), "物资.xlsx")) == [(3, 2)]


def test_the_longest_names_make_a_key_that_fits():
    assert all(len(draft.key) <= 200 for draft in lots(("口罩" * 300, *MASKS[1:])))


@pytest.mark.parametrize(("quantity", "unit", "specification"), [(6, "台", None), (6, "件", None), (6, None, None), (2, "箱", "24瓶/箱"), (2, "提袋", None)])
def test_new_goods_have_the_same_key_when_they_are_known(quantity, unit, specification):
    row = ("对讲机", specification, quantity, unit, None, None, None)
    first = lots(row)[0]
    known = KnownRegister(items=(*FRESH_CATALOGUE, Item(first.item, ("对讲机",), first.unit)))
    again = accepted(register(xlsx([HEADER, row]), "物资.xlsx", known))[2]
    assert (again.key, again.quantity, again.held_because) == (first.key, first.quantity, "")


@pytest.mark.parametrize(("written", "expiry", "held_because"), [
    ("口罩", "见外包装", "expiry_unknown"), ("口罩", None, "expiry_unknown"), ("口罩", "2021.2.30", "expiry_unknown"), ("灭火器", "很久", "expiry_unknown"),
    ("口罩", "至2023年1月", ""), ("口罩", "长期", ""), ("烟感", "见外包装", ""), ("对讲机", None, ""),
])
def test_goods_that_go_off_wait_for_a_person_when_nobody_knows_when(written, expiry, held_because):
    assert lots((written, None, 100, None, "2021.4.1", expiry, None))[0].held_because == held_because
