"""Addresses cut into courtyard, building, unit and door; short names made whole."""

import pytest

from shared.spreadsheets.places import Courtyards, Place, loose_name, parse_address


@pytest.mark.parametrize(("address", "courtyard", "building", "unit", "door"), [
    ("银桂桥路41号院1栋2单元601", "银桂桥路41号院", "1栋", "2单元", "601"),
    ("桂溪横街31号院2栋", "桂溪横街31号院", "2栋", "", ""),
    ("锦城苑18栋2单元802室", "锦城苑", "18栋", "2单元", "802"),
    ("先河小区3号楼3单元603", "先河小区", "3号楼", "3单元", "603"),
    ("还房小区3区4栋2单元1303", "还房小区3区", "4栋", "2单元", "1303"),
    ("麓谷南路177号5栋579", "麓谷南路177号", "5栋", "", "579"),
    ("联工社区7组6号", "联工社区7组", "6号", "", ""),
    ("5排1号", "5排", "1号", "", ""),
    ("东头坊7巷1号", "", "东头坊7巷1号", "", ""),
    ("东头坊7巷1号404室", "", "东头坊7巷1号", "", "404"),
    ("新华路12号3-2-501", "新华路12号", "3", "2", "501"),
    ("丽景花园A座1203", "丽景花园", "A座", "", "1203"),
    ("5号2单元3号", "", "5号", "2单元", "3"),
    ("3栋2单元5号", "", "3栋", "2单元", "5"),
    ("锦城苑3栋2单元12号", "锦城苑", "3栋", "2单元", "12"),
    ("竹林路9号2单元501", "竹林路9号", "", "2单元", "501"),
    ("竹林路9号", "竹林路9号", "", "", ""),
    ("营桂路２３号院１栋１单元５０２", "营桂路23号院", "1栋", "1单元", "502"),
])
def test_addresses(address, courtyard, building, unit, door):
    place = parse_address(address.translate({0xFF10 + digit: str(digit) for digit in range(10)}))
    assert (place.courtyard, place.building, place.unit, place.door) == (courtyard, building, unit, door)


def test_two_spellings_of_one_door_share_a_key():
    doors = [Place("阳光里", "2栋", "3单元", "0501"), Place("阳光里", "2号楼", "3", "501室"), Place("阳 光里", "二栋", "三单元", "501")]
    assert len({door.key for door in doors}) == 1
    assert Place("阳光里", "2栋", "3单元", "502").key != doors[0].key


def test_a_house_code_is_the_place_whatever_the_address():
    assert Place(house_code="CZW001", door="404").key == Place("东头坊", house_code="CZW001", door="404").key


NAMES = Courtyards(["银沙北街22号院", "银沙北街142号院", "银桂桥路22号院", "桂苑巷30号院", "清水湾"])


@pytest.mark.parametrize(("written", "whole"), [
    ("142号院", "银沙北街142号院"), ("30号院", "桂苑巷30号院"), ("银沙北街22号院", "银沙北街22号院"),
    ("22号院", None), ("42号院", None), ("0号院", None), ("院", None), ("", None), ("清水湾", "清水湾"),
    ("某社区清水湾", "清水湾"),
])
def test_short_names_stand_for_one_courtyard_or_for_none(written, whole):
    assert NAMES.resolve(written) == whole


@pytest.mark.parametrize(("written", "courtyard", "rest"), [
    ("银沙北街142号院2栋1单元一楼", "银沙北街142号院", "2栋1单元一楼"), ("142号院门口", "142号院", "门口"),
    ("锦城苑3栋2单元楼道", "锦城苑", "3栋2单元楼道"), ("清水湾南门口", "清水湾", "南门口"), ("社区广场", "社区广场", ""),
])
def test_a_spot_is_cut_from_its_courtyard(written, courtyard, rest):
    assert NAMES.split(written) == (courtyard, rest)


def test_a_loose_name_is_what_short_and_full_share():
    assert loose_name("银沙北街142号院") == loose_name("142号院")
    assert loose_name("清水湾") == "清水湾"
