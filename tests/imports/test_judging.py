"""What holds for every list, however messy: one outcome per row, no matter the order, and nothing new the second time."""

from datetime import date

import pytest
from hypothesis import given as using
from hypothesis import settings
from hypothesis import strategies as st

from shared.spreadsheets.community import CommunityContext
from services.resources.imports.rules import judge
from shared.spreadsheets.outcomes import Accepted, Linked, Refused
from shared.spreadsheets.reading import read_workbook
from shared.spreadsheets.report import build_report
from tests.imports.knowing import register_after, volunteers_after
from tests.imports.looking import accepted, held, linked, outcomes, refused, register, volunteering, warned
from tests.imports.writing import delimited, valid_id, xlsx

NUMBERS = [valid_id("19580312"), valid_id("19620708", 998), valid_id("19900101", 996)]
HEADER = ["序号", "姓名", "身份证号", "联系电话", "出生日期", "楼栋", "房号", "与户主关系", "备注"]

CELLS = st.tuples(
    st.sampled_from(["王芳", "王 芳", "李明（租户）", "张伟", None, "待核", "=A1"]),
    st.sampled_from([*NUMBERS, NUMBERS[0].lower(), NUMBERS[1][:17], 5.1e17, "未提供", None]),
    st.sampled_from(["16100000001", 16100000002, "161 0000 0001、16100000003", "1610000", "16100000002女儿", "/", None]),
    st.sampled_from(["1958.3.12", "1990年2月30日", 27640, "农历二月", date(1962, 7, 8), None]),
    st.sampled_from(["1栋", "2号楼", None]),
    st.sampled_from(["101", 102, "２０１", None]),
    st.sampled_from(["户主", "配偶", None]),
    st.sampled_from([None, "低保", "作废", "=HYPERLINK(\"x\")"]),
)
NOISE = st.sampled_from([[], [None] * 9, ["【3号楼】"], ["合计", None, 12], ["注：以户口本为准"], HEADER, ["示例", "张三"]])
LINES = st.lists(st.one_of(CELLS.map(lambda cells: [1, *cells]), NOISE), max_size=14)


def sheet(lines: list[list]) -> bytes:
    return xlsx([["某社区居民花名册"], HEADER, *lines])


def data_rows(lines: list[list]) -> list[int]:
    return [number for number, line in enumerate(lines, start=3) if line[:1] == [1] and any(cell is not None for cell in line[1:])]


@settings(max_examples=60, deadline=None)
@using(LINES)
def test_every_row_of_data_ends_exactly_once(lines):
    judged = register(sheet(lines), "花名册.xlsx")
    assert sorted(one.ref.number for one in outcomes(judged)) == sorted(data_rows(lines))
    report = build_report(read_workbook(sheet(lines), "花名册.xlsx"), judged)
    counts = report.counts
    assert counts.rows == counts.accepted + counts.linked + counts.held + counts.refused == len(outcomes(judged))
    assert len(report.refused) == counts.refused


