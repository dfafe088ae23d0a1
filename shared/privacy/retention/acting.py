"""What is due, what a person approved of it, and the job that does it: a batch at a time, and never more than was seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import Reader, changed
from shared.http.problems import Conflict, Words, invalid
from shared.jobs import Job
from shared.privacy.audit import record
from shared.privacy.retention.classes import RetentionClass
from shared.privacy.retention.models import ApprovalIn, RetentionApprovalRow, RetentionTables
from shared.privacy.rights.answering import erase
from shared.privacy.rights.models import RightsTables

BATCH = 200
LOOK_EVERY_SECONDS = 15


def due(one: RetentionClass, tables: RetentionTables, community: str, as_of: datetime) -> list[ColumnElement[bool]]:
    done = select(tables.retained.row_id).where(tables.retained.code == one.code)
    return [one.table.community == community, one.due(one.cutoff(as_of)), one.table.id.not_in(done)]


async def count(
    session: AsyncSession | Reader, one: RetentionClass, tables: RetentionTables, community: str, as_of: datetime,
) -> int:
    return await session.scalar(select(func.count()).select_from(one.table).where(*due(one, tables, community, as_of)))


async def approve(
    tx: AsyncSession, classes: Sequence[RetentionClass], tables: RetentionTables, body: ApprovalIn, *, by: str, now: datetime,
) -> RetentionApprovalRow:
    """Raises `Invalid` for an unknown class or a day to come, `Conflict` when it is no longer what was seen."""
    one = next((known for known in classes if known.code == body.code), None)
    if one is None:
        raise invalid("body.code", "没有这个类别", "No such class", known=sorted(known.code for known in classes))
    if body.as_of > now:
        raise invalid("body.as_of", "不能是将来", "Cannot be in the future")
    rows = await count(tx, one, tables, body.community, body.as_of)
    if rows != body.rows:
        raise Conflict(Words("与预览不符，请重新查看", "Not what the preview showed: look again"), rows=rows)
    approval = tables.approval(community=body.community, code=one.code, as_of=body.as_of, rows=rows, approved_by=by,
                               created_at=now, updated_at=now)
    tx.add(approval)
    record(tx, "retention.approved", kind="retention_approval", subject_id=approval.id, community=body.community,
           retention_class=one.code, rows=rows)
    return approval


def retaining(classes: Sequence[RetentionClass], tables: RetentionTables, rights: RightsTables) -> Job:
    by_code = {one.code: one for one in classes}

    async def act(tx: AsyncSession, now: datetime) -> bool:
        """A batch of the oldest approval. True when more is waiting."""
        waiting = select(tables.approval).where(tables.approval.finished_at.is_(None), tables.approval.code.in_(by_code))
        approval = (await tx.exec(waiting.order_by(tables.approval.id).limit(1).with_for_update(skip_locked=True))).first()
        if approval is None:
            return False
        one = by_code[approval.code]
        rows = (await tx.exec(select(one.table).where(
            *due(one, tables, approval.community, approval.as_of)).order_by(one.table.id).limit(BATCH))).all()
        await forget(tx, one, rows, approval, rights, now)
        await remember(tx, one, rows, tables, now)
        approval.done += len(rows)
        approval.finished_at = now if len(rows) < BATCH else None
        changed(approval, now)
        return True

    return Job("retain", LOOK_EVERY_SECONDS, act)


async def forget(
    tx: AsyncSession, one: RetentionClass, rows: Sequence[Any], approval: RetentionApprovalRow, rights: RightsTables,
    now: datetime,
) -> None:
    for row in rows:
        record(tx, f"retention.{one.action}", kind=row.__tablename__, subject_id=row.id, community=row.community,
               retention_class=one.code, approval=str(approval.id))
    if one.restricts is None:
        await erase(tx, rights, [(one.holding, rows)], now)
    elif rows:
        await tx.exec(insert(rights.restricted).values([
            {"resident_id": one.restricts(row), "community": row.community, "request_id": approval.id, "since": now}
            for row in rows]).on_conflict_do_nothing())


async def remember(
    tx: AsyncSession, one: RetentionClass, rows: Sequence[Any], tables: RetentionTables, now: datetime,
) -> None:
    if rows:
        await tx.exec(insert(tables.retained).values([
            {"code": one.code, "row_id": row.id, "community": row.community, "done_at": now} for row in rows
        ]).on_conflict_do_nothing())
