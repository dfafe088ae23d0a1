"""The report of an import: what was recognised, what became of every row, and why."""

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, Field

from .lists import BY_KEY
from .outcomes import Finding, Held, Linked, Outcome, Refused, SheetJudgement
from .reasons import reason
from .tables import Table
from .workbook import Workbook, column_letter


class ReportedColumn(BaseModel):
    letter: str
    header: str
    field: str | None = Field(description="None: kept as extra text")
    by_content: bool = Field(description="Told by what the cells hold, not by the header")


class ReportedRow(BaseModel):
    """One thing to say about one row. Holds the row as it was written: show it to the importer only."""

    sheet: str
    row: int = Field(description="Row of the sheet, or record of the text file, from 1")
    column: str | None = Field(description="Letter of the column; None when it is about the row")
    header: str | None
    code: str
    zh: str
    en: str
    text: str = Field(description="What stands in the cell")
    raw: str = Field(description="The whole row, each cell in its place, separated by |")


class ReportedNote(BaseModel):
    code: str
    zh: str
    en: str


class Counts(BaseModel):
    """`rows` = accepted + linked + held + refused. `skipped` are rows that are no data, by what they are."""

    rows: int = 0
    accepted: int = 0
    linked: int = 0
    held: int = 0
    refused: int = 0
    warned: int = Field(default=0, description="Rows with at least one warning")
    skipped: dict[str, int] = Field(default_factory=dict)


class SheetReport(BaseModel):
    sheet: str
    list_kind: str | None = Field(description="None: not recognised")
    list_zh: str | None = None
    list_en: str | None = None
    belongs_to: str | None = Field(default=None, description="The service that keeps such lists")
    imported: bool
    title: str = ""
    header_rows: list[int] = Field(default_factory=list)
    columns: list[ReportedColumn] = Field(default_factory=list)
    counts: Counts = Field(default_factory=Counts)
    notes: list[ReportedNote] = Field(default_factory=list)


class ImportReport(BaseModel):
    file_name: str
    format: str
    encoding: str | None
    counts: Counts
    sheets: list[SheetReport]
    refused: list[ReportedRow]
    held: list[ReportedRow]
    linked: list[ReportedRow] = Field(description="Rows about something already there")
    warnings: list[ReportedRow]
    notes: list[ReportedNote]


def build_report(workbook: Workbook, judgements: Sequence[SheetJudgement]) -> ImportReport:
    """The whole report, in the order of sheets and rows."""
    outcomes = [(judgement, outcome) for judgement in judgements for outcome in judgement.outcomes]
    sheets = [report_sheet(judgement) for judgement in judgements]
    return ImportReport(
        file_name=workbook.file_name,
        format=workbook.format,
        encoding=workbook.encoding,
        counts=add_up([sheet.counts for sheet in sheets]),
        sheets=sheets,
        refused=[
            report_row(judgement, outcome, outcome.reason)
            for judgement, outcome in outcomes
            if isinstance(outcome, Refused)
        ],
        held=[
            report_row(judgement, outcome, outcome.reason)
            for judgement, outcome in outcomes
            if isinstance(outcome, Held)
        ],
        linked=[report_link(judgement, outcome) for judgement, outcome in outcomes if isinstance(outcome, Linked)],
        warnings=[
            report_row(judgement, outcome, warning) for judgement, outcome in outcomes for warning in outcome.warnings
        ],
        notes=[note(code) for code in workbook.warnings],
    )


def report_sheet(judgement: SheetJudgement) -> SheetReport:
    table, known = judgement.table, BY_KEY.get(judgement.list_kind or "")
    return SheetReport(
        sheet=judgement.sheet,
        list_kind=judgement.list_kind,
        list_zh=known.zh if known else None,
        list_en=known.en if known else None,
        belongs_to=known.service if known else None,
        imported=bool(judgement.list_kind) and not judgement.foreign,
        title=table.title if table else "",
        header_rows=list(table.header_rows) if table else [],
        columns=[
            ReportedColumn(letter=column.letter, header=column.header, field=column.field, by_content=column.by_content)
            for column in table.columns
        ]
        if table
        else [],
        counts=count(judgement),
        notes=[note(code) for code in judgement.notes],
    )


def count(judgement: SheetJudgement) -> Counts:
    counted = judgement.counts
    return Counts(
        rows=len(judgement.outcomes),
        accepted=counted["accepted"],
        linked=counted["linked"],
        held=counted["held"],
        refused=counted["refused"],
        warned=sum(1 for outcome in judgement.outcomes if outcome.warnings),
        skipped=skipped(judgement.table),
    )


def skipped(table: Table | None) -> dict[str, int]:
    return {kind: number for kind, number in sorted(table.skipped.items()) if number} if table else {}


def add_up(counts: Sequence[Counts]) -> Counts:
    together: Counter[str] = Counter()
    for part in counts:
        together.update(part.skipped)
    totals = {
        name: sum(getattr(part, name) for part in counts)
        for name in ("rows", "accepted", "linked", "held", "refused", "warned")
    }
    return Counts(**totals, skipped=dict(sorted(together.items())))


def report_row(judgement: SheetJudgement, outcome: Outcome, finding: Finding) -> ReportedRow:
    zh, en = reason(finding.code)
    column = finding.column
    headers = {item.index: item.header for item in judgement.table.columns} if judgement.table else {}
    return ReportedRow(
        sheet=outcome.ref.sheet,
        row=outcome.ref.number,
        column=column_letter(column) if column is not None else None,
        header=headers.get(column) if column is not None else None,
        code=finding.code,
        zh=zh,
        en=en,
        text=finding.text,
        raw=outcome.raw,
    )


def report_link(judgement: SheetJudgement, outcome: Linked) -> ReportedRow:
    target = outcome.to if isinstance(outcome.to, str) else f"{outcome.to.sheet}!{outcome.to.number}"
    reported = report_row(judgement, outcome, Finding("linked"))
    return reported.model_copy(update={"text": target, "zh": f"与 {target} 是同一个。", "en": f"Same as {target}."})


def note(code: str) -> ReportedNote:
    zh, en = reason(code)
    return ReportedNote(code=code, zh=zh, en=en)
