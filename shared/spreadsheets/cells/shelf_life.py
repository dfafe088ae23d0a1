"""Until when goods may be used: a date, or so long after they were made."""

import re
from datetime import date

from ..workbook import CellValue
from .dates import DateRead, add_months, end_of_month, read_date
from .numbers import chinese_to_digits
from .reading import Reading
from .text import is_missing, text

ON_THE_PACKAGE = re.compile(r"见|包装|瓶身|标签")
FOR_EVER = re.compile(r"长期|永久|无限期|不限|终身")
SPAN = re.compile(r"^(?:保质期|有效期|保质)?[:为]?(\d+)(?:个)?(年半|年|月|日|天)")
HALF_YEAR = re.compile(r"^半年")


def expiry(value: CellValue, made_on: date | None, epoch_1904: bool = False) -> Reading[date | None]:
    """A month given without a day ends with that month. Warnings: `expiry_missing`, `expiry_on_package`,
    `expiry_unreadable`, `expiry_needs_production_date`, `bad_date`.
    """
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading(None, ("expiry_missing",), cleaned or None)
    if FOR_EVER.search(cleaned):
        return Reading(None, (), cleaned)
    read = read_date(value, epoch_1904=epoch_1904)
    if read.value is not None:
        return Reading(last_day(read.value), (), cleaned if read.value.precision != "day" else None)
    span = span_of(cleaned)
    if span is not None:
        return after(made_on, *span, cleaned)
    if "bad_date" in read.warnings:
        return Reading(None, ("bad_date",), cleaned)
    return Reading(None, ("expiry_on_package" if ON_THE_PACKAGE.search(cleaned) else "expiry_unreadable",), cleaned)


def last_day(read: DateRead) -> date:
    if read.precision == "month":
        return end_of_month(read.day)
    return date(read.day.year, 12, 31) if read.precision == "year" else read.day


def span_of(cleaned: str) -> tuple[int, int] | None:
    """(months, days) of 两年, 18个月, 一年半, 半年, 90天."""
    if HALF_YEAR.match(cleaned):
        return 6, 0
    match = SPAN.match(chinese_to_digits(cleaned))
    if match is None:
        return None
    count = int(match[1])
    return {"年半": (count * 12 + 6, 0), "年": (count * 12, 0), "月": (count, 0)}.get(match[2], (0, count))


def after(made_on: date | None, months: int, days: int, cleaned: str) -> Reading[date | None]:
    if made_on is None:
        return Reading(None, ("expiry_needs_production_date",), cleaned)
    if months > 1200 or days > 36_500:
        return Reading(None, ("expiry_unreadable",), cleaned)
    return Reading(date.fromordinal(add_months(made_on, months).toordinal() + days), (), cleaned)
