"""Reads tables that older systems export as HTML or XML under the name .xls."""

import re
from html.parser import HTMLParser

from .unreadable import UnreadableFile
from .workbook import Merge, Row, Sheet, Workbook, non_blank

MARKUP = re.compile(r"<\s*(html|table|!doctype\s+html|\?xml|\?mso|style|meta|head)", re.IGNORECASE)
TABLE_INSIDE = re.compile(r"<\s*(table|(\w+:)?worksheet)\b", re.IGNORECASE)
SHEET_TAGS = {"table"}
ROW_TAGS = {"tr", "row"}
CELL_TAGS = {"td", "th", "cell"}
MAX_SPAN = 300


def looks_like_markup(text: str) -> bool:
    return bool(MARKUP.match(text.lstrip()[:200]))


def read_markup(text: str, file_name: str, encoding: str) -> Workbook:
    """Raises `UnreadableFile` when the markup holds no table."""
    if not TABLE_INSIDE.search(text):
        raise UnreadableFile("not_a_spreadsheet")
    reader = TableReader()
    reader.feed(text)
    reader.close()
    if reader.in_row:
        raise UnreadableFile("file_truncated")
    kind = "xml" if text.lstrip()[:5].lower() == "<?xml" else "html"
    return Workbook(file_name=file_name, format=kind, sheets=reader.sheets, encoding=encoding)


class TableReader(HTMLParser):
    """Rows and cells of every table, with spans; an XML spreadsheet has the same shape under other names."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self.sheet_title = ""
        self.row_number = 0
        self.cells: list[str | None] = []
        self.text: list[str] | None = None
        self.width = 1
        self.in_row = False
        self.covered: dict[int, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name, attributes = tag.rsplit(":", 1)[-1], {key.rsplit(":", 1)[-1]: value or "" for key, value in attrs}
        if name == "worksheet":
            self.sheet_title = attributes.get("name", "")
        elif name in SHEET_TAGS:
            self.sheets.append(Sheet(name=self.sheet_title or f"table{len(self.sheets) + 1}"))
            self.row_number, self.covered = 0, {}
        elif name in ROW_TAGS:
            self.finish_row()
            self.row_number = whole(attributes.get("index")) or self.row_number + 1
            self.in_row = True
        elif name in CELL_TAGS:
            self.start_cell(attributes)
        elif name == "br" and self.text is not None:
            self.text.append("\n")

    def start_cell(self, attributes: dict[str, str]) -> None:
        self.finish_cell()
        index = whole(attributes.get("index"))
        while index and len(self.cells) < min(index - 1, MAX_SPAN):
            self.cells.append(None)
        while not index and self.covered.get(len(self.cells), 0) >= self.row_number:
            self.cells.append(None)
        self.text = []
        self.width = min(whole(attributes.get("colspan")) or whole(attributes.get("mergeacross")) + 1, MAX_SPAN)
        down = min(whole(attributes.get("rowspan")) or whole(attributes.get("mergedown")) + 1, MAX_SPAN)
        if self.sheets and (self.width > 1 or down > 1):
            column = len(self.cells)
            merge = Merge(self.row_number, column, self.row_number + down - 1, column + self.width - 1)
            self.sheets[-1].merges.append(merge)
            self.covered |= {covered: merge.last_row for covered in range(column, merge.last_column + 1) if down > 1}

    def handle_endtag(self, tag: str) -> None:
        name = tag.rsplit(":", 1)[-1]
        if name in CELL_TAGS:
            self.finish_cell()
        elif name in ROW_TAGS or name in SHEET_TAGS:
            self.finish_row()

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def finish_cell(self) -> None:
        if self.text is None:
            return
        self.cells.append("".join(self.text).strip() or None)
        self.cells.extend([None] * (self.width - 1))
        self.text, self.width = None, 1

    def finish_row(self) -> None:
        self.finish_cell()
        if self.in_row and self.sheets:
            row = Row(self.row_number, tuple(self.cells))
            if non_blank(row):
                self.sheets[-1].rows.append(row)
        self.cells, self.in_row = [], False


def whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
