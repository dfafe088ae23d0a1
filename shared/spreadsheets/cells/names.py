"""Names of people."""

import re
from functools import lru_cache

from ..workbook import CellValue
from .reading import Reading
from .text import is_formula, is_missing, text

BRACKETS = re.compile(r"[(\[【{〔<《]([^)\]】}〕>》]*)[)\]】}〕>》]?")
ALIAS = re.compile(r"^(?:小名|又名|别名|曾用名|原名|化名|外号|昵称|俗称)[:是叫为]?\s*(.+)$")
LABEL = re.compile(r"^(?:姓名|名字|户主|本人)[:]\s*")
COURTESY = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:先生|女士|同志)$")
NUMBER_TAIL = re.compile(r"[\s:,/]*\+?[\d][\d\s-]{5,}$|[*#\d①-⑳]+$")
DOTS = re.compile(r"[•・．.‧∙﹒]")
HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
NOBODY = re.compile(
    r"^(?:[xX×*某?~…]+|.?某某?|无人.*|空户|空房|空置房?|.*待核.*|姓名不?详|.*未知.*|敲门无人.*|锁门|未入住"
    r"|户主不在|无名氏?|没人)$"
)


def person_name(value: CellValue) -> Reading[str]:
    """A name without spaces, brackets or telephone numbers; '' when the cell names nobody.

    What stood in brackets is in `kept`, pieces separated by `；`.
    """
    if is_formula(value):
        return Reading("", ("formula",), text(value))
    name, remarks = read_name(text(value))
    return Reading(name, (), remarks or None)


@lru_cache(maxsize=65536)
def read_name(cleaned: str) -> tuple[str, str]:
    if is_missing(cleaned):
        return "", ""
    remarks = [remark.strip() for remark in BRACKETS.findall(cleaned) if remark.strip()]
    name = LABEL.sub("", BRACKETS.sub("", cleaned)).strip()
    name = NUMBER_TAIL.sub("", name).strip(" ,.、:;-_")
    name = HAN_SPACE.sub("", DOTS.sub("·", name))
    name = COURTESY.sub("", name)
    if is_missing(name) or NOBODY.match(name) or name.isdigit():
        return "", "；".join(remarks)
    return name, "；".join(remarks)


def name_key(name: str) -> str:
    """What two spellings of one name have in common."""
    return name.replace(" ", "").replace("·", "").lower()


def alias_of(remark: str) -> str | None:
    """小名二娃 → 二娃; None when the remark is not another name."""
    match = ALIAS.match(remark)
    return match[1].strip() if match else None
