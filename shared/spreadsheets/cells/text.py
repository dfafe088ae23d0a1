"""Text as it was meant: half width, without what cannot be seen."""

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache

from ..workbook import CellValue

INVISIBLE = dict.fromkeys(
    [
        *range(9),
        0x0B,
        0x0C,
        *range(0x0E, 0x20),
        0x7F,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        0x2060,
        0xFEFF,
        0xFFFC,
        0x00AD,
    ]
)
SPACES = re.compile(r"\s+")
WIDE_SIGNS = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
EXACT_WHOLE_NUMBERS = 10**15

MISSING = frozenset(
    "无 没有 暂无 无。 未提供 不详 未知 不明 不清楚 不清 未填 未登记 待补 待核 待核实 待查 空 空白 缺 / \\ // "
    "- -- --- — —— ─ _ . 。 、 … ... ...... ? ？ * × x xx "
    "null none nil n/a na #n/a #ref! #value! #name? #div/0! #null! #num! nan".split()
)


def text(value: CellValue) -> str:
    """Half width, trimmed, inner spaces single, a leading apostrophe and invisible characters gone. Blank is ''."""
    if isinstance(value, str):
        return clean(value) if value else ""
    return "" if value is None else number_text(value)


@lru_cache(maxsize=65536)
def clean(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        value = unicodedata.normalize("NFKC", value.translate(INVISIBLE))
    value = SPACES.sub(" ", value).strip()
    if value.endswith(".0") and value[:-2].isdigit():
        return value[:-2]
    return value[1:].lstrip() if value[:1] in "'`’‘" else value


def number_text(value: int | float | bool | datetime | date | time) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT_WHOLE_NUMBERS else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def kept_text(value: CellValue) -> str:
    """Text to keep and show: as `text`, but Chinese punctuation stays as it was written."""
    if not isinstance(value, str):
        return text(value)
    narrow = WIDE_SIGNS.sub(lambda match: match[0].translate(NARROW), value.translate(INVISIBLE))
    narrow = SPACES.sub(" ", narrow).strip()
    return narrow[1:].lstrip() if narrow[:1] == "'" else narrow


def is_missing(cleaned: str) -> bool:
    """True for a blank and for the many ways to write that something is not known."""
    return not cleaned or cleaned.lower() in MISSING


def given(value: CellValue) -> str:
    """The text of a cell, or '' when it says that there is nothing."""
    cleaned = text(value)
    return "" if is_missing(cleaned) else cleaned


def is_formula(value: CellValue) -> bool:
    """Text that a spreadsheet would execute. It is text here and stays text."""
    return isinstance(value, str) and bool(re.match(r"\s*(=|@\w|[+\-]\s*[A-Za-z]+\()", value))


def compact(cleaned: str) -> str:
    """For comparing: no spaces, lower case."""
    return cleaned.replace(" ", "").lower()
