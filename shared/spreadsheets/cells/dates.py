"""Dates in the many ways registers write them."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from ..workbook import CellValue
from .reading import Reading
from .text import is_missing, text

YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年,、~\\]\s*(\d{1,2})\s*(?:[-/.月,、\\]\s*(\d{1,2})\s*[日号]?)(.*)$")
YEAR_MONTH = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?$")
YEAR_ONLY = re.compile(r"^((?:18|19|20)\d{2})\s*年?$")
PACKED = re.compile(r"^((?:18|19|20)\d{2})(\d{2})(\d{2})(?:\.0)?$")
PACKED_MONTH = re.compile(r"^((?:19|20)\d{2})(0[1-9]|1[0-2])$")
PACKED_SHORT = re.compile(r"^(\d{2})(\d{2})(\d{2})$")
SHORT_YEAR = re.compile(r"^'?(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(.*)$")
DAY_FIRST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(.*)$")
MONTH_DAY = re.compile(r"^(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(.*)$")
TIME_AFTER = re.compile(
    r"^[\sT]*(?:\(?(?:周|星期|礼拜).\)?)?[\sT]*(?:\d{1,2}[:时点].*|[上下]午.*|[-~至到—–].*|前后|左右|)$"
)
SERIAL = re.compile(r"^\d{4,5}(?:\.\d+)?$")
LUNAR = re.compile(r"农历|阴历|旧历|[正冬腊]月|初[一二三四五六七八九十]")
DAMAGED = re.compile(r"^#+$")

Precision = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date and how exactly it was given; a month or year stands for its first day."""

    day: date
    precision: Precision = "day"


def read_date(value: CellValue, default_year: int | None = None, epoch_1904: bool = False) -> Reading[DateRead | None]:
    """Warnings: `date_missing`, `bad_date` (cannot exist), `lunar_date`, `date_unreadable`.

    Years of two digits lie between 1935 and 2034. A bare number between 1,000 and 80,000 is a spreadsheet's serial.
    """
    if isinstance(value, datetime):
        return Reading(DateRead(value.date()))
    if isinstance(value, date):
        return Reading(DateRead(value))
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading(None, ("date_missing",), cleaned or None)
    return parse(cleaned, default_year, epoch_1904)


@lru_cache(maxsize=65536)
def parse(cleaned: str, default_year: int | None, epoch_1904: bool) -> Reading[DateRead | None]:
    if LUNAR.search(cleaned):
        return Reading(None, ("lunar_date",), cleaned)
    parts = date_parts(cleaned, default_year)
    if parts is not None:
        return build(*parts, cleaned)
    if SERIAL.match(cleaned):
        return from_serial(float(cleaned), epoch_1904, cleaned)
    return Reading(None, ("date_unreadable",), cleaned)


Parts = tuple[int, int, int, Precision]


def date_parts(cleaned: str, default_year: int | None) -> Parts | None:
    """Year, month, day and precision as written, possible or not; None when no known form fits."""
    if (match := YEAR_FIRST.match(cleaned)) and TIME_AFTER.match(match[4]):
        return int(match[1]), int(match[2]), int(match[3]), "day"
    if match := PACKED.match(cleaned):
        return int(match[1]), int(match[2]), int(match[3]), "day"
    if match := YEAR_MONTH.match(cleaned) or PACKED_MONTH.match(cleaned):
        return int(match[1]), int(match[2]), 1, "month"
    if match := YEAR_ONLY.match(cleaned):
        return int(match[1]), 1, 1, "year"
    if match := DAY_FIRST.match(cleaned):
        return day_or_month_first(match)
    if (match := SHORT_YEAR.match(cleaned)) and TIME_AFTER.match(match[4]):
        return full_year(match[1]), int(match[2]), int(match[3]), "day"
    if match := PACKED_SHORT.match(cleaned):
        return full_year(match[1]), int(match[2]), int(match[3]), "day"
    if default_year and (match := MONTH_DAY.match(cleaned)) and TIME_AFTER.match(match[3]):
        return default_year, int(match[1]), int(match[2]), "day"
    return None


def day_or_month_first(match: re.Match[str]) -> Parts:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    return (year, second, first, "day") if first > 12 else (year, first, second, "day")


def full_year(two_digits: str) -> int:
    return int(two_digits) + (2000 if int(two_digits) < 35 else 1900)


def build(year: int, month: int, day: int, precision: Precision, cleaned: str) -> Reading[DateRead | None]:
    try:
        return Reading(DateRead(date(year, month, day), precision))
    except ValueError:
        return Reading(None, ("bad_date",), cleaned)


def from_serial(serial: float, epoch_1904: bool, cleaned: str) -> Reading[DateRead | None]:
    if not 1000 <= serial <= 80_000:
        return Reading(None, ("date_unreadable",), cleaned)
    epoch = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    return Reading(DateRead(epoch + timedelta(days=int(serial))))


def end_of_month(day: date) -> date:
    first_of_next = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, end_of_month(first).day))
