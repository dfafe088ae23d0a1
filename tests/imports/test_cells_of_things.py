"""Dates, numbers, quantities, durations, coordinates and shelf lives, as people write them."""

from datetime import date, datetime

import pytest
from hypothesis import given as using
from hypothesis import strategies as st

from shared.spreadsheets.cells import amount, expiry, minutes, point, point_in_one_cell, read_date, total, whole_number

MADE = date(2019, 9, 20)


@pytest.mark.parametrize(("cell", "expected"), [
    (datetime(2022, 7, 16), date(2022, 7, 16)),
    ("2022/7/16", date(2022, 7, 16)),
    ("2022.7.16", date(2022, 7, 16)),
    ("2022-07-16", date(2022, 7, 16)),
    ("20220716", date(2022, 7, 16)),
    (20220716, date(2022, 7, 16)),
    ("2022年7月16日", date(2022, 7, 16)),
    ("２０２２年７月１６日", date(2022, 7, 16)),
    ("2022年 7月 16号", date(2022, 7, 16)),
    ("22.7.16", date(2022, 7, 16)),
    ("53.2.12", date(1953, 2, 12)),
    ("7/16/2022", date(2022, 7, 16)),
    ("16/7/2022", date(2022, 7, 16)),
    ("2020/2/8 7:25", date(2020, 2, 8)),
    ("2022-07-16T09:30:00", date(2022, 7, 16)),
    ("2022年7月16日（周六）", date(2022, 7, 16)),
    ("2022.7.16-7.20", date(2022, 7, 16)),
    (27640, date(1975, 9, 3)),
    ("43861", date(2020, 1, 31)),
    (44776.5, date(2022, 8, 3)),
])
def test_dates(cell, expected):
    read = read_date(cell)
    assert (read.value.day, read.warnings) == (expected, ())


@pytest.mark.parametrize(("cell", "expected", "precision"), [
    ("2022年7月", date(2022, 7, 1), "month"), ("2022-07", date(2022, 7, 1), "month"), ("202207", date(2022, 7, 1), "month"),
    ("1953", date(1953, 1, 1), "year"), ("1953年", date(1953, 1, 1), "year"),
])
def test_how_exactly_a_date_is_given(cell, expected, precision):
    assert (read_date(cell).value.day, read_date(cell).value.precision) == (expected, precision)


@pytest.mark.parametrize(("cell", "warning"), [
    ("2022年9月31日", "bad_date"), ("2022.6.31", "bad_date"), ("2023-02-29", "bad_date"), ("20221301", "bad_date"),
    ("农历八月十五", "lunar_date"), ("不详", "date_missing"), (None, "date_missing"), ("上周三", "date_unreadable"),
    ("=TODAY()", "date_unreadable"),
])
def test_what_is_no_date(cell, warning):
    assert read_date(cell).value is None
    assert read_date(cell).warnings == (warning,)


@pytest.mark.parametrize("cell", ["7月16日", "7.16", "７月16日", "7/16", "7月16日9点"])
def test_a_year_left_out_is_the_lists(cell):
    assert read_date(cell, 2020).value.day == date(2020, 7, 16)
    assert read_date(cell).value is None


def test_the_other_epoch():
    assert read_date(1000, epoch_1904=True).value.day == date(1906, 9, 27)


