"""From a workbook to its lists, and from outcomes by list to judgements by sheet."""

from collections.abc import Mapping, Sequence

from .fields import ListKind
from .outcomes import Outcome, SheetJudgement
from .tables import Table, read_tables
from .workbook import Sheet, Workbook


def tables_of(workbook: Workbook, kinds: Mapping[str, ListKind]) -> list[Table]:
    """All lists of all sheets, in order."""
    return [table for sheet in workbook.sheets for table in read_tables(sheet, kinds, workbook.file_name)]


def judgements_of(
    workbook: Workbook, tables: Sequence[Table], kinds: Mapping[str, ListKind], outcomes: Mapping[int, list[Outcome]]
) -> list[SheetJudgement]:
    """One judgement per list, and one per sheet that has none; no sheet is passed over in silence."""
    judgements: list[SheetJudgement] = []
    for sheet in workbook.sheets:
        own = [table for table in tables if table.sheet == sheet.name]
        judgements.extend(judgement_of(sheet, table, kinds, outcomes) for table in own)
        if not own:
            judgements.append(SheetJudgement(None, sheet.name, None, notes=("sheet_empty",)))
    return judgements


def judgement_of(
    sheet: Sheet, table: Table, kinds: Mapping[str, ListKind], outcomes: Mapping[int, list[Outcome]]
) -> SheetJudgement:
    notes = ["hidden_sheet"] if sheet.hidden else []
    foreign = table.kind is not None and table.kind not in kinds
    if table.kind is None or foreign:
        table.skipped["not_imported"] = len(table.records)
        notes.append("belongs_elsewhere" if foreign else "not_recognised")
    elif not table.records:
        notes.append("no_rows")
    if table.kind and not table.header_rows:
        notes.append("no_header")
    return SheetJudgement(table, sheet.name, table.kind, foreign, outcomes.get(id(table), []), tuple(notes))
