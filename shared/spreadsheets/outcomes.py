"""What becomes of a row: exactly one of accepted, linked, held or refused, with its warnings."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .cells import is_formula, text
from .records import Record
from .tables import Table

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) now and then while judging."""

PROGRESS_STEP = 250


@dataclass(frozen=True, slots=True)
class Finding:
    """A code of `reasons`, the field and column it stands in (None: the row as a whole), and the text found there."""

    code: str
    field: str | None = None
    column: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RowRef:
    """Which row: sheet, row number, and which of several lists side by side."""

    sheet: str
    number: int
    block: int = 0


@dataclass(slots=True)
class Accepted:
    """A new record. `draft` is one of the service's draft types."""

    ref: RowRef
    draft: Any
    warnings: tuple[Finding, ...] = ()
    raw: str = ""


@dataclass(slots=True)
class Linked:
    """About something already there: an earlier row, or a known record's id. `adds` are the fields the row brings."""

    ref: RowRef
    to: RowRef | str
    draft: Any
    adds: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()
    raw: str = ""


@dataclass(slots=True)
class Held:
    """Kept for a person to resolve; makes nothing. `reason`: `ambiguous_name` or `not_in_register`."""

    ref: RowRef
    reason: Finding
    draft: Any
    warnings: tuple[Finding, ...] = ()
    raw: str = ""


@dataclass(slots=True)
class Refused:
    """Nothing of the row is used."""

    ref: RowRef
    reason: Finding
    warnings: tuple[Finding, ...] = ()
    raw: str = ""


Outcome = Accepted | Linked | Held | Refused


@dataclass(slots=True)
class SheetJudgement:
    """One list of a sheet, judged. `list_kind` None: not recognised; `foreign`: recognised, but not this import's."""

    table: Table | None
    sheet: str
    list_kind: str | None
    foreign: bool = False
    outcomes: list[Outcome] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        return Counter(type(outcome).__name__.lower() for outcome in self.outcomes)


class Counting:
    """Passes on progress without calling for every row."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.done = progress, total, 0

    def step(self, rows: int = 1) -> None:
        before = self.done
        self.done += rows
        if self.progress and (self.done == self.total or before // PROGRESS_STEP != self.done // PROGRESS_STEP):
            self.progress(self.done, self.total)


def ref_of(table: Table, record: Record) -> RowRef:
    return RowRef(table.sheet, record.number, record.block)


def finding(code: str, record: Record, field_key: str) -> Finding:
    return Finding(code, field_key, record.column(field_key), record.text(field_key))


def formulas(record: Record) -> list[Finding]:
    """Text that a spreadsheet would execute, wherever it stands in the row."""
    found = [
        Finding("formula", field_key, column, text(value))
        for field_key, cells in record.values.items()
        for column, value in cells
        if field_key not in ("age", "serial") and is_formula(value)
    ]
    return [*found, *(Finding("formula", None, None, value) for value in record.extra.values() if is_formula(value))]


def in_order(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda outcome: (outcome.ref.number, outcome.ref.block))