@using(st.dates(date(1930, 1, 1), date(2034, 12, 31)))
def test_every_way_of_writing_a_day_is_the_same_day(day):
    ways = [f"{day:%Y/%m/%d}", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"]
    assert {read_date(way).value.day for way in ways} == {day}
    assert read_date((day - date(1899, 12, 30)).days).value.day == day


@pytest.mark.parametrize(("cell", "expected"), [
    ("3层", 3), ("９间", 9), ("九间", 9), ("十二间", 12), ("一百零三户", 103), ("881户", 881), ("1,162", 1162), (14, 14),
    (14.0, 14), ("２４", 24), ("共30人", 30),
])
def test_whole_numbers(cell, expected):
    assert (whole_number(cell).value, whole_number(cell).warnings) == (expected, ())


MASKS = {"base": "piece", "base_word": "只", "packs": {"box": 50}}
WATER = {"base": "bottle", "base_word": "瓶"}
OIL = {"base": "barrel", "base_word": "桶"}
COATS = {"base": "piece", "base_word": "件"}
NEW: dict = {}


@pytest.mark.parametrize(("cell", "unit", "pack", "goods", "quantity", "counted_in"), [
    ("4盒（50只/盒）", "只", None, MASKS, 200, "piece"), ("2盒，每盒50", "只", None, MASKS, 100, "piece"),
    (150, "只", None, MASKS, 150, "piece"), ("100个", None, None, MASKS, 100, "piece"), (20, "盒", None, MASKS, 1000, "piece"),
    (20, "盒", "100只/盒", MASKS, 2000, "piece"), ("2箱(每箱20盒，每盒50只)", None, None, MASKS, 2000, "piece"),
    ("2箱3盒", "只", "每箱20盒，每盒50只", MASKS, 2150, "piece"), ("20盒（共800只）", None, None, MASKS, 800, "piece"),
    ("两盒50只装", None, None, MASKS, 100, "piece"), ("8+2", "只", None, MASKS, 10, "piece"), ("3*50", "只", None, MASKS, 150, "piece"),
    ("1,000只", None, None, MASKS, 1000, "piece"), ("5箱×24瓶", "瓶", None, WATER, 120, "bottle"),
    ("10箱", "瓶", "24瓶/箱", WATER, 240, "bottle"), (10, "箱", "500ml*24瓶/箱", WATER, 240, "bottle"),
    ("5箱零3桶", "桶", "4桶/箱", OIL, 23, "barrel"), (3, "桶", "5L/桶", OIL, 3, "barrel"), ("两桶", "桶", None, OIL, 2, "barrel"),
    (12, "件", None, COATS, 12, "piece"), ("2个", "个", None, NEW, 2, "piece"), ("３", None, None, NEW, 3, "piece"),
    ("5", "份（袋）", None, NEW, 5, "portion"), (20, "盒", "50只/盒", NEW, 1000, "piece"), (6, "箱", None, NEW, 6, "case"),
])
def test_quantities_come_in_base_units(cell, unit, pack, goods, quantity, counted_in):
    read = amount(cell, unit, pack)
    counted = total(read.value, **goods)
    assert (counted.quantity, counted.unit, counted.clear, read.warnings) == (quantity, counted_in, True, ())


@pytest.mark.parametrize(("cell", "unit", "pack", "goods"), [
    (24, "瓶", None, OIL), ("5箱零3桶", None, None, OIL), ("2箱", "只", None, MASKS), (5, "件", None, MASKS), (20, None, "50只/盒", MASKS),
    ("3大箱", None, None, MASKS), (5, "箱", "600*900", COATS), (5, "袋", "10kg/袋", OIL),
])
def test_packs_of_unknown_size_are_not_taken_for_base_units(cell, unit, pack, goods):
    assert not total(amount(cell, unit, pack).value, **goods).clear


@pytest.mark.parametrize(("cell", "warning"), [
    (-20, "bad_quantity"), ("-20", "bad_quantity"), ("负3", "bad_quantity"), ("2.5", "bad_quantity"), (2.5, "bad_quantity"),
    ("若干", "quantity_vague"), ("见清单", "quantity_vague"), ("/", "quantity_missing"), ("无", "quantity_missing"),
    ("=3*50", "quantity_unreadable"), ("很多", "quantity_unreadable"),
])
def test_quantities_that_cannot_be_booked(cell, warning):
    assert (amount(cell).value, amount(cell).warnings) == (None, (warning,))


@pytest.mark.parametrize(("cell", "warning"), [
    ("约600", "quantity_about"), ("100只（破损5只）", "quantity_partly"), ("10-20", "quantity_partly"), ("10/12", "quantity_partly"),
])
def test_quantities_with_a_doubt(cell, warning):
    assert amount(cell, "只").warnings == (warning,)


@pytest.mark.parametrize(("cell", "expected"), [
    ("240分钟", 240), ("2.5", 150), (2, 120), ("2小时半", 150), ("一个半小时", 90), ("半小时", 30), ("1h", 60), ("90min", 90),
    ("2小时30分", 150), ("1:30", 90), ("两小时", 120), ("３小时", 180),
])
def test_durations_are_whole_minutes(cell, expected):
    assert minutes(cell).value == expected


@pytest.mark.parametrize(("cell", "warning"), [("半天", "duration_unreadable"), ("", "duration_missing"), ("-2", "duration_unreadable")])
def test_what_is_no_duration(cell, warning):
    assert (minutes(cell).value, minutes(cell).warnings) == (None, (warning,))


@pytest.mark.parametrize(("longitude", "latitude", "expected", "warning"), [
    (104.041179, 30.69956, (104.041179, 30.69956), None),
    ("104.038119E", "30.705764N", (104.038119, 30.705764), None),
    ("东经104.282368", "北纬30.979565", (104.282368, 30.979565), None),
    ("104°1′51.84″", "30°41′51.15″", (104.0310667, 30.6975417), None),
    ("30.706873", "104.03764", (104.03764, 30.706873), "coordinates_swapped"),
    ("1040.40851", "30.699079", None, "coordinates_wrong"),
    ("104.04", None, None, "coordinates_wrong"),
    (None, "", None, "coordinates_missing"),
])
def test_coordinates(longitude, latitude, expected, warning):
    read = point(longitude, latitude)
    assert ((read.value.longitude, read.value.latitude) if read.value else None) == expected
    assert read.warnings == ((warning,) if warning else ())


@pytest.mark.parametrize("cell", ["104.04,30.69", "30.69，104.04", "104.04 30.69"])
def test_both_coordinates_in_one_cell(cell):
    assert (point_in_one_cell(cell).value.longitude, point_in_one_cell(cell).value.latitude) == (104.04, 30.69)


@pytest.mark.parametrize(("cell", "expected"), [
    ("2021/03/01", date(2021, 3, 1)), (44393, date(2021, 7, 16)), ("2021年5月", date(2021, 5, 31)),
    ("2020年2月", date(2020, 2, 29)), ("2021", date(2021, 12, 31)), ("两年", date(2021, 9, 20)), ("24个月", date(2021, 9, 20)),
    ("一年半", date(2021, 3, 20)), ("半年", date(2020, 3, 20)), ("保质期12个月", date(2020, 9, 20)), ("90天", date(2019, 12, 19)),
    ("长期", None), ("至2023年1月", date(2023, 1, 31)), ("截至2023.5.1", date(2023, 5, 1)), ("有效期至：2023-05-01", date(2023, 5, 1)),
    ("2023.01.31前使用", date(2023, 1, 31)), ("2022年底", date(2022, 12, 31)), ("2022年末前", date(2022, 12, 31)),
    ("2023年1月前", date(2022, 12, 31)), ("2023年1月底", date(2023, 1, 31)), ("2021.5.1-2023.5.1", date(2023, 5, 1)),
    ("2021年5月至2023年5月", date(2023, 5, 31)), ("到2023年1月止", date(2023, 1, 31)), ("2023年5月到期", date(2023, 5, 31)),
])
def test_shelf_lives(cell, expected):
    assert (expiry(cell, MADE).value, expiry(cell, MADE).warnings) == (expected, ())


@pytest.mark.parametrize(("cell", "made", "warning"), [
    ("见外包装", MADE, "expiry_on_package"), (None, MADE, "expiry_missing"), ("两年", None, "expiry_needs_production_date"),
    ("2021.2.30", MADE, "bad_date"), ("很久", MADE, "expiry_unreadable"),
])
def test_shelf_lives_that_do_not_say_when(cell, made, warning):
    assert (expiry(cell, made).value, expiry(cell, made).warnings) == (None, (warning,))
