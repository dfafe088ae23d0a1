"""Names, ID numbers, telephones and choices, as people write them."""

import pytest
from hypothesis import given as using
from hypothesis import strategies as st

from shared.spreadsheets.cells import (
    Phone,
    alias_of,
    id_number,
    is_missing,
    kept_text,
    name_key,
    person_name,
    phones,
    several,
    several_with_brackets,
    sex,
    text,
    yes_no,
)
from shared.spreadsheets.cells.id_numbers import check_character
from tests.imports.writing import valid_id

VALID = valid_id("19530212")


@pytest.mark.parametrize(("cell", "expected"), [
    ("１６１００００３７１８", "16100003718"),
    (" a\u3000b\xa0 c ", "a b c"),
    ("\ufeff姓\u200b名", "姓名"),
    ("'510106", "510106"),
    (16100008368.0, "16100008368"),
    ("601.0", "601"),
    (True, "是"),
    (None, ""),
    ("第一行\n第二行", "第一行 第二行"),
    ("a\x00b", "ab"),
])
def test_text_is_what_was_meant(cell, expected):
    assert text(cell) == expected


def test_kept_text_keeps_chinese_punctuation():
    assert kept_text("８:30-11:30（周二，周五）") == "8:30-11:30（周二，周五）"


@pytest.mark.parametrize("word", ["无", "/", "-", "——", "未提供", "不详", "N/A", "#REF!", "", "…"])
def test_words_for_nothing_are_nothing(word):
    assert is_missing(text(word))


@pytest.mark.parametrize(("cell", "name", "remark"), [
    ("王 云华", "王云华", None),
    ("郑　婷", "郑婷", None),
    ("叶  立明", "叶立明", None),
    ("宋大强（已搬走）", "宋大强", "已搬走"),
    ("李朝元(党员)", "李朝元", "党员"),
    ("冯先清（小名二娃）", "冯先清", "小名二娃"),
    ("买买提•艾力", "买买提·艾力", None),
    ("John  Smith", "John Smith", None),
    ("户主：张三丰", "张三丰", None),
    ("张三丰 16100000001", "张三丰", None),
    ("张三丰先生", "张三丰", None),
    ("王先生", "王先生", None),
    ("未提供", "", None),
    ("敲门无人，姓名待核", "", "敲门无人,姓名待核"),
    ("XXX", "", None),
    ("空房", "", "空房"),
    (None, "", None),
])
def test_names(cell, name, remark):
    read = person_name(cell)
    assert (read.value, read.kept) == (name, remark)


def test_a_formula_is_nobodys_name():
    assert person_name("=cmd|' /C calc'!A0").value == ""
    assert person_name("=cmd|' /C calc'!A0").warnings == ("formula",)


def test_spellings_of_one_name_share_a_key():
    assert name_key("买买提·艾力") == name_key("买买提 艾力".replace(" ", "·"))
    assert alias_of("小名二娃") == "二娃"
    assert alias_of("党员") is None


@pytest.mark.parametrize(("cell", "number", "warning"), [
    (VALID, VALID, None),
    (valid_id("19851208", 996).lower(), valid_id("19851208", 996), None),
    (f"{VALID[:6]} {VALID[6:14]} {VALID[14:]}", VALID, None),
    (VALID.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}), VALID, None),
    (f"'{VALID}", VALID, None),
    (f"身份证号：{VALID}", VALID, None),
    (f"{VALID}(本人)", VALID, None),
    (5.10106199306239e17, None, "id_damaged"),
    ("6.10113E+17", None, "id_damaged"),
    (510106199306239000, None, "id_damaged"),
    ("510106195302129973", None, "id_wrong"),
    ("510106198002949970", None, "id_wrong"),
    (VALID[:17], None, "id_length"),
    (VALID + "1", None, "id_length"),
    ("510106530212997", None, "id_15_digits"),
    ("护照E12345678", None, "id_other_document"),
    ("未提供", None, "id_missing"),
    (None, None, "id_missing"),
])
def test_id_numbers(cell, number, warning):
    read = id_number(cell)
    assert (read.value.number if read.value else None) == number
    assert read.warnings == ((warning,) if warning else ())


@using(st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(1, 9))
def test_a_number_is_valid_only_with_its_check_character(body, wrong_by):
    right = check_character(body)
    others = [character for character in "0123456789X" if character != right]
    assert id_number(body + others[wrong_by % len(others)]).value is None


@pytest.mark.parametrize(("cell", "numbers"), [
    ("15400003839、16300009830", ["15400003839", "16300009830"]),
    ("16100004958 16300008268", ["16100004958", "16300008268"]),
    ("16800006419/16800002750", ["16800006419", "16800002750"]),
    ("16100000001或16100000002", ["16100000001", "16100000002"]),
    ("161 0000 5428", ["16100005428"]),
    ("161-0000-6681", ["16100006681"]),
    ("１６８００００３７１８", ["16800003718"]),
    (16100008368, ["16100008368"]),
    (16100008368.0, ["16100008368"]),
    ("+86 161 0000 0001", ["16100000001"]),
    ("86-16100000001", ["16100000001"]),
    ("0086 16100000001", ["16100000001"]),
    ("028-85551234", ["02885551234"]),
    ("(028)85551234转801", ["02885551234-801"]),
    ("85551234", ["85551234"]),
    ("400-800-1234", ["4008001234"]),
    ("161 0000 0001 161 0000 0002", ["16100000001", "16100000002"]),
    ("16100000001\n16100000002", ["16100000001", "16100000002"]),
    ("16100000001、16100000001", ["16100000001"]),
])
def test_telephones(cell, numbers):
    read = phones(cell)
    assert [phone.number for phone in read.value] == numbers
    assert read.warnings == ()


@pytest.mark.parametrize(("cell", "note"), [
    ("15400001846女儿", "女儿"), ("15400002711(儿子)", "儿子"), ("16300007371（微信同号）", "微信同号"),
    ("女儿：15400001846", "女儿"),
])
def test_what_is_written_beside_a_number_stays_beside_it(cell, note):
    assert phones(cell).value[0] == Phone(phones(cell).value[0].number, note)


@pytest.mark.parametrize(("cell", "warning"), [
    ("154000009208", "phone_length"), ("1680000015", "phone_length"), ("1.61E+10", "phone_damaged"),
    ("去问老王", "phone_unreadable"), ("无", "phone_missing"), ("/", "phone_missing"), (None, "phone_missing"),
])
def test_bad_telephones_are_kept_as_text(cell, warning):
    read = phones(cell)
    assert read.value == ()
    assert read.warnings == (warning,)
    assert read.kept == (text(cell) or None)


def test_one_bad_number_does_not_spoil_the_other():
    read = phones("16100000001、1610000000")
    assert [phone.number for phone in read.value] == ["16100000001"]
    assert read.warnings == ("phone_length",)


@using(st.text(max_size=60))
def test_no_text_breaks_a_reader(cell):
    for read in (person_name, id_number, phones):
        read(cell)


def test_choices():
    assert [sex(cell) for cell in ("男", "女性", "M", "不详")] == ["male", "female", "male", None]
    assert [yes_no(cell) for cell in ("是", "√", "否", "×", "随便")] == [True, True, False, False, None]
    assert several("高龄，失能/低保；独居 优抚") == ("高龄", "失能", "低保", "独居", "优抚")
    assert several("无") == ()
    assert several_with_brackets("社会工作者证（初级）、低压电工证（2023年5月到期）") == (
        "社会工作者证(初级)", "低压电工证(2023年5月到期)")
