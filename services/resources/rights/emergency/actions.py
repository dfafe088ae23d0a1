"""A file is opened for an emergency, read, closed, judged, and the person is told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.residents.models import Resident
from services.resources.rights.emergency import rules
from services.resources.rights.emergency.models import EmergencyAccess, EmergencyAccessIn, EmergencyToldIn, ReviewIn
from shared.db import changed, found
from shared.events import Payload
from shared.events import resources as events
from shared.http.problems import Conflict, Words
from shared.jobs import Job
from shared.messaging.outbox import emit
from shared.privacy.audit import record
from shared.types import new_id

BATCH = 100
PURPOSE = "emergency"


def tell(tx: AsyncSession, access: EmergencyAccess, said: type[Payload], **facts: Any) -> None:
    emit(tx, said(access_id=access.id, resident_id=access.resident_id, **facts), of=access,
         correlation_id=access.correlation_id)


async def open_file(
    tx: AsyncSession, resident: Resident, body: EmergencyAccessIn, *, by: str, now: datetime,
) -> EmergencyAccess:
    """The second factor is looked at before. Raises `ReasonNeeded`, or `Conflict` while one is open."""
    rules.must_give_reason(body.reason, body.why)
    await refuse_second_one(tx, resident.id, by, now)
    access = EmergencyAccess(
        community=resident.community, resident_id=resident.id, opened_by=by, reason=body.reason, why=body.why,
        opened_at=now, ends_at=now + rules.LASTS, review_due_at=now + rules.REVIEWED_WITHIN, correlation_id=new_id(),
        created_at=now, updated_at=now)
    tx.add(access)
    tell(tx, access, events.EmergencyAccessOpened, opened_by=by, reason=access.reason, ends_at=access.ends_at,
         review_due_at=access.review_due_at)
    return access


async def refuse_second_one(tx: AsyncSession, resident_id: UUID, by: str, now: datetime) -> None:
    """One whose time is over is written off here, in case nobody has done so yet."""
    wanted = select(EmergencyAccess).where(
        EmergencyAccess.resident_id == resident_id, EmergencyAccess.opened_by == by, EmergencyAccess.ended_at.is_(None))
    earlier = (await tx.exec(wanted.with_for_update())).one_or_none()
    if earlier is None:
        return
    if rules.is_open(earlier.ends_at, earlier.ended_at, now):
        raise Conflict(Words("已有一次查阅未结束", "You have one open already"), access_id=str(earlier.id))
    end(tx, earlier, "time", earlier.ends_at, now)
    await tx.flush()


async def read_file(tx: AsyncSession, access: EmergencyAccess, now: datetime) -> Resident:
    """Every single read is entered. `access` is locked. Raises `AccessEnded`."""
    rules.must_be_open(access.ends_at, access.ended_at, now)
    resident = await found(tx, Resident, access.resident_id)
    access.reads += 1
    changed(access, now)
    record(tx, "resident.read", kind="resident", subject_id=resident.id, resident_id=resident.id,
           community=resident.community, purpose=PURPOSE, outcome="read", emergency_access=str(access.id))
    return resident


def close(tx: AsyncSession, access: EmergencyAccess, now: datetime) -> EmergencyAccess:
    rules.must_be_open(access.ends_at, access.ended_at, now)
    end(tx, access, "by_hand", now, now)
    return access


def end(tx: AsyncSession, access: EmergencyAccess, because: str, at: datetime, now: datetime) -> None:
    access.ended_at, access.ended_because = at, because
    changed(access, now)
    tell(tx, access, events.EmergencyAccessEnded, because=because)


async def end_what_is_over(tx: AsyncSession, now: datetime) -> bool:
    """Nobody could read any more: this says so. True when more is waiting."""
    over = select(EmergencyAccess).where(EmergencyAccess.ended_at.is_(None), EmergencyAccess.ends_at <= now)
    accesses = (await tx.exec(over.order_by(EmergencyAccess.ends_at).limit(BATCH).with_for_update(skip_locked=True))).all()
    for access in accesses:
        end(tx, access, "time", access.ends_at, now)
    return len(accesses) == BATCH


def review(tx: AsyncSession, access: EmergencyAccess, body: ReviewIn, *, by: str, now: datetime) -> EmergencyAccess:
    rules.must_be_another(access.opened_by, by)
    rules.must_be_unreviewed(access.verdict)
    access.verdict, access.review_note, access.reviewed_by, access.reviewed_at = body.verdict, body.note, by, now
    changed(access, now)
    tell(tx, access, events.EmergencyAccessReviewed, verdict=body.verdict)
    return access


def confirm_told(
    tx: AsyncSession, access: EmergencyAccess, body: EmergencyToldIn, *, by: str, now: datetime,
) -> EmergencyAccess:
    """The elder or the family knows: who looked, when and why."""
    told_at = body.told_at or now
    rules.must_be_told_afterwards(told_at, access.opened_at, now)
    access.told_to, access.told_channel, access.told_by, access.told_at = body.told_to, body.channel, by, told_at
    changed(access, now)
    record(tx, "emergency_access.told", kind="emergency_access", subject_id=access.id, resident_id=access.resident_id,
           community=access.community)
    return access


ending = Job("end_emergency_accesses", every_seconds=10, run=end_what_is_over)
