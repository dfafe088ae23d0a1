"""Where something is: courtyard, building, unit, door, from columns, addresses, sections and sheet names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from .cells import chinese_to_digits, compact
from .records import Record
from .tables import Table

NUMBER = r"(?:\d+|[一二三四五六七八九十]+|[A-Za-z]\d*|[东西南北中])"
DOOR = re.compile(r"(?P<door>[A-Za-z]?\d{1,4}[A-Za-z]?)(?:室|号房|房间|房|户)?$")
DOOR_OF_UNIT = re.compile(r"(?<=单元)(?P<door>\d{1,4})号$")
HOUSE_ALONE = re.compile(r"^\d+号$")
UNIT = re.compile(rf"(?P<unit>{NUMBER})(?:单元|门栋|门|梯)$")
BUILDING = re.compile(r"(?P<building>(?:\d+|[一二三四五六七八九十]+|[A-Za-z]\d*))(?P<kind>号楼|楼|栋|幢|座|#楼?)$")
DASHED = re.compile(
    r"^(?P<rest>.*?)(?P<building>[A-Za-z]?\d{1,3})(?:栋|幢|号楼"
    r"|#)?[-—–](?:(?P<unit>\d{1,2})(?:单元)?[-—–])?(?P<door>\d{2,4}[A-Za-z]?)(?:室)?$"
)
LANE_HOUSE = re.compile(r"\d+(?:巷|弄|条)\d+号$")
BUILDING_ALONE = re.compile(r"^(?:第)?(?:\d+|[一二三四五六七八九十]+|[A-Za-z]\d*)(?:号楼|楼|栋|幢|座|#楼?|排|组)$")
TITLED_BUILDING = re.compile(r"(?<!\d)\d+(?:号楼|栋|幢)")
TITLED_COURTYARD = re.compile(r"[\u4e00-\u9fff]{2,8}\d+号院")
INSIDE = re.compile(
    r"^(?P<courtyard>.*?\d+号院|.{2,}?(?=(?:\d+|[一二三四五六七八九十]+)(?:栋|幢|号楼|座|#|单元)))(?P<rest>.+)$"
)
GROUPED = re.compile(r"^(?P<courtyard>.*?\d+(?:组|社|队|排))(?P<building>\d+号)$")


@dataclass(frozen=True, slots=True)
class Place:
    """Parts as written (half width), '' when not known. `address` is the whole text when it was given as one."""

    courtyard: str = ""
    building: str = ""
    unit: str = ""
    door: str = ""
    house_code: str = ""
    group: str = ""
    address: str = ""
    sub_community: str = ""

    @property
    def key(self) -> str:
        """The same for two spellings of one place: 2栋 and 2号楼, ３单元 and 3单元. '' when nothing is known."""
        parts = (
            self.house_code,
            bare(self.courtyard) if not self.house_code else "",
            bare_number(self.building),
            bare_number(self.unit),
            bare_number(self.door),
        )
        if any(parts):
            return "|".join((compact(self.sub_community), *parts)).lower()
        return compact(self.address)

    @property
    def loose_key(self) -> str:
        """As `key`, but 银沙北街142号院 and 142号院 are one: only beside other signs is that enough to know a place."""
        return replace(self, courtyard=loose_name(self.courtyard)).key

    @property
    def is_dwelling(self) -> bool:
        """Precise enough to stand for one household's door."""
        return bool(self.door or self.building.endswith("号") or (self.address and not self.courtyard))


def loose_name(courtyard: str) -> str:
    """The number at the end of a courtyard's name, which its short and its full form share; else the name."""
    match = re.search(r"\d+号?院?$", bare(courtyard))
    return match[0] if match else bare(courtyard)


def bare(name: str) -> str:
    return re.sub(r"[()（）·\-—]", "", compact(name))


@lru_cache(maxsize=16384)
def bare_number(part: str) -> str:
    """2栋, 2号楼, 二栋 → 2."""
    digits = re.sub(r"(?:号楼|号房|单元|门栋|楼|栋|幢|座|室|号|房|#|门|户)+$", "", chinese_to_digits(compact(part)))
    return digits.lstrip("0") or digits


@lru_cache(maxsize=32768)
def parse_address(address: str) -> Place:
    """银桂桥路41号院1栋2单元601 → courtyard, building, unit, door; what cannot be cut stays in the courtyard."""
    rest = address.replace(" ", "")
    if match := DASHED.match(rest):
        return Place(match["rest"], match["building"], match["unit"] or "", match["door"], address=address)
    if match := GROUPED.match(rest):
        return Place(match["courtyard"], match["building"], address=address)
    if LANE_HOUSE.search(rest):
        return Place(building=rest, address=address)
    rest, door = take(DOOR_OF_UNIT if DOOR_OF_UNIT.search(rest) else DOOR, rest, "door")
    rest, unit = take(UNIT, rest, "unit")
    rest, building = take(HOUSE_ALONE if unit and HOUSE_ALONE.match(rest) else BUILDING, rest, "building")
    if door and not (unit or building):
        if LANE_HOUSE.search(rest):
            return Place(building=rest, door=door, address=address)
        if len(door) < 3 or not rest.endswith(("号", "院", "苑", "小区", "公寓")):
            rest, door = address.replace(" ", ""), ""
    return Place(rest, building, unit, door, address=address)


