"""A file is taken in, and what was judged is to be applied. Both only change the job; the worker does the work."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import changed
from shared.http.problems import TooLarge
from shared.imports import rules
from shared.imports.corrections import NOT_TAKEN
from shared.imports.importer import ImportTables
from shared.imports.models import ImportOut, ImportOutcomeRow, ImportRow, OutcomeOut
from shared.spreadsheets.glance import base_name

LONGEST_NAME = 200
MOST_CORRECTIONS = 20_000


def take_in(
    tx: AsyncSession, tables: ImportTables, *, file_name: str, content: bytes, community: str, dry_run: bool,
    context: dict[str, Any], by: str, now: datetime,
) -> ImportRow:
    job = tables.job(
        community=community, file_name=written(base_name(file_name))[-LONGEST_NAME:], file_size=len(content), dry_run=dry_run,
        file_digest=hashlib.sha256(content).hexdigest(), submitted_by=by, context=context,
        created_at=now, updated_at=now,
    )
    tx.add(job)
    tx.add(tables.file(import_id=job.id, content=content))
    return job


def written(name: str) -> str:
    return "".join(character for character in name if character.isprintable())


def ask_to_apply(job: ImportRow, context: dict[str, Any], now: datetime) -> ImportRow:
    """The file is judged once more, against what is known then, and saved. Raises `WrongState`."""
    rules.must_be_judged(job.state)
    job.state, job.dry_run, job.context = "queued", False, context
    job.attempts, job.rows_done, job.rows_total = 0, 0, None
    changed(job, now)
    return job


async def let_lapse(tx: AsyncSession, tables: ImportTables, now: datetime) -> None:
    """Deletes the files, and what was said of their rows, of imports that were judged and never applied."""
    job = tables.job
    waiting = select(job).where(job.state == "judged", job.finished_at < rules.lapses_before(now)).with_for_update()
    for lapsed in (await tx.exec(waiting)).all():
        lapsed.state = "lapsed"
        changed(lapsed, now)
        for kept in (tables.file, tables.outcome):
            await tx.exec(delete(kept).where(kept.import_id == lapsed.id))


async def forget_rows(tx: AsyncSession, tables: ImportTables, now: datetime) -> None:
    """Deletes what was said of the rows of imports that ended long ago; their counts stay."""
    job = tables.job
    ended = select(job.id).where(job.state.in_(("done", "failed")), job.finished_at < rules.rows_forgotten_before(now))
    await tx.exec(delete(tables.outcome).where(tables.outcome.import_id.in_(ended)))


def described(job: Any) -> ImportOut:
    report = job.report or {}
    return ImportOut.model_validate(job.__dict__ | {
        "problem": {"code": job.problem} | rules.words_of(job.problem)._asdict() if job.problem else None,
        "as_of": job.context.get("as_of"),
        **{part: report[part] for part in ("counts", "sheets", "notes") if part in report},
    })


async def outcomes_of(
    session: Any, tables: ImportTables, import_id: UUID, outcome: str | None, after: int, limit: int,
) -> list[ImportOutcomeRow]:
    """In the order of the file."""
    table = tables.outcome
    wanted = select(table).where(table.import_id == import_id, table.position > after)
    if outcome:
        wanted = wanted.where(table.outcome == outcome)
    return list((await session.exec(wanted.order_by(table.position).limit(limit))).all())


async def not_taken(session: Any, tables: ImportTables, import_id: UUID) -> list[ImportOutcomeRow]:
    """In the order of the file. Raises `TooLarge` for more than anybody puts right by hand."""
    table = tables.outcome
    wanted = select(table).where(table.import_id == import_id, table.outcome.in_(NOT_TAKEN)).order_by(table.position)
    rows = list((await session.exec(wanted.limit(MOST_CORRECTIONS + 1))).all())
    if len(rows) > MOST_CORRECTIONS:
        raise TooLarge(rows_at_most=MOST_CORRECTIONS)
    return rows


def outcome_out(row: ImportOutcomeRow) -> OutcomeOut:
    words = rules.words_of(row.code)._asdict() if row.code else {"zh": None, "en": None}
    return OutcomeOut(**row.model_dump(exclude={"import_id"}), **words)
