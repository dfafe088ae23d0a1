"""What a service hands in to have files imported: its tables, what it knows, how it judges, how it saves."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.imports.models import ImportFileRow, ImportOutcomeRow, ImportRow
from shared.spreadsheets.outcomes import Progress, RowRef, SheetJudgement
from shared.spreadsheets.workbook import Workbook

Records = Mapping[tuple[str, int, int], UUID]
"""(sheet, row, block) → the record that the row became or was linked to."""


def place_of_row(ref: RowRef) -> tuple[str, int, int]:
    return ref.sheet, ref.number, ref.block


@dataclass(frozen=True)
class ImportTables:
    job: type[ImportRow]
    file: type[ImportFileRow]
    outcome: type[ImportOutcomeRow]


@dataclass(frozen=True)
class Importer:
    """`path` is where the worker, a process of its own, finds this object: `package.module:name`.

    `prepare` asks, while the sender waits, whatever other services know of the community; its answer is the job's
    `context`. `load` reads what this service holds already. `judge` is pure and may take seconds. `save` writes what
    was judged in the one transaction of the import, and tells `progress` how far it is.
    """

    path: str
    service: str
    tables: ImportTables
    prepare: Callable[[Request, AsyncSession, str], Awaitable[dict[str, Any]]]
    load: Callable[[AsyncSession, ImportRow], Awaitable[Any]]
    judge: Callable[[Workbook, Any, Progress], list[SheetJudgement]]
    save: Callable[[AsyncSession, ImportRow, Any, Sequence[SheetJudgement], Progress], Awaitable[Records]]
