"""Header texts → fields. A kind of list says in a table which words mean which field."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .cells import compact, text
from .workbook import CellValue

BRACKETS = re.compile(r"[(\[【][^)\]】]*[)\]】]?")
MARKS_OF_BRACKETS = re.compile(r"[()\[\]【】]")
NUMBERING = re.compile(r"^(?:\d+|[一二三四五六七八九十]+)[、.)]")
NUMBERED = re.compile(r"(?<=\D)[\d①-⑨]$")
MARKS = re.compile(r"[*★※:#_\"'“”]|必填|选填")
OTHERS = (
    "家属|亲属|监护|赡养|抚养|子女|儿女|儿子|女儿|配偶|老伴|家长|父亲|母亲|父母|紧急|联络人|委托|照料|照护|房东|业主|户主|网格"
    "|社工|医生|护理|帮扶|包保|责任人|负责人|楼栋长|楼长|组长|走访|随访|结对|填表|填报|采集|核查|审核|领取|签收|经办|检查人"
    "|介绍人|推荐人|担保|物业"
)
"""Words of headers that speak of somebody else than the person of the row."""
OTHER_PEOPLE = re.compile(f"{OTHERS}|登记人|巡查人|学校|单位电话")


@dataclass(frozen=True)
class Field:
    """A field of a list. `words` are whole header texts, `pattern` finds it inside others unless `unless` does.

    `fills`: the field is often one merged cell over several rows, so that a blank repeats what stands above.
    """

    key: str
    words: str = ""
    pattern: str = ""
    unless: str = ""
    fills: bool = False


@dataclass(frozen=True)
class ListKind:
    """A kind of list that can be imported: its key, and its fields in the order in which they are tried."""

    key: str
    fields: tuple[Field, ...]

    @cached_property
    def words(self) -> dict[str, str]:
        table: dict[str, str] = {}
        for field in self.fields:
            for word in field.words.split():
                table.setdefault(word.lower(), field.key)
        return table

    @cached_property
    def patterns(self) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...]:
        return tuple(
            (field.key, re.compile(field.pattern), re.compile(field.unless) if field.unless else None)
            for field in self.fields
            if field.pattern
        )

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(field.key for field in self.fields)

    @cached_property
    def filling(self) -> frozenset[str]:
        return frozenset(field.key for field in self.fields if field.fills)

    def field_of(self, header: str) -> str | None:
        """The field a header text stands for, or None."""
        whole, bare = header_forms(header)
        if not whole:
            return None
        if exact := self.words.get(whole):
            return exact
        if bare != whole and OTHER_PEOPLE.search(whole) and not OTHER_PEOPLE.search(bare):
            # 联系电话（家属） is 家属联系电话, not the person's own.
            whole = MARKS_OF_BRACKETS.sub("", whole.removeprefix(bare)) + bare
        elif exact := self.words.get(bare) or self.words.get(NUMBERED.sub("", bare)):
            return exact
        for key, pattern, unless in self.patterns:
            if pattern.search(whole) and not (unless and unless.search(whole)):
                return key
        return None

    def field_of_pair(self, upper: str, lower: str) -> str | None:
        """A header of two rows: a group such as 家属信息 over 姓名."""
        if upper and lower and OTHER_PEOPLE.search(upper) and not OTHER_PEOPLE.search(lower):
            return self.field_of(f"{upper}{lower}")
        return (self.field_of(lower) if lower else None) or (self.field_of(upper) if upper else None)


def header_text(value: CellValue) -> str:
    """A header as it is shown in reports: one line, half width."""
    return text(value)


def header_forms(header: str) -> tuple[str, str]:
    """(whole, without brackets): no spaces, numbering, marks or colons."""
    whole = MARKS.sub("", NUMBERING.sub("", compact(text(header)))).replace("()", "")
    return whole, BRACKETS.sub("", whole) or whole


def extend(base: Iterable[Field], *more: Field) -> tuple[Field, ...]:
    """More fields before the base ones, which they replace where the key is the same."""
    replaced = {field.key for field in more}
    return (*more, *(field for field in base if field.key not in replaced))
