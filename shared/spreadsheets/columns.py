"""Columns → fields: by header first, by content where the header is missing, unknown or contradicted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .content import CANONICAL, class_of_column
from .fields import ListKind
from .headers import Header
from .lists import BY_KEY, KnownList, recognise
from .workbook import CellValue, Row, column_letter

SUBJECTS = (
    "name",
    "head_name",
    "courtyard_name",
    "community_name",
    "organisation_name",
    "item",
    "hazards",
    "house_code",
)
UNMISTAKABLE = ("id_number", "phone")
TELLING = (*UNMISTAKABLE, "name")
SAMPLED_ROWS = 400
MAX_BLOCKS = 4


@dataclass(frozen=True, slots=True)
class Column:
    """`block` counts lists that stand side by side with the same headers; `by_content` when no header said so."""

    index: int
    header: str
    field: str | None
    block: int = 0
    by_content: bool = False

    @property
    def letter(self) -> str:
        return column_letter(self.index)


def map_columns(
    rows: Sequence[Row], header: Header | None, kinds: Mapping[str, ListKind], known: KnownList | None, title: str
) -> tuple[list[Column], KnownList | None]:
    """The columns, and the kind of list (which content alone may have to tell)."""
    width = max((len(row.cells) for row in rows[:SAMPLED_ROWS]), default=0)
    texts = header.texts if header else []
    contents = {index: class_of_column(cells_of(rows, index)) for index in range(max(width, len(texts)))}
    if known is None:
        pseudo = [CANONICAL[kind] for kind in dict.fromkeys(contents.values()) if kind]
        named = [words for words in texts if words]
        known = (
            recognise([*named, *pseudo], title)[0]
            if {"身份证号", "联系电话"} & set(pseudo) and "姓名" in {*pseudo, *named}
            else None
        )
    kind = kinds.get(known.key) if known else None
    if kind is None:
        return [Column(index, words, None) for index, words in enumerate(texts) if words], known
    return correct_by_content(columns_by_header(kind, header, contents), contents, kind), known


def columns_by_header(kind: ListKind, header: Header | None, contents: Mapping[int, str | None]) -> list[Column]:
    texts = header.texts if header else []
    blocks = side_by_side(texts)
    columns = []
    for index in contents:
        words = texts[index] if index < len(texts) else ""
        group = header.groups[index] if header and index < len(header.groups) else ""
        field = kind.field_of_pair(group, words) if words or group else None
        if words or group or contents[index]:
            columns.append(Column(index, f"{group} {words}".strip(), field, blocks.get(index, 0)))
    return columns


def correct_by_content(columns: list[Column], contents: Mapping[int, str | None], kind: ListKind) -> list[Column]:
    """Unknown columns take the field their cells show; a header that its cells contradict gives way."""
    corrected = []
    for column in columns:
        content = contents.get(column.index)
        if content in UNMISTAKABLE and column.field in UNMISTAKABLE and content != column.field:
            column = Column(column.index, column.header, content, column.block, by_content=True)
        corrected.append(column)
    taken = {column.field for column in corrected}
    result = []
    for column in corrected:
        content = contents.get(column.index)
        if (
            column.field is None
            and content in kind.keys
            and content not in taken
            and (not column.header or content in TELLING)
        ):
            taken.add(content)
            column = Column(column.index, column.header, content, column.block, by_content=True)
        result.append(column)
    return result


def side_by_side(texts: Sequence[str]) -> dict[int, int]:
    """Column → block, when the same headers come several times beside each other: 姓名 电话 | 姓名 电话."""
    named = [(index, words) for index, words in enumerate(texts) if words]
    for blocks in range(MAX_BLOCKS, 1, -1):
        period, rest = divmod(len(named), blocks)
        if rest or period < 2:
            continue
        if all(named[position][1] == named[position % period][1] for position in range(len(named))):
            return {index: position // period for position, (index, _) in enumerate(named)}
    return {}


def main_columns(columns: Sequence[Column]) -> list[int]:
    """Columns that name the subject of a row: a single cell there is data, not a note."""
    for subject in SUBJECTS:
        if found := [column.index for column in columns if column.field == subject]:
            return found
    return []


def cells_of(rows: Sequence[Row], index: int) -> list[CellValue]:
    return [row.cells[index] for row in rows[:SAMPLED_ROWS] if index < len(row.cells)]


def known_list(key: str) -> KnownList:
    return BY_KEY[key]
