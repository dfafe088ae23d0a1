"""The rows that were not taken, as a spreadsheet to put right and send again."""

from collections.abc import Iterable, Sequence
from typing import Any

from shared.imports.rules import words_of
from shared.spreadsheets.records import raw_cells
from shared.spreadsheets.workbook import column_index
from shared.spreadsheets.writing import Written

NOT_TAKEN = ("refused", "held")
REASONS = "说明 Reasons"
REASONS_HEAD = ("表 Sheet", "本表行 Row here", "原表行 Row there", "列 Column", "列名 Header", "内容 Text", "原因", "Reason")


def corrections(sheets: Sequence[dict[str, Any]], outcomes: Iterable[Any]) -> list[Written]:
    """One sheet for each list that has such rows, under the headers it came with, and a last one that says why.

    `sheets` is that part of the import's report, `outcomes` its rows in the order of the file. A heading between the rows
    of the original (e.g. `3栋`) is not there any more: rows that need it get their place in a column.
    """
    by_list: dict[int, list[Any]] = {}
    for outcome in outcomes:
        if (number := list_of(sheets, outcome)) is not None:
            by_list.setdefault(number, []).append(outcome)
    lists = [written_list(sheets[number], rows) for number, rows in sorted(by_list.items())]
    reasons = [line for number, rows in sorted(by_list.items()) for line in reasons_of(sheets[number], rows)]
    return [*lists, Written(REASONS, [REASONS_HEAD, *reasons])]


def list_of(sheets: Sequence[dict[str, Any]], outcome: Any) -> int | None:
    """The last list of that sheet that begins above the row."""
    found = None
    for number, sheet in enumerate(sheets):
        if sheet["sheet"] == outcome.sheet and outcome.row > max(sheet["header_rows"], default=0):
            found = number
    return found


def written_list(sheet: dict[str, Any], outcomes: Sequence[Any]) -> Written:
    head: list[str] = []
    for column in sheet["columns"]:
        index = column_index(column["letter"])
        head += [""] * (index + 1 - len(head))
        head[index] = column["header"]
    rows = [raw_cells(outcome.raw) for outcome in outcomes]
    marked = frozenset((line, column_index(outcome.column))
                       for line, outcome in enumerate(outcomes, start=1) if outcome.column)
    return Written(sheet["sheet"], [head, *rows], marked)


def reasons_of(sheet: dict[str, Any], outcomes: Sequence[Any]) -> list[tuple[str, ...]]:
    said = []
    for line, outcome in enumerate(outcomes, start=2):
        zh, en = words_of(outcome.code) if outcome.code else ("", "")
        said.append((sheet["sheet"], str(line), str(outcome.row), outcome.column or "", outcome.header or "", outcome.text, zh, en))
    return said
