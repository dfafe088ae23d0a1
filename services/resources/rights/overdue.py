"""What was promised to a person and is late: said once, of a request about their data and of an emergency nobody judged."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.rights.emergency.models import EmergencyAccess
from services.resources.rights.requests.models import SubjectRequest
from shared.db import changed
from shared.events import resources as events
from shared.jobs import Job
from shared.messaging.outbox import emit

AT_ONCE = 100


async def tell_overdue(tx: AsyncSession, now: datetime) -> bool:
    """True when more is waiting."""
    return bool(await tell_requests(tx, now) + await tell_reviews(tx, now))


async def tell_requests(tx: AsyncSession, now: datetime) -> bool:
    late = select(SubjectRequest).where(
        col(SubjectRequest.finished_at).is_(None), SubjectRequest.due_at <= now,
        col(SubjectRequest.overdue_told_at).is_(None))
    requests = (await tx.exec(late.order_by(SubjectRequest.due_at).limit(AT_ONCE).with_for_update(skip_locked=True))).all()
    for request in requests:
        request.overdue_told_at = now
        changed(request, now)
        said = events.SubjectRequestOverdue(
            request_id=request.id, resident_id=request.resident_id, kind=request.kind, due_at=request.due_at)
        emit(tx, said, of=request, correlation_id=request.correlation_id)
    return len(requests) == AT_ONCE


async def tell_reviews(tx: AsyncSession, now: datetime) -> bool:
    late = select(EmergencyAccess).where(
        col(EmergencyAccess.verdict).is_(None), EmergencyAccess.review_due_at <= now,
        col(EmergencyAccess.overdue_told_at).is_(None))
    accesses = (await tx.exec(
        late.order_by(EmergencyAccess.review_due_at).limit(AT_ONCE).with_for_update(skip_locked=True))).all()
    for access in accesses:
        access.overdue_told_at = now
        changed(access, now)
        said = events.EmergencyAccessReviewOverdue(
            access_id=access.id, resident_id=access.resident_id, review_due_at=access.review_due_at)
        emit(tx, said, of=access, correlation_id=access.correlation_id)
    return len(accesses) == AT_ONCE


telling_overdue = Job("tell_overdue_rights", every_seconds=60, run=tell_overdue)
