"""What a row is: data, or one of the many things that stand among data."""

import re
from collections.abc import Sequence
from typing import Literal

from .cells import given, is_missing

RowClass = Literal["data", "title", "header", "section", "blank", "total", "note", "example"]

Texts = list[tuple[int, str]]
"""The cells that hold something: (column from 0, half-width text)."""

TOTAL = re.compile(
    r"^(?:合计|小计|总计|共计|累计|总数|总人数|总户数|本页合计|本页小计|页计|平均|平均值|汇总|总和|合計|subtotal"
    r"|total)[::]?[\d.,人户个栋名份%年月元件]*$",
    re.IGNORECASE,
)
COUNT_SENTENCE = re.compile(r"^(?:以上)?(?:合计|共计?|总计)[::]?\d+(?:人|户|个|栋|名|份|条|处|件)")
NOTE = re.compile(
    r"^(?:注[::\d]|注意|备注[::]|附注|说明[::]|填[表报写]说明|填报要求|填写说明|温馨提示|提示[::]|特此说明"
    r"|数据来源|资料来源|统计口径|统计截[至止]|截[至止]\d|以上|以下|※|★|\*{1,3}[^\d]|本表|续表|接上[页表]"
    r"|第\d+页|年龄[::]|年龄.{0,4}虚岁|此表|[--]{2,}|="
    r"|\(?以下空白|\(?以下无正文)"
)
SIGNATURE = re.compile(
    r"^(?:填[表报]人|制表人?|审核人?|复核人?|负责人|单位负责人|经办人|填[表报]单位|填[表报]日期|填报时间"
    r"|制表日期|填表日期|统计日期|打印日期|上报日期|报送单位|主管|分管领导|领导签字|签字|盖章|日期|联系人"
    r"|联系电话|保管员|仓管员|库管员?|管理员|记录人|清点人|盘点人|监盘人?|核对人|制单人?|会计|出纳|汇总人|统计人"
    r"|校对|录入人?|社区书记|主任)(?:签字|签名|\(签字\)|\(签章\)|\(盖章\))?[::]"
)
EXAMPLE = re.compile(
    r"^(?:\(?(?:填写)?(?:示例|样例|范例|举例)\d?\)?(?:[::].*|行)?|例[::)\d].*|例如.*|例)$|[(\[](?:示例|样例|范例"
    r"|例)[)\]]"
)
LABELLED = re.compile(r"^(?!户主|姓名|名称)[\u4e00-\u9fff]{2,8}[::].+")
SECTION_BRACKETS = re.compile(r"^[【\[〖『「(](.+)[】\]〗』」)]$")
PLACE = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]+[、.)])?\s*[^\s,;:。!?]{0,24}(?:栋|幢|号楼|楼|院|小区|苑|园|组|单元|片区"
    r"|网格|社区|村|队|排|区|座|公寓|家属院|花园|城|里|坊|号)$"
)
ENUMERATED = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)|第[一二三四五六七八九十\d]+[部章节组])"
)


def classify(
    texts: Texts, *, serial: int | None, main: Sequence[int], titles: frozenset[str], merged_across: bool
) -> RowClass:
    """The class of a row below the header that does not repeat the header.

    `serial` is the column of running numbers, `main` the columns that name the row's subject.
    """
    if not texts or (len(texts) == 1 and texts[0][0] == serial and re.fullmatch(r"\d+(?:\.0)?", texts[0][1])):
        return "blank"
    if is_total(texts):
        return "total"
    if any(EXAMPLE.search(text) for _, text in texts[:4]):
        return "example"
    if is_note(texts, main):
        return "note"
    if len(texts) == 1 or (merged_across and len({text for _, text in texts}) == 1):
        return single_cell(texts[0][0], texts[0][1], main, titles, merged_across)
    return "data"


def is_total(texts: Texts) -> bool:
    return any(TOTAL.match(packed := text.replace(" ", "")) or COUNT_SENTENCE.match(packed) for _, text in texts[:3])


def is_note(texts: Texts, main: Sequence[int]) -> bool:
    first_column, first = texts[0]
    if SIGNATURE.match(first) and all(SIGNATURE.match(text) or column not in main for column, text in texts):
        return True
    return len(texts) <= 2 and first_column not in main and bool(NOTE.match(first))


def single_cell(column: int, text: str, main: Sequence[int], titles: frozenset[str], merged_across: bool) -> RowClass:
    """A row of one cell: a section, a repeated title, a note; or data when it names the row's subject."""
    if text in titles:
        return "title"
    if SECTION_BRACKETS.match(text):
        return "section"
    if NOTE.match(text) or SIGNATURE.match(text):
        return "note"
    if column in main and not merged_across:
        return "note" if LABELLED.match(text) else "data"
    if len(text) <= 30 and (PLACE.match(text) or ENUMERATED.match(text)):
        return "section"
    if column == 0 or merged_across:
        return (
            "note" if re.search(r"[,。;:!?]|\d{5}", text) or len(text) > 16 else "section" if merged_across else "note"
        )
    return "data"


def section_name(text: str) -> str:
    """【1号楼】 → 1号楼; 一、1号楼 → 1号楼."""
    match = SECTION_BRACKETS.match(text)
    return ENUMERATED.sub("", match[1] if match else text).strip(" :：、")


def says_void(texts: Texts) -> bool:
    """True when a row was struck out: 作废, 已作废, 此行作废."""
    return any(
        re.fullmatch(r"[(\[【]?(?:此[行条单])?(?:已|本行|本条)?作废[)\]】]?(?:[,，;；。(].*)?", text)
        for _, text in texts
    )


def texts_of(cells: Sequence[object]) -> Texts:
    return [
        (column, cleaned)
        for column, value in enumerate(cells)
        if value is not None and (cleaned := given_or_mark(value))
    ]


def given_or_mark(value: object) -> str:
    """A cell's text; a dash or a slash alone is no content."""
    cleaned = given(value)  # type: ignore[arg-type]
    return "" if is_missing(cleaned) else cleaned
