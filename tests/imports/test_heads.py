"""Heads of households who are named beside the members."""

from tests.imports.looking import accepted, linked, outcomes, refused, register
from tests.imports.writing import valid_id, xlsx

ONE, TWO, THREE = valid_id("19580312"), valid_id("19620708", 998), valid_id("19900101", 996)


def test_a_register_with_a_column_for_the_head():
    rows = [
        ["户主", "姓名", "身份证号", "电话", "住址"], ["王大", "王 大", ONE, "16100000001", "1栋101"],
        ["王大", "李二", TWO, None, "1栋101"], [None, "赵三", THREE, None, "1栋102"],
    ]
    people = accepted(register(xlsx(rows), "居民花名册.xlsx"))
    assert [(draft.person.name, draft.is_head, draft.extra) for draft in people.values()] == [
        ("王大", True, {}), ("李二", False, {"户主": "王大"}), ("赵三", False, {})]


GROUPS = [
    ["居民花名册"], ["序号", "户主信息", None, "家庭成员", None, None, "住址"], [None, "姓名", "电话", "姓名", "关系", "身份证号", None],
]


def test_heads_in_columns_of_their_own_are_people_with_their_own_telephone():
    rows = [
        *GROUPS, [1, "王大", "16100000001", "李二", "妻", TWO, "1栋101"], [2, "王大", "16100000001", "王三", "子", THREE, "1栋101"],
        [3, "周四", "16100000004", None, None, None, "1栋102"], [4, "赵五", "16100000005", "赵五", "户主", ONE, "1栋103"],
    ]
    judged = register(xlsx(rows, merges=["B2:C2", "D2:F2"]), "花名册.xlsx")
    people = {one.draft.person.name: one.draft for one in outcomes(judged)}
    assert {name: draft.person.phone_numbers for name, draft in people.items()} == {
        "王大": {"16100000001"}, "李二": set(), "王三": set(), "周四": {"16100000004"}, "赵五": {"16100000005"}}
    assert [name for name, draft in people.items() if draft.is_head] == ["王大", "周四", "赵五"]
    assert len({people[name].household_key for name in ("王大", "李二", "王三")}) == 1
    assert (refused(judged), linked(judged)) == ([], [(5, 4)])


def test_a_column_of_another_persons_group_is_nobody_elses():
    rows = [["姓名", "身份证号", "住址", "网格员", None], [None, None, None, "姓名", "号码"], ["王大", ONE, "1栋101", "何某", "16100000009"]]
    (only,) = outcomes(register(xlsx(rows, merges=["D1:E1"]), "花名册.xlsx"))
    assert only.draft.person.phone_numbers == set()
