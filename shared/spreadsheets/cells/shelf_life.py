"""Until when goods may be used: a date, or so long after they were made."""

import re
from datetime import date, timedelta

from ..workbook import CellValue
from .dates import DateRead, add_months, end_of_month, read_date
from .numbers import chinese_to_digits
from .reading import Reading
from .text import is_missing, text

ON_THE_PACKAGE = re.compile(r"见|包装|瓶身|标签")
FOR_EVER = re.compile(r"长期|永久|无限期|不限|终身")
SPAN = re.compile(r"^(?:保质期|有效期|保质)?[:为]?(\d+)(?:个)?(年半|年|月|日|天)")
HALF_YEAR = re.compile(r"^半年")
BEGINS = re.compile(r"^(?:有效期|保质期|使用期限|使用期|效期|有效|保质)?[:为]?(?:截至|截止|至|到)?[:]?(?:于|到|至)?(?=\d)")
BEFORE = re.compile(r"\s*(?:之前|以前|前)(?:有效|使用|用完|食用|饮用)*$")
ENDS = re.compile(r"\s*(?:为止|止|到期|有效|过期|失效)+$")
LAST_DAYS = re.compile(r"(?<=[年月])(?:底|末)$")
FROM_TO = re.compile(r"^\d{4}\s*[-/.年]?.*?(?:至|到|~|—+|–|--|-)\s*(?=\d{4}\s*[-/.年])")


def expiry(value: CellValue, made_on: date | None, epoch_1904: bool = False) -> Reading[date | None]:
    """A month given without a day ends with that month. Warnings: `expiry_missing`, `expiry_on_package`,
    `expiry_unreadable`, `expiry_needs_production_date`, `bad_date`.
    """
    cleaned = text(value)
    if is_missing(cleaned):
        return Reading(None, ("expiry_missing",), cleaned or None)
    if keeps_for_ever(cleaned):
        return Reading(None, (), cleaned)
    read = last_good_day(value, cleaned, epoch_1904)
    if read.value is not None:
        return Reading(last_day(read.value), (), None if says_the_day(value, read.value, epoch_1904) else cleaned)
    span = span_of(cleaned)
    if span is not None:
        return after(made_on, *span, cleaned)
    if "bad_date" in read.warnings:
        return Reading(None, ("bad_date",), cleaned)
    return Reading(None, ("expiry_on_package" if ON_THE_PACKAGE.search(cleaned) else "expiry_unreadable",), cleaned)


def keeps_for_ever(cleaned: str) -> bool:
    return bool(FOR_EVER.search(cleaned))


def last_good_day(value: CellValue, cleaned: str, epoch_1904: bool) -> Reading[DateRead | None]:
    """至2023年1月, 截至2023.5.1, 2023.1.31前使用, 2022年底; of 2021.5.1-2023.5.1 the later day. 前 of a month or a year is
    the day before it begins.
    """
    plain = ENDS.sub("", FROM_TO.sub("", BEGINS.sub("", cleaned)))
    until = BEFORE.sub("", plain)
    read = read_date(LAST_DAYS.sub("", until) if isinstance(value, str) else value, epoch_1904=epoch_1904)
    is_before = until != plain and not LAST_DAYS.search(until)
    if read.value is not None and is_before and read.value.precision != "day":
        return Reading(DateRead(read.value.day - timedelta(days=1)))
    return read


def says_the_day(value: CellValue, read: DateRead, epoch_1904: bool) -> bool:
    """True when the cell is that day and nothing else."""
    whole = read_date(value, epoch_1904=epoch_1904).value
    return whole is not None and whole == read and read.precision == "day"


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
