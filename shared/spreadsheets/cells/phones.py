"""Telephone numbers as people write them, several in one cell included."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ..workbook import CellValue
from .reading import Reading
from .text import is_missing, text

MOBILE = re.compile(r"^1[3-9]\d{9}$")
MOBILES_RUN_TOGETHER = re.compile(r"^(?:1[3-9]\d{9}){2,5}$")
LANDLINE = re.compile(r"^0\d{9,11}$")
SERVICE_LINE = re.compile(r"^[48]00\d{7}$")
LOCAL_LINE = re.compile(r"^[2-8]\d{6,7}$")
COUNTRY = re.compile(r"(?:\+|(?<!\d)00|(?<!\d)0086|(?<=\())\s*86[\s-]*(?=1|0)|^86[\s-]*(?=1[3-9][\d\s-]{9,}$)")
SEPARATORS = re.compile(r"[、,;/|\\\n&]|或者?|和|及")
EXTENSION = re.compile(r"\s*(?:转|分机|ext\.?|#)\s*(\d{1,5})", re.IGNORECASE)
DIGIT_RUN = re.compile(r"\(?\d[\d\s().—–-]*\d|\d")
SCIENTIFIC = re.compile(r"^\d(\.\d+)?[Ee]\+?\d+$")
NOTE_EDGES = " ()[]【】:：-—_.,"


@dataclass(frozen=True, slots=True)
class Phone:
    """Digits only (an extension after `-`), and whose it is or what was written beside it."""

    number: str
    note: str = ""


def phones(value: CellValue) -> Reading[tuple[Phone, ...]]:
    """All numbers of a cell. Warnings: `phone_missing`, `phone_length`, `phone_damaged`, `phone_unreadable`."""
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading((), ("phone_missing",), cleaned or None)
    return read_phones(cleaned)


@lru_cache(maxsize=65536)
def read_phones(cleaned: str) -> Reading[tuple[Phone, ...]]:
    if MOBILE.match(cleaned):
        return Reading((Phone(cleaned),))
    if SCIENTIFIC.match(cleaned):
        return Reading((), ("phone_damaged",), cleaned)
    found: list[Phone] = []
    warnings: list[str] = []
    for part in SEPARATORS.split(COUNTRY.sub("", cleaned)):
        read_part(part.strip(), found, warnings)
    if not found and not warnings:
        warnings.append("phone_unreadable")
    return Reading(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(warnings)), cleaned if warnings else None)


def read_part(part: str, found: list[Phone], warnings: list[str]) -> None:
    extension = EXTENSION.search(part)
    bare = EXTENSION.sub("", part)
    note = DIGIT_RUN.sub(" ", bare).strip(NOTE_EDGES)
    for run in DIGIT_RUN.findall(bare):
        numbers = numbers_of(run)
        found.extend(Phone(number + (f"-{extension[1]}" if extension else ""), note) for number in numbers)
        if not numbers:
            warnings.append("phone_length")


def numbers_of(run: str) -> list[str]:
    """One run of digits may be grouped by spaces, or be several numbers separated by spaces alone."""
    digits = re.sub(r"\D", "", run)
    if is_number(digits):
        return [digits]
    if MOBILES_RUN_TOGETHER.match(digits):
        return [digits[start : start + 11] for start in range(0, len(digits), 11)]
    pieces = [re.sub(r"\D", "", piece) for piece in re.split(r"\s+", run)]
    return pieces if len(pieces) > 1 and all(map(is_number, pieces)) else []


def is_number(digits: str) -> bool:
    return any(shape.match(digits) for shape in (MOBILE, LANDLINE, SERVICE_LINE, LOCAL_LINE))
