"""Whole numbers and durations."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ..workbook import CellValue
from .reading import Reading
from .text import is_formula, is_missing, text

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
CHINESE_NUMBER = re.compile(r"[零〇一二两俩三四五六七八九十百千万壹贰叁]+")
VAGUE = re.compile(r"若干|一些|少量|大量|多少|数[个只瓶盒]|几[个只瓶盒]|足量|适量|充足|见")
ABOUT = re.compile(r"^(?:约|大约|共|总共|近|计|合计)|(?:余|多|左右|以上)(?=\D*$)")
NUMBER = re.compile(r"^([-−负]?)\+?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?((?:\s*\+\s*\d+)*)")
HOURS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:个)?(?:半)?\s*(?:小时|钟头|时|h(?:ours?|rs?)?)", re.IGNORECASE)
HALF_HOUR = re.compile(r"半(?:个)?(?:小时|钟头)|(?:小时|钟头)半|个半(?:小时|钟头)")
MINUTES = re.compile(r"(\d+)\s*(?:分钟|分|min(?:ute)?s?|m)", re.IGNORECASE)
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::\d{2})?$")


def whole_number(value: CellValue) -> Reading[int | None]:
    """A count: 3层, ６, 九间. Warnings: `number_missing`, `number_unreadable`, `number_vague`, `bad_quantity`."""
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading(None, ("number_missing",), cleaned or None)
    if is_formula(value):
        return Reading(None, ("number_unreadable",), cleaned)
    digits = chinese_to_digits(cleaned)
    plain = ABOUT.sub("", digits)
    match = NUMBER.match(plain)
    if match is None:
        return Reading(None, ("number_vague" if VAGUE.search(cleaned) else "number_unreadable",), cleaned)
    number = to_decimal(match[2].replace(",", "") + (match[3] or ""))
    if match[1] or number is None or number != number.to_integral_value():
        return Reading(None, ("bad_quantity",), cleaned)
    about = plain != digits and not cleaned.startswith(("共", "总共", "计", "合计"))
    return Reading(int(number) + added(match[4]), ("number_about",) if about else ())


def added(sum_of: str | None) -> int:
    """8+2: what is added."""
    return sum(int(number) for number in re.findall(r"\d+", sum_of or ""))


def minutes(value: CellValue, bare_number_is: str = "hours") -> Reading[int | None]:
    """A duration in whole minutes; a bare number counts hours (or minutes).

    Warnings: `duration_missing`, `duration_unreadable`.
    """
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading(None, ("duration_missing",), cleaned or None)
    total = duration(chinese_to_digits(cleaned), bare_number_is)
    if total is None or total < 0 or is_formula(value):
        return Reading(None, ("duration_unreadable",), cleaned)
    return Reading(int(total.to_integral_value(rounding=ROUND_HALF_UP)))


def duration(plain: str, bare_number_is: str) -> Decimal | None:
    if match := CLOCK.match(plain):
        return Decimal(int(match[1]) * 60 + int(match[2]))
    bare = to_decimal(plain)
    if bare is not None:
        return bare * (60 if bare_number_is == "hours" else 1)
    hours, short, half = HOURS.search(plain), MINUTES.search(plain), HALF_HOUR.search(plain)
    if not (hours or short or half):
        return None
    return Decimal(hours[1] if hours else 0) * 60 + (30 if half else 0) + Decimal(short[1] if short else 0)


def to_decimal(plain: str) -> Decimal | None:
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**12 else None


def chinese_to_digits(cleaned: str) -> str:
    """两年 → 2年, 十八个月 → 18个月."""
    return CHINESE_NUMBER.sub(lambda match: str(chinese_number(match[0])), cleaned)


def chinese_number(written: str) -> int:
    if not any(character in UNITS for character in written):
        return int("".join(str(DIGITS[character]) for character in written))
    total = section = digit = 0
    for character in written:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * UNITS[character], 0
    return total + section + digit