@settings(max_examples=60, deadline=None)
@using(LINES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_who_is_who(lines, chance):
    people = [line for line in lines if line[:1] == [1]]
    order = chance.sample(range(len(people)), len(people))
    first = register(sheet(people), "花名册.xlsx")
    second = register(sheet([people[position] for position in order]), "花名册.xlsx")
    assert who(first, list(range(len(people)))) == who(second, order)


def who(judged, order: list[int]) -> set[frozenset[int]]:
    """Which of the original lines are one person."""
    together: dict[str, set[int]] = {}
    for one in outcomes(judged):
        if not isinstance(one, Refused):
            together.setdefault(one.draft.person_key, set()).add(order[one.ref.number - 3])
    return {frozenset(lines) for lines in together.values()}


@settings(max_examples=60, deadline=None)
@using(LINES)
def test_what_was_read_once_is_nothing_new_the_second_time(lines):
    first = register(sheet(lines), "花名册.xlsx")
    again = register(sheet(lines), "花名册.xlsx", register_after(first))
    assert not accepted(again)
    assert all(not one.adds for one in outcomes(again) if isinstance(one, Linked))
    assert refused(again) == refused(first)


def test_bad_values_are_warnings_and_are_kept_but_never_used():
    rows = [
        HEADER,
        [1, "王芳", NUMBERS[0][:17], "1610000000", "1958.2.30", "1栋", "101", "户主", None],
        [2, "王芳", NUMBERS[0][:17], "1610000000", None, "2栋", "101", "户主", None],
        [3, "李明", NUMBERS[1], None, "1962.7.9", "2栋", "102", "户主", None],
    ]
    judged = register(xlsx(rows), "花名册.xlsx")
    people = accepted(judged)
    assert (people[2].person.id_text, people[2].person.phone_text, people[2].person.birth_text) == (NUMBERS[0][:17], "1610000000", "1958.2.30")
    assert {2, 3, 4} == set(people)
    assert people[4].person.birth_date == date(1962, 7, 8)
    assert {(2, "id_length"), (2, "phone_length"), (2, "birth_date_wrong"), (4, "birth_date_differs"), (4, "phone_missing")} <= warned(judged)


def test_a_linked_row_says_what_it_adds():
    rows = [
        HEADER,
        [1, "王芳", None, "16100000001", None, "1栋", "101", "户主", None],
        [2, "王 芳", NUMBERS[0], "16100000001/16100000002", "1958.3.12", "1栋", "101", "户主", "低保"],
    ]
    (link,) = [one for one in outcomes(register(xlsx(rows), "花名册.xlsx")) if isinstance(one, Linked)]
    assert link.to.number == 2
    assert link.adds["id_number"] == NUMBERS[0]
    assert (link.adds["phones"], link.adds["tags"]) == (("16100000002",), ("低保",))
    assert "name" not in link.adds


def test_a_family_contact_makes_nobody():
    rows = [["姓名", "身份证号", "联系电话", "住址", "家属姓名", "家属电话", "与老人关系"],
            ["孙秀英", NUMBERS[1], None, "1栋101", "孙军", "16100000009", "儿子"],
            ["孙军", None, "16100000009", "1栋102", None, None, None]]
    people = accepted(register(xlsx(rows), "老年人台账.xlsx"))
    assert {draft.person.name for draft in people.values()} == {"孙秀英", "孙军"}
    assert people[2].family.relation == "儿子"


def test_names_only_link_or_wait_for_somebody():
    book = {
        "骨干": [["应急队名册"], ["姓名", "联系电话", "所在院落"], ["刘红", "16100000041", "1号院"], ["王芳", "16100000042", "2号院"], ["王芳", "16100000043", "3号院"]],
        "名单": [["参加应急队的志愿者名单"], ["序号", "姓名", "院落"], [1, "刘红", None], [2, "王芳", "3号院"], [3, "王芳", None], [4, "陌生人", None]],
    }
    judged = volunteering(xlsx(book), "应急队.xlsx")
    assert [(one.ref.sheet, one.ref.number) for one in outcomes(judged) if isinstance(one, Accepted)] == [("骨干", 3), ("骨干", 4), ("骨干", 5)]
    assert linked(judged) == [(3, "骨干!3"), (4, "骨干!5")]
    assert [(one.ref.number, one.reason.code) for one in judged[1].outcomes[2:]] == [(5, "ambiguous_name"), (6, "not_in_register")]


@pytest.mark.parametrize(("place", "found"), [("院落", [(3, "花名册!2"), (4, "花名册!4")]), ("楼栋", [(3, "花名册!2")])])
def test_names_with_a_courtyard_or_a_building_link_and_never_create(place, found):
    book = {
        "花名册": [["姓名", "身份证号", "电话", "院落", "楼栋", "房号"], ["刘红", NUMBERS[0], "16100000041", "桂苑巷1号院", "1栋", "101"],
                ["王芳", NUMBERS[1], "16100000042", "桂苑巷2号院", "2栋", "101"], ["王芳", NUMBERS[2], "16100000043", "桂苑巷3号院", "3栋", "101"]],
        "名单": [["居民名单"], ["序号", "姓名", place], [1, "刘红", None], [2, "王芳", {"院落": "3号院", "楼栋": "3号楼"}[place]],
               [3, "王芳", None], [4, "陌生人", {"院落": "1号院", "楼栋": "1栋"}[place]]],
    }
    judged = register(xlsx(book), "居民.xlsx")
    assert len(accepted(judged)) == 3
    assert linked(judged) == found
    assert held(judged)[-2:] == [(5, "ambiguous_name"), (6, "not_in_register")]


def test_a_household_may_stand_empty_but_not_be_nowhere():
    rows = [
        ["楼栋", "单元", "房号", "业主姓名", "业主电话", "常住人口", "备注"],
        ["1栋", "1单元", "101", "王大", "16100000061", 3, None], ["1栋", "1单元", "102", None, None, None, "空置"],
        ["1号楼", "1", "0101", "王 大", "16100000061", 3, None], ["1栋", "1单元", "101", "马三", "16100000064", "2人", None],
        [None, None, None, None, "16100000065", 1, None],
    ]
    judged = register(delimited(rows), "住户登记.csv")
    assert list(accepted(judged)) == [2, 3, 5]
    assert accepted(judged)[5].people_count == 2
    assert (linked(judged), refused(judged)) == ([(4, 2)], [(6, "missing_name")])
    assert (5, "same_address_other_head") in warned(judged)


def test_owners_of_several_houses_are_one_person():
    rows = [
        ["租赁房屋登记表"], ["房屋编号", "房屋坐落", "出租人", "出租人身份证号", "出租人电话", "总层数", "间数"],
        ["F-01", "三元里5巷7号", "陈金水", NUMBERS[0], "16100000081", "4层", "12间"],
        ["F-02", "三元里5巷8号", "陈金水", None, "16100000081", 3, "若干"],
        ["F-01", "三元里5巷7号", "陈金水", NUMBERS[0], "16100000081", 4, 12],
        [None, None, "陈金水", NUMBERS[0], "16100000081", 4, 12],
    ]
    judged = register(xlsx(rows), "租赁房.xlsx")
    houses = accepted(judged)
    assert houses[3].person_key == houses[4].person_key
    assert (houses[3].storeys, houses[3].rooms, houses[4].rooms) == (4, 12, None)
    assert (linked(judged), refused(judged)) == ([(5, 3)], [(6, "missing_place")])


@pytest.mark.parametrize("rows", [
    [["巡查日期", "地点", "隐患内容"], ["2022.9.1", "22号院", "井盖松动"], ["2022.9.1", "银沙北街22号院", "井盖松动"]],
    [["检查编号", "巡查日期", "地点", "隐患内容"], ["A-1", "2022.9.1", "22号院", "井盖松动"], ["A-1", "2022.9.9", "22号院", "井盖松动"]],
    [["巡查日期", "地点", "隐患内容"], ["2022.9.1", "22号院", "无烟感、灭火器过期"], [44805, "22 号院", "灭火器失效"]],
])
def test_the_same_record_is_linked(rows):
    judged = volunteering(xlsx(rows), "巡查.xlsx")
    assert linked(judged) == [(3, 2)]
    again = volunteering(xlsx(rows), "巡查.xlsx", volunteers_after(judged))
    assert not accepted(again)


def test_a_round_that_found_nothing_is_no_hazard():
    rows = [["巡查日期", "地点", "隐患内容"], ["2022.9.1", "22号院", "未发现隐患"], ["2022.9.1", "23号院", "燃气味很重"]]
    judged = volunteering(xlsx(rows), "巡查.xlsx")
    assert (list(accepted(judged)), refused(judged)) == ([3], [(2, "missing_hazard")])


def test_a_record_that_is_partly_new_brings_only_the_new():
    rows = [["巡查日期", "地点", "隐患内容"], ["2022.9.1", "22号院", "无烟感"], ["2022.9.1", "22号院", "无烟感、灭火器过期"]]
    found = accepted(volunteering(xlsx(rows), "巡查.xlsx"))
    assert [hazard.kind for hazard in found[3].hazards] == ["expired_extinguisher"]


def test_running_numbers_are_not_numbers_of_records():
    rows = [["编号", "巡查日期", "地点", "隐患内容"], [1, "2022.9.1", "22号院", "井盖松动"]]
    before = volunteers_after(volunteering(xlsx(rows), "八月.xlsx"))
    next_month = [rows[0], [1, "2022.10.1", "30号院", "路灯不亮"]]
    assert list(accepted(volunteering(xlsx(next_month), "九月.xlsx", before))) == [2]


def test_a_list_of_somebody_elses_is_named_and_not_refused_row_by_row():
    volunteers = [["志愿者名单"], ["姓名", "电话", "特长"], ["张大山", "16100000031", "水电"]]
    (judged,) = register(xlsx(volunteers), "志愿者.xlsx")
    assert (judged.list_kind, judged.foreign, judged.outcomes, judged.notes) == ("volunteers", True, [], ("belongs_elsewhere",))
    report = build_report(read_workbook(xlsx(volunteers), "志愿者.xlsx"), [judged])
    assert (report.sheets[0].belongs_to, report.sheets[0].imported) == ("volunteer", False)


def test_no_sheet_is_passed_over_in_silence():
    judged = register(xlsx({"一": [["甲", "乙"], ["丙", "丁"]], "二": [], "三": [["姓名", "身份证号", "住址"]]}), "x.xlsx")
    assert [(one.sheet, one.notes) for one in judged] == [("一", ("not_recognised",)), ("二", ("sheet_empty",)), ("三", ("no_rows",))]


def test_progress_is_told_up_to_the_end():
    told: list[tuple[int, int]] = []
    rows = [HEADER, *[[number, f"王{number}", None, None, None, "1栋", str(number), None, None] for number in range(1, 601)]]
    judge(read_workbook(xlsx(rows), "花名册.xlsx"), CommunityContext("yingui"), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (600, 600)
    assert told == sorted(told)


def test_a_report_names_row_column_reason_and_raw_text():
    rows = [["姓名", "身份证号", "住址"], [None, NUMBERS[0], "1栋101"]]
    data = xlsx(rows)
    report = build_report(read_workbook(data, "花名册.xlsx"), register(data, "花名册.xlsx"))
    (refusal,) = report.refused
    assert (refusal.row, refusal.column, refusal.header, refusal.code) == (2, "A", "姓名", "missing_name")
    assert refusal.raw == f" | {NUMBERS[0]} | 1栋101"
    assert refusal.zh and refusal.en
