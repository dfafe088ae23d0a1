"""Writes a spreadsheet that no program executes anything of, whatever people once wrote into its cells."""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

STARTS = frozenset("=+-@\t\r\n|%＝＋－＠｜％'`’‘")
"""What a cell must not begin with: spreadsheet programs take it for a formula or a command, or for our apostrophe."""
LONGEST_NAME = 31
NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))


class Written(NamedTuple):
    """One sheet. `marked`: cells to look at, by (row, column) from 0."""

    name: str
    rows: Sequence[Sequence[str]]
    marked: frozenset[tuple[int, int]] = frozenset()


def neutral(text: str) -> str:
    """With an apostrophe before what would be executed, also after the cell is saved as CSV. `cells.text` takes it off."""
    return f"'{text}" if text[:1] in STARTS else text


def xlsx_of(sheets: Sequence[Written]) -> bytes:
    """Slow for many rows: not on the event loop."""
    # Not above: an application that writes nothing needs no spreadsheet library in its memory.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import PatternFill

    yellow = PatternFill("solid", fgColor="FFF2CC")
    book = Workbook(write_only=True)
    for written, name in zip(sheets, names_of(sheets), strict=True):
        sheet = book.create_sheet(name)
        for row, texts in enumerate(written.rows):
            cells = [WriteOnlyCell(sheet, value=neutral(storable(text))) for text in texts]
            for column, cell in enumerate(cells):
                cell.data_type = "s"
                if (row, column) in written.marked:
                    cell.fill = yellow
            sheet.append(cells)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def storable(text: str) -> str:
    """XML cannot hold control characters, nor a spreadsheet's cell more than this."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")[:32_000]


def names_of(sheets: Sequence[Written]) -> list[str]:
    """As spreadsheet programs allow them: short, without some signs, each only once whatever its case."""
    names: list[str] = []
    for sheet in sheets:
        name = storable(sheet.name).translate(NOT_IN_A_NAME).strip("' ")[:LONGEST_NAME] or "Sheet"
        count = 1
        while name.lower() in {used.lower() for used in names}:
            count += 1
            ending = f" ({count})"
            name = name.removesuffix(f" ({count - 1})")[: LONGEST_NAME - len(ending)] + ending
        names.append(name)
    return names
