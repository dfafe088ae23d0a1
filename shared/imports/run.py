"""One import from its file to its report."""

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from shared.clock import system_clock
from shared.db import Database, changed, locked
from shared.imports.importer import Importer, Records
from shared.imports.models import ImportRow
from shared.imports.outcomes import outcome_rows
from shared.imports.rules import GIVEN_UP, NOTHING_RECOGNISED, UNFINISHED, gives_up
from shared.logs import log
from shared.reach import EVERYWHERE
from shared.spreadsheets.outcomes import SheetJudgement
from shared.spreadsheets.reading import read_workbook
from shared.spreadsheets.report import ImportReport, build_report
from shared.spreadsheets.unreadable import UnreadableFile

TELL_EVERY_SECONDS = 0.25
ROWS_AT_ONCE = 1000


class Run:
    def __init__(self, importer: Importer, database: Database, import_id: UUID) -> None:
        self.importer, self.database, self.import_id = importer, database, import_id
        self.tables = importer.tables
        self.done, self.total = 0, None

    def progress(self, done: int, total: int) -> None:
        """Called from whichever thread works; told to the database now and then."""
        self.done, self.total = done, total

    async def whole(self) -> None:
        job = await self.enter("reading", attempts=1)
        if gives_up(job.attempts):
            await self.fail(GIVEN_UP)
            return
        try:
            async with self.telling_progress():
                known, judgements, report = await self.judged(job)
        except UnreadableFile as error:
            await self.fail(error.code)
            return
        if not any(sheet.imported for sheet in report.sheets):
            await self.fail(why_nothing(report), report)
        elif job.dry_run:
            await self.finish("judged", judgements, report)
        else:
            await self.apply(job, known, judgements, report)

    async def judged(self, job: ImportRow) -> tuple[Any, list[SheetJudgement], ImportReport]:
        async with self.database.reading(EVERYWHERE) as session:
            file = await session.scalar(select(self.tables.file).where(self.tables.file.import_id == self.import_id))
            known = await self.importer.load(session, job)
        return await asyncio.to_thread(self.judge, file.content, job.file_name, known)

    def judge(self, content: bytes, file_name: str, known: Any) -> tuple[Any, list[SheetJudgement], ImportReport]:
        workbook = read_workbook(content, file_name)
        judgements = self.importer.judge(workbook, known, self.progress)
        return known, judgements, build_report(workbook, judgements)

    async def apply(self, job: ImportRow, known: Any, judgements: list[SheetJudgement], report: ImportReport) -> None:
        await self.enter("applying")
        async with self.telling_progress(), self.database.transaction(EVERYWHERE, on_behalf_of=job.submitted_by) as tx:
            records = await self.importer.save(tx, job, known, judgements, self.progress)
            await self.keep_report(tx, "done", judgements, report, records)
            await tx.exec(delete(self.tables.file).where(self.tables.file.import_id == self.import_id))

    async def finish(self, state: str, judgements: Sequence[SheetJudgement], report: ImportReport) -> None:
        async with self.database.transaction(EVERYWHERE) as tx:
            await self.keep_report(tx, state, judgements, report, {})

    async def keep_report(
        self, tx: Any, state: str, judgements: Sequence[SheetJudgement], report: ImportReport, records: Records,
    ) -> None:
        outcome = self.tables.outcome
        await tx.exec(delete(outcome).where(outcome.import_id == self.import_id))
        rows = list(outcome_rows(self.import_id, judgements, records))
        for start in range(0, len(rows), ROWS_AT_ONCE):
            sealed = await tx.info["vault"].sealed_rows(outcome, rows[start : start + ROWS_AT_ONCE])
            await tx.exec(insert(outcome.__table__), params=sealed)
        job = await locked(tx, self.tables.job, self.import_id)
        job.state, job.problem, job.report = state, None, summary_of(report)
        job.rows_done = job.rows_total = report.counts.rows
        job.finished_at = system_clock()
        changed(job, job.finished_at)
        log.info(f"import.{state}", import_id=str(job.id), **report.counts.model_dump(exclude={"skipped"}))

    async def enter(self, state: str, attempts: int = 0) -> ImportRow:
        self.done, self.total = 0, None
        async with self.database.transaction(EVERYWHERE) as tx:
            job = await locked(tx, self.tables.job, self.import_id)
            job.state, job.rows_done, job.rows_total = state, 0, None
            job.attempts += attempts
            changed(job, system_clock())
        return job

    async def fail(self, code: str, report: ImportReport | None = None) -> None:
        async with self.database.transaction(EVERYWHERE) as tx:
            job = await locked(tx, self.tables.job, self.import_id)
            job.state, job.problem = "failed", code
            job.report = summary_of(report) if report else None
            job.finished_at = system_clock()
            changed(job, job.finished_at)
            await tx.exec(delete(self.tables.file).where(self.tables.file.import_id == self.import_id))
        log.warning("import.unusable", import_id=str(self.import_id), code=code)

    @asynccontextmanager
    async def telling_progress(self) -> Any:
        telling = asyncio.create_task(self.tell_progress())
        try:
            yield
        finally:
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling

    async def tell_progress(self) -> None:
        """On a connection of its own: what the import's transaction writes is not to be seen before it ends."""
        job, told = self.tables.job, None
        while True:
            await asyncio.sleep(TELL_EVERY_SECONDS)
            if told == (now := (self.done, self.total)):
                continue
            async with self.database.everywhere.connect() as connection:
                await connection.execute(
                    update(job.__table__)
                    .where(job.id == self.import_id, job.state.in_(UNFINISHED))
                    .values(rows_done=self.done, rows_total=self.total))
            told = now


def why_nothing(report: ImportReport) -> str:
    """The first reason why no sheet could be taken."""
    codes = {note.code for sheet in report.sheets for note in sheet.notes}
    return next((code for code in reversed(NOTHING_RECOGNISED) if code in codes), NOTHING_RECOGNISED[0])


def summary_of(report: ImportReport) -> dict[str, Any]:
    return report.model_dump(mode="json", include={"counts", "sheets", "notes", "format", "encoding"})
