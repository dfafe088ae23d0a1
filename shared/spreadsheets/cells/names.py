"""Names of people."""

import re
from functools import lru_cache

from ..workbook import CellValue
from .reading import Reading
from .text import is_formula, is_missing, text

BRACKETS = re.compile(r"[(\[【{〔<《]([^)\]】}〕>》]*)[)\]】}〕>》]?")
ALIAS = re.compile(r"^(?:小名|又名|别名|曾用名|原名|化名|外号|昵称|俗称)[:是叫为]?\s*(.+)$")
LABEL = re.compile(
    r"^(?P<label>姓名|名字|户主|本人|队员|成员|骨干|副?[队组会]长|秘书|志愿者|老人|居民|住户|租客|租户|承租人|房东|业主|联系人)[:]\s*"
)
SILENT_LABELS = frozenset("姓名 名字 户主 本人 队员 成员 志愿者 老人 居民 住户".split())
SIGNS = "★☆▲△●○◆◇■□※√✓✔*"
ALTERNATIVES = re.compile(r"\s*[/、;|\\]\s*|(?<=[\u4e00-\u9fff])\s*(?:或者?)(?=租|业|其)")
COURTESY = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:先生|女士|同志)$")
NUMBER_TAIL = re.compile(r"[\s:,/]*\+?[\d][\d\s-]{5,}$|[*#\d①-⑳]+$")
HAN = re.compile(r"[\u3400-\u9fff]")
DOTS = re.compile(r"[•・．.‧∙﹒]")
HAN_SPACE = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
NOBODY = re.compile(
    r"^(?:[xX×*某?~…]+|.?某某?|无人.*|空户|空房|空置房?|.*待核.*|姓名不?详|.*未知.*|敲门.*|锁门|未入住"
    r"|户主不在|无名氏?|没人|(?:都|暂|均)?(?:不|未|没)在家?|拒绝.*|拒(?:访|登|不.*)|不配合.*|不愿.*|(?:未|没|不)(?:开门|应门|登记|入户|上门)"
    r"|(?:家中|家里|屋内|暂|长期)无人.*|(?:已|全家|早已)?(?:搬走|搬离|搬家|迁走|迁出)|外出(?:务工|打工|未归)?|(?:已|待|整套)?出租|待租|待售"
    r"|装修中?|无应答|联系不上|租客|租户|住户|业主|房东|居民|户主|本人)$"
)


def person_name(value: CellValue) -> Reading[str]:
    """A name without spaces, brackets, labels, signs or telephone numbers; '' when the cell names nobody.

    What stood in brackets, a label that says more than 姓名, and what was written instead of a name is in `kept`,
    pieces separated by `；`. Warning `second_name`: the cell names more people, who are kept likewise.
    """
    if is_formula(value):
        return Reading("", ("formula",), text(value))
    name, remarks, others = read_name(text(value))
    return Reading(name, ("second_name",) if others else (), "；".join((*remarks, *others)) or None)


@lru_cache(maxsize=65536)
def read_name(cleaned: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(name, remarks, other people of the cell)."""
    if is_missing(cleaned):
        return "", (), ()
    remarks = [remark.strip() for remark in BRACKETS.findall(cleaned) if remark.strip()]
    bare = BRACKETS.sub("", cleaned).strip().strip(SIGNS).strip()
    if label := LABEL.match(bare):
        remarks += [label["label"]] if label["label"] not in SILENT_LABELS else []
        bare = bare[label.end() :]
    name, *others = [part for part in ALTERNATIVES.split(bare) if part] or [""]
    name = NUMBER_TAIL.sub("", name).strip(f" ,.、:;-_{SIGNS}")
    name = HAN_SPACE.sub("", DOTS.sub("·", name))
    name = COURTESY.sub("", name)
    if is_missing(name) or NOBODY.match(name) or name.isdigit():
        return "", (*remarks, *([name] if says_why(name) else []), *others), ()
    return name, tuple(remarks), tuple(part for part in others if HAN.search(part))


def says_why(name: str) -> bool:
    """不在家 is worth keeping, × is not."""
    return len(HAN.findall(name)) > 1


def name_key(name: str) -> str:
    """What two spellings of one name have in common."""
    return name.replace(" ", "").replace("·", "").lower()


def alias_of(remark: str) -> str | None:
    """小名二娃 → 二娃; None when the remark is not another name."""
    match = ALIAS.match(remark)
    return match[1].strip() if match else None
