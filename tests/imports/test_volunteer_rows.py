"""What lists of volunteers say beside the columns: who leads, who left, how old somebody is."""

import pytest

from tests.imports.looking import accepted, register, volunteering, warned
from tests.imports.writing import valid_id, xlsx

TITLE = [["某社区志愿者名单"]]


@pytest.mark.parametrize(("name", "note", "role", "has_left"), [
    ("张三丰（队长）", None, "leader", False), ("张三丰", "队长", "leader", False), ("张三丰", "副队长，已退出", "member", True),
    ("张三丰", "联系队长李四", "member", False), ("张三丰", "小分队副队长", "deputy", False), ("张三丰", "退出", "member", True),
    ("张三丰", "退出一线后加入", "member", False),
])
def test_notes_say_who_leads_and_who_left(name, note, role, has_left):
    rows = [*TITLE, ["姓名", "电话", "特长", "备注"], [name, "16100000001", "水电", note]]
    draft = accepted(volunteering(xlsx(rows), "志愿者.xlsx"))[3]
    assert (draft.person.name, draft.role, draft.has_left) == ("张三丰", role, has_left)


def test_headers_in_plain_words():
    rows = [["姓名", "手机", "会做什么", "有空"], ["张三丰", "16100000001", "水电、驾驶", "周末"]]
    draft = accepted(volunteering(xlsx(rows), "志愿者.xlsx"))[2]
    assert (draft.skills, draft.availability) == (("水电", "驾驶"), "周末")


@pytest.mark.parametrize(("written", "age"), [("岁79", 79), ("79岁", 79), ("七十九", 79), (79, 79), (79.0, 79), ("八十多或九十", None), ("老年", None)])
def test_ages_are_read_or_kept_with_a_warning(written, age):
    rows = [["姓名", "身份证号", "年龄", "住址"], ["王大", None, written, "1栋101"]]
    judged = register(xlsx(rows), "居民花名册.xlsx")
    draft = accepted(judged)[2]
    assert draft.person.age == age
    assert ((2, "number_unreadable") in warned(judged), str(written) in draft.notes) == ((False, False) if age else (True, True))


def test_an_age_of_a_volunteer_is_kept():
    rows = [*TITLE, ["姓名", "电话", "年龄"], ["张三丰", "16100000001", "61岁"]]
    assert accepted(volunteering(xlsx(rows), "志愿者.xlsx"))[3].extra == {"年龄": "61"}


def test_a_valid_number_tells_more_than_an_age():
    rows = [*TITLE, ["姓名", "身份证号", "年龄"], ["张三丰", valid_id("19580312"), 66]]
    assert accepted(volunteering(xlsx(rows), "志愿者.xlsx"))[3].extra == {}
