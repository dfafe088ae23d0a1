"""Cells that choose between a few answers, and cells that list several."""

import re
from typing import Literal

from ..workbook import CellValue
from .text import given, is_missing, text

Sex = Literal["male", "female"]

SEXES: dict[str, Sex] = {
    "男": "male",
    "男性": "male",
    "m": "male",
    "male": "male",
    "女": "female",
    "女性": "female",
    "f": "female",
    "female": "female",
    "男1": "male",
    "女2": "female",
}
YES = frozenset("是 有 √ ✓ ✔ ☑ ● y yes true 1 对 已 要 需要 愿意 同意".split())
NO = frozenset("否 无 没有 没 不 不是 × ✗ ✘ x n no false 0 未 不要 不需要 / - 不愿意".split())
LIST_SEPARATORS = re.compile(r"[、,;/|\\\n+&·]|\s+|以及|及|和(?=[\u4e00-\u9fff]{2})")
OUTER_SEPARATORS = re.compile(r"[、,;\n|]|\s*/\s*(?=[\u4e00-\u9fff])|\s+")


def sex(value: CellValue) -> Sex | None:
    return SEXES.get(text(value).lower())


def yes_no(value: CellValue) -> bool | None:
    """None when the cell says neither."""
    answer = text(value).lower()
    if answer in YES:
        return True
    return False if answer in NO else None


def several(value: CellValue) -> tuple[str, ...]:
    """高龄，失能/低保 → three words, each once, in their order."""
    words = [word.strip(" .。:：") for word in LIST_SEPARATORS.split(given(value))]
    return tuple(dict.fromkeys(word for word in words if not is_missing(word)))


def several_with_brackets(value: CellValue) -> tuple[str, ...]:
    """As `several`, but what stands in brackets stays with its word: 证（初级）（2024年3月到期）、证."""
    pieces, depth, current = [], 0, ""
    for character in given(value):
        depth += (character in "([【") - (character in ")]】")
        if depth <= 0 and OUTER_SEPARATORS.match(character):
            pieces.append(current)
            current = ""
        else:
            current += character
    words = (word.strip(" .。;:：") for word in [*pieces, current])
    return tuple(dict.fromkeys(word for word in words if not is_missing(word)))