def take(pattern: re.Pattern[str], text: str, name: str) -> tuple[str, str]:
    """(what stands before the match, the match); a door is its number alone."""
    match = pattern.search(text)
    if match is None:
        return text, ""
    return text[: match.start()], match["door"] if name == "door" else match[0]


def place_of(record: Record, default: Place = Place()) -> Place:
    """The place a record names; its section and the sheet's own place fill what the row leaves out."""
    address = record.text("address")
    parsed = parse_address(address) if address else Place()
    columns = Place(
        courtyard=record.text("courtyard"),
        building=record.text("building"),
        unit=record.text("unit"),
        door=record.text("door"),
        house_code=record.text("house_code"),
        group=record.text("group"),
        sub_community=record.text("sub_community"),
    )
    place = fill(fill(several_in_one(columns), parsed), section_place(record.section))
    return fill(place, default) if place.building or place.door or place.courtyard else place


def several_in_one(place: Place) -> Place:
    """One column may hold it all: 3-2-501 or 3栋2单元501 under 房号, 3栋2单元 under 楼栋."""
    if place.door and not (place.building or place.unit):
        parsed = parse_address(place.door)
    elif place.building and not place.unit:
        parsed = parse_address(place.building)
    else:
        return place
    if not parsed.building or not (parsed.unit or parsed.door):
        return place
    return replace(
        place,
        building=parsed.building,
        unit=parsed.unit,
        door=parsed.door or place.door,
        courtyard=place.courtyard or parsed.courtyard,
    )


def fill(place: Place, other: Place) -> Place:
    missing = {name: value for name in Place.__slots__ if (value := getattr(other, name)) and not getattr(place, name)}
    return replace(place, **missing) if missing else place


@lru_cache(maxsize=4096)
def section_place(section: str) -> Place:
    """【1号楼】 is a building, 【营桂路23号院】 a courtyard."""
    if not section:
        return Place()
    if BUILDING_ALONE.match(compact(section)):
        return Place(courtyard=compact(section)) if section.endswith("组") else Place(building=compact(section))
    parsed = parse_address(compact(section))
    return Place(courtyard=parsed.courtyard, building=parsed.building, unit=parsed.unit)


@lru_cache(maxsize=1024)
def sheet_place(sheet_name: str) -> Place:
    """A sheet called 1号楼 or 41号院 says where its rows are; any other name says nothing."""
    name = compact(sheet_name)
    if BUILDING_ALONE.match(name) or re.match(r"^[^\d]{0,8}\d+号院(?:\d+[栋幢]|\d+号楼)?$", name):
        return section_place(name)
    return Place()


def list_place(table: Table) -> Place:
    """Where all rows of a list are: its sheet says so, or its title where no column does."""
    place = sheet_place(table.sheet)
    if place.building or place.courtyard or table.has("address"):
        return place
    buildings, courtyards = set(TITLED_BUILDING.findall(table.title)), set(TITLED_COURTYARD.findall(table.title))
    return Place(
        courtyard=courtyards.pop() if len(courtyards) == 1 and not table.has("courtyard") else "",
        building=buildings.pop() if len(buildings) == 1 and not table.has("building") else "",
    )


class Courtyards:
    """The courtyards of a community, by full name and by the short forms people use: 142号院 for 银沙北街142号院."""

    def __init__(self, names: Iterable[str]) -> None:
        self.full: dict[str, str] = {}
        for name in names:
            self.full.setdefault(bare(name), name)
        self.found: dict[str, str | None] = {}

    def resolve(self, written: str) -> str | None:
        """The full name, or None when no courtyard or more than one answers to the written form."""
        key = bare(written)
        if key not in self.found:
            self.found[key] = self.search(key)
        return self.found[key]

    def split(self, written: str) -> tuple[str, str]:
        """(courtyard, what follows): 银沙北街142号院2栋一楼 is cut behind 院; (all, '') when nothing follows."""
        packed = compact(written)
        known = max((name for name in self.full if name and packed.startswith(name)), key=len, default="")
        if known:
            return self.full[known], packed[len(known) :]
        match = INSIDE.match(packed)
        if match is None or BUILDING_ALONE.match(match["courtyard"]):
            return packed, ""
        return match["courtyard"], match["rest"]

    def search(self, key: str) -> str | None:
        if not key or key in self.full:
            return self.full.get(key)
        ends = [name for full, name in self.full.items() if ends_with(full, key) or ends_with(key, full)]
        return ends[0] if len(ends) == 1 else None


def ends_with(longer: str, shorter: str) -> bool:
    """22号院 ends 银沙北街22号院 but not 银沙北街122号院; a bare 院 ends nothing."""
    if len(shorter) < 3 or len(longer) <= len(shorter) or not longer.endswith(shorter):
        return False
    return not (shorter[0].isdigit() and longer[-len(shorter) - 1].isdigit())
