"""Longitude and latitude. Values stay in the datum they were given in; nothing is shifted."""

import re
from dataclasses import dataclass

from ..workbook import CellValue
from .reading import Reading
from .text import given

LONGITUDES = (73.0, 136.0)
LATITUDES = (3.0, 54.0)
SEXAGESIMAL = re.compile(
    r"^(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′分])?\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”秒]|''|′′))?$"
)
LETTERS = re.compile(r"东经|北纬|经度|纬度|[EeNn:：]|°$|度$")
PAIR = re.compile(r"^(.+?)\s*[,;/、\s]\s*(.+)$")


@dataclass(frozen=True, slots=True)
class Point:
    longitude: float
    latitude: float


def point(longitude: CellValue, latitude: CellValue) -> Reading[Point | None]:
    """Warnings: `coordinates_missing`, `coordinates_swapped` (put right), `coordinates_wrong` (impossible, unreadable)."""
    first, second = given(longitude), given(latitude)
    if not first and not second:
        return Reading(None, ("coordinates_missing",))
    kept = f"{first}, {second}"
    x, y = degrees(first), degrees(second)
    if x is None or y is None:
        return Reading(None, ("coordinates_wrong",), kept)
    if within(x, LONGITUDES) and within(y, LATITUDES):
        return Reading(Point(x, y))
    if within(y, LONGITUDES) and within(x, LATITUDES):
        return Reading(Point(y, x), ("coordinates_swapped",), kept)
    return Reading(None, ("coordinates_wrong",), kept)


def point_in_one_cell(value: CellValue) -> Reading[Point | None]:
    """`104.04,30.69` in either order."""
    match = PAIR.match(given(value))
    return point(match[1], match[2]) if match else point(value, None)


def degrees(cleaned: str) -> float | None:
    bare = LETTERS.sub("", cleaned).strip()
    if match := SEXAGESIMAL.match(bare):
        return round(int(match[1]) + float(match[2] or 0) / 60 + float(match[3] or 0) / 3600, 7)
    try:
        return float(bare)
    except ValueError:
        return None


def within(number: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= number <= limits[1]
