"""Which list is this? Every kind of list that communities keep, told apart by its headers and its title."""

import re
from collections.abc import Sequence

from .fields import header_forms
from .imported_lists import IMPORTED_LISTS
from .known_list import KnownList
from .other_lists import OTHER_LISTS

THRESHOLD = 3.4

KNOWN_LISTS = (*IMPORTED_LISTS, *OTHER_LISTS)
BY_KEY = {known.key: known for known in KNOWN_LISTS}


def recognise(headers: Sequence[str], title: str) -> tuple[KnownList | None, float]:
    """The kind that fits best, and how well. None when nothing fits."""
    forms = [form for header in headers for form in dict.fromkeys(header_forms(header)) if form]
    best = max(KNOWN_LISTS, key=lambda known: known.score(forms, title))
    points = best.score(forms, title)
    return (best, points) if points >= THRESHOLD else (None, points)


HEADER_SIGNS = re.compile(
    "|".join(sorted({sign for known in KNOWN_LISTS for sign, weight in known.headers.items() if weight > 0}))
)


def sounds_like_header(header: str) -> bool:
    """True for a short text that some list uses as a column's name."""
    whole, bare = header_forms(header)
    return 0 < len(whole) <= 24 and bool(
        HEADER_SIGNS.search(whole) or HEADER_SIGNS.search(bare) or bare in GENERAL_HEADERS
    )


GENERAL_HEADERS = frozenset(
    "序号 编号 备注 日期 时间 说明 单位 数量 地点 状态 类型 类别 金额 名称 内容 情况 年龄 性别 民族 职务 人数".split()
)
