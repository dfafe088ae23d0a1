"""Chinese resident ID numbers (GB 11643-1999): 17 digits and a check character."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ..workbook import CellValue
from .reading import Reading
from .text import is_missing, text

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
SHAPE = re.compile(r"^[1-9]\d{16}[\dX]$")
INSIDE = re.compile(r"(?<![\dA-Z])[1-9]\d{16}[\dX](?![\dA-Z])")
OLD_SHAPE = re.compile(r"^[1-9]\d{14}$")
SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$")
SEPARATORS = re.compile(r"[\s\-_.,·'\"]")
OTHER_DOCUMENT = re.compile(r"[A-Z]{1,3}\d{6,10}")
LABEL = re.compile(r"^(?:居民)?(?:身份证|证件)?(?:号码|号)?[:]?(?=\d)")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A valid number, in capitals, with what it says."""

    number: str
    birth_date: date
    male: bool


def id_number(value: CellValue) -> Reading[IdNumber | None]:
    """Warnings: `id_missing`, `id_damaged` (a spreadsheet made a number of it), `id_15_digits`, `id_length`,
    `id_wrong`, `id_other_document` (a passport or a permit).

    An unusable number is kept as text and must never be used to link people.
    """
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading(None, ("id_missing",), cleaned or None)
    reading = read_id_number(cleaned)
    if isinstance(value, (int, float)) and reading.value is None:
        return Reading(None, ("id_damaged",), cleaned)
    return reading


@lru_cache(maxsize=65536)
def read_id_number(cleaned: str) -> Reading[IdNumber | None]:
    packed = LABEL.sub("", SEPARATORS.sub("", cleaned).upper().replace("Х", "X"))
    if (valid := parse(packed)) is not None:
        return Reading(valid)
    if SCIENTIFIC.match(cleaned.upper().replace(" ", "")):
        return Reading(None, ("id_damaged",), cleaned)
    if OLD_SHAPE.match(packed):
        return Reading(None, ("id_15_digits",), cleaned)
    inside = INSIDE.search(packed)
    if inside and (valid := parse(inside[0])) is not None:
        return Reading(valid, (), cleaned)
    if not any(character.isdigit() for character in packed):
        return Reading(None, ("id_missing",), cleaned)
    if OTHER_DOCUMENT.search(packed):
        return Reading(None, ("id_other_document",), cleaned)
    return Reading(None, ("id_wrong" if SHAPE.match(packed) else "id_length",), cleaned)


def parse(packed: str) -> IdNumber | None:
    if not SHAPE.match(packed) or check_character(packed) != packed[17]:
        return None
    try:
        born = date(int(packed[6:10]), int(packed[10:12]), int(packed[12:14]))
    except ValueError:
        return None
    if not 1870 <= born.year <= 2100:
        return None
    return IdNumber(packed, born, male=int(packed[16]) % 2 == 1)


def check_character(packed: str) -> str:
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(packed[:17], WEIGHTS, strict=True)) % 11]
