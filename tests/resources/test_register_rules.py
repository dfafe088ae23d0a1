"""What the register decides by itself: licences, ways of writing, masks, keys."""

from datetime import date

import pytest

from services.resources.register.organisations.models import Licence
from services.resources.register.organisations.rules import holds_licence
from services.resources.register.places.rules import building_key, courtyard_key, household_key
from services.resources.register.residents.rules import (
    birth_date_of,
    written_id_number,
    written_name,
    written_phones,
)
from shared.http.problems import Invalid
from shared.privacy.masks import masked_name, masked_number, masked_phone

ELECTRICIAN = Licence(kind="electrician", number="T-1", valid_from=date(2022, 1, 1), valid_to=date(2022, 12, 31))
FOR_EVER = Licence(kind="gas_fitter", number="G-1")


@pytest.mark.parametrize(("kind", "on", "holds"), [
    ("electrician", date(2021, 12, 31), False),
    ("electrician", date(2022, 1, 1), True),
    ("electrician", date(2022, 12, 31), True),
    ("electrician", date(2023, 1, 1), False),
    ("gas_fitter", date(1990, 1, 1), True),
    ("plumber", date(2022, 6, 1), False),
])
def test_a_licence_counts_on_its_days_both_ends_included(kind: str, on: date, holds: bool) -> None:
    assert holds_licence([ELECTRICIAN, FOR_EVER], kind, on) is holds


def test_a_licence_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="valid_to"):
        Licence(kind="electrician", number="T-2", valid_from=date(2022, 2, 1), valid_to=date(2022, 1, 1))


@pytest.mark.parametrize(("name", "mask"), [("王建刚", "王**"), ("秦婷", "秦*"), ("买买提·艾力", "买*****"), ("丁", "丁")])
def test_a_masked_name_shows_the_family_name(name: str, mask: str) -> None:
    assert masked_name(name) == mask


@pytest.mark.parametrize(("number", "mask"), [
    ("510106195302129974", "**************9974"), ("123", "123"),
])
def test_a_masked_number_shows_its_last_four(number: str, mask: str) -> None:
    assert masked_number(number) == mask


@pytest.mark.parametrize(("phone", "mask"), [
    ("13812345678", "138****5678"), ("02884712345", "*******2345"), ("87654321", "****4321"),
])
def test_a_masked_mobile_number_shows_its_beginning_and_its_end(phone: str, mask: str) -> None:
    assert masked_phone(phone) == mask


def test_the_register_has_one_way_of_writing() -> None:
    assert written_name(" 秦　婷 ") == "秦婷"
    assert written_id_number(" ５１０１０６ 19520813 9965 ") == "510106195208139965"
    assert written_phones(["161-0000-4694", "+86 16100004694", "16800003467/16300003093"]) == [
        "16100004694", "16800003467", "16300003093"]


@pytest.mark.parametrize("refused", [
    lambda: written_name("无"),
    lambda: written_id_number("510106195208139966"),
    lambda: written_id_number("4.20106195208140E+17"),
    lambda: written_phones(["16100004694", "1610000469"]),
    lambda: birth_date_of("510106195208139965", date(1952, 8, 14)),
])
def test_what_cannot_be_is_refused(refused) -> None:
    with pytest.raises(Invalid):
        refused()


def test_the_id_number_says_the_birth_date() -> None:
    assert birth_date_of("510106195208139965", None) == date(1952, 8, 13)
    assert birth_date_of(None, date(1952, 8, 14)) == date(1952, 8, 14)


@pytest.mark.parametrize(("one", "other"), [
    (courtyard_key("银桂桥路41号院"), courtyard_key("银桂桥路４１号院")),
    (building_key("银桂桥路41号院", "2栋", None), building_key("银桂桥路41号院", "二号楼", None)),
    (building_key("东头坊", "7巷1号", "CZW001"), building_key("", "", "czw001")),
])
def test_two_spellings_of_one_place_have_one_key(one: str, other: str) -> None:
    assert one == other != ""


def test_a_household_is_known_by_number_door_or_address() -> None:
    nothing = {"number": None, "courtyard_name": "", "building_name": "", "code": "", "unit": "", "door": "", "address": ""}
    door = {"courtyard_name": "银沙北街22号院", "building_name": "1栋", "unit": "2单元", "door": "301"}
    assert household_key(**nothing) == ""
    assert household_key(**nothing | {"number": "LGH00001"} | door) == household_key(**nothing | {"number": "LGH00001"})
    assert household_key(**nothing | door) == household_key(**nothing | door | {"building_name": "1号楼", "door": "301室"})
    assert household_key(**nothing | {"address": "火花巷86号"}) != ""
