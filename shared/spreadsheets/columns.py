"""Columns → fields: by header first, by content where the header is missing, unknown or contradicted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .content import CANONICAL, class_of_column
from .fields import OTHER_PEOPLE, ListKind
from .headers import Header
from .lists import KnownList, recognise
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
NAMES = ("name", "head_name")
SAMPLED_ROWS = 400
MAX_BLOCKS = 4
SHARED = -1
"""The block of columns that hold for every list of the row: 序号 | 姓名 电话 | 姓名 电话."""


@dataclass(frozen=True, slots=True)
class Column:
    """`block` counts lists side by side with the same headers, or is SHARED; `by_content` when no header said so."""

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
    columns = []
    for index in contents:
        words = texts[index] if index < len(texts) else ""
        group = header.groups[index] if header and index < len(header.groups) else ""
        field = kind.field_of_pair(group, words) if words or group else None
        if words or group or contents[index]:
            columns.append(Column(index, f"{group} {words}".strip(), field))
    blocks = side_by_side([(texts[column.index], column) for column in columns if column.index < len(texts)])
    return [replace(column, block=blocks.get(column.index, 0)) for column in columns]


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
            and not OTHER_PEOPLE.search(column.header)
        ):
            taken.add(content)
            column = Column(column.index, column.header, content, column.block, by_content=True)
        result.append(column)
    return result


def side_by_side(columns: Sequence[tuple[str, Column]]) -> dict[int, int]:
    """Column → block, when the same headers come several times beside each other: 姓名 电话 | 姓名 电话."""
    said = [(words, column.field) for words, column in columns]
    places = [column.index for _, column in columns]
    for blocks in range(MAX_BLOCKS, 1, -1):
        period, rest = divmod(len(said), blocks)
        if rest or period < 2 or not any(words for words, _ in said):
            continue
        if all(said[position] == said[position % period] for position in range(len(said))):
            return {index: position // period for position, index in enumerate(places)}
    return dict(zip(places, from_name_to_name(said), strict=True))


def from_name_to_name(said: Sequence[tuple[str, str | None]]) -> list[int]:
    """A name that comes again begins the next list; what stands before all of them or behind all of them is shared."""
    names = [pair for pair in said if pair[0] and pair[1] in NAMES]
    starts = [position for position, pair in enumerate(said) if names and pair == names[0]]
    if len(starts) < 2:
        return [0] * len(said)
    while starts[0] and len({said[start - 1] for start in starts}) == 1:
        starts = [start - 1 for start in starts]
    first = said[starts[0] : starts[1]]
    blocks = [sum(start <= position for start in starts) - 1 for position in range(len(said))]
    behind = range(starts[-1], len(said))
    return [
        SHARED if block < 0 or (position in behind and said[position] not in first) else block
        for position, block in enumerate(blocks)
    ]


def main_columns(columns: Sequence[Column]) -> list[int]:
    """Columns that name the subject of a row: a single cell there is data, not a note."""
    for subject in SUBJECTS:
        if found := [column.index for column in columns if column.field == subject]:
            return found
    return []


def cells_of(rows: Sequence[Row], index: int) -> list[CellValue]:
    return [row.cells[index] for row in rows[:SAMPLED_ROWS] if index < len(row.cells)]
