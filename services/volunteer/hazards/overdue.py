"""Hazards that wait longer than was promised: a list to filter, and one word about each, said once per due day."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, case, or_, text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.hazards import rules
from services.volunteer.hazards.actions import mark_escalated
from services.volunteer.hazards.models import IS_OPEN, Hazard
from shared.clock import local_day
from shared.db import changed
from shared.jobs import Job

AT_ONCE = 200

DUE_DAY = case((Hazard.state.in_(rules.WAITS_FOR_INSPECTION), Hazard.reinspection_due_on), else_=Hazard.due_on)


def is_overdue(today: date) -> ColumnElement[bool]:
    """Predicate on `Hazard`: it is open, and its due day, the last good one, is over."""
    return text(IS_OPEN) & (DUE_DAY < today)


async def tell_overdue(tx: AsyncSession, now: datetime) -> bool:
    """True when more are overdue than one turn takes."""
    not_told = or_(Hazard.overdue_told.is_(None), Hazard.overdue_told != DUE_DAY)
    late = select(Hazard).where(is_overdue(local_day(now)), not_told).order_by(Hazard.id).limit(AT_ONCE)
    hazards = (await tx.exec(late.with_for_update(skip_locked=True))).all()
    for hazard in hazards:
        hazard.overdue_told = rules.due_day(hazard.state, hazard.due_on, hazard.reinspection_due_on)
        changed(hazard, now)
        mark_escalated(tx, hazard, rules.overdue_reason(hazard.state), now)
    return len(hazards) == AT_ONCE


telling_overdue = Job("tell_overdue_hazards", every_seconds=60, run=tell_overdue)
