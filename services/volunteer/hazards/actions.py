"""Changes to hazards: called from routes and from listeners alike."""

from datetime import datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.hazards import rules
from services.volunteer.hazards.kinds import kind_of
from services.volunteer.hazards.models import (
    Hazard,
    HazardAssignIn,
    HazardEscalateIn,
    HazardIn,
    HazardReinspectIn,
    HazardVerifyIn,
    Origin,
)
from services.volunteer.hazards.register import point_of
from services.volunteer.squads.models import Squad
from services.volunteer.volunteers.models import Volunteer
from services.volunteer.volunteers.rules import must_be_no_minor
from shared.clock import local_day
from shared.db import changed, found
from shared.events import Payload
from shared.events import volunteer as events
from shared.http.problems import invalid
from shared.messaging.outbox import emit
from shared.types import new_id


def tell(tx: AsyncSession, hazard: Hazard, said: type[Payload], **facts: object) -> None:
    loop = {"hazard_id": hazard.id, "opinion_id": hazard.opinion_id, "finding_id": hazard.finding_id}
    emit(tx, said(**loop, **facts), of=hazard, correlation_id=hazard.correlation_id)


async def report(
    tx: AsyncSession, body: HazardIn, *, by: str, now: datetime, origin: Origin = "person",
    correlation_id: UUID | None = None, opinion_id: UUID | None = None, finding_id: UUID | None = None,
    patrol_id: UUID | None = None,
) -> Hazard:
    """Begins a loop of its own unless one already led here."""
    point = body.point or (await point_of(tx, body.community, body.place_id) if body.place_id else None)
    hazard = Hazard(
        **body.model_dump(exclude={"point", "severity"}),
        severity=rules.severity_of(body.kind, body.severity),
        longitude=point.longitude if point else None,
        latitude=point.latitude if point else None,
        origin=origin, reported_by=by, reported_at=now, created_at=now, updated_at=now,
        correlation_id=correlation_id or new_id(), opinion_id=opinion_id, finding_id=finding_id, patrol_id=patrol_id,
    )
    tx.add(hazard)
    tell(tx, hazard, events.HazardReported, kind=hazard.kind, severity=hazard.severity, origin=origin,
         place_id=hazard.place_id, patrol_id=patrol_id)
    if rules.escalates_at_once(hazard.severity):
        mark_escalated(tx, hazard, "gravest_severity", now)
    return hazard


def verify(tx: AsyncSession, hazard: Hazard, body: HazardVerifyIn, *, by: str, now: datetime) -> Hazard:
    step(hazard, "verify", now)
    before = hazard.severity
    hazard.verified_by = by
    hazard.severity = body.severity or hazard.severity
    hazard.required_items = [
        item.model_dump() for item in rules.items_needed(hazard.kind, body.required_items)]
    hazard.licence = kind_of(hazard.kind).licence
    hazard.due_on = body.due_on or hazard.due_on
    tell(tx, hazard, events.HazardVerified, **wanted(hazard))
    if rules.escalates_at_once(hazard.severity) and not rules.escalates_at_once(before):
        mark_escalated(tx, hazard, "gravest_severity", now)
    return hazard


def wanted(hazard: Hazard) -> dict[str, object]:
    """What and who it takes to remove it, as others are told."""
    return {"kind": hazard.kind, "severity": hazard.severity, "place_id": hazard.place_id,
            "required_items": hazard.required_items, "licence": hazard.licence, "due_on": hazard.due_on}


def reject(tx: AsyncSession, hazard: Hazard, reason: str, now: datetime) -> Hazard:
    step(hazard, "reject", now)
    hazard.rejected_because = reason
    tell(tx, hazard, events.HazardRejected, reason=reason)
    return hazard


async def lock_both(tx: AsyncSession, *ids: UUID) -> None:
    """In the order of their ids, so that two who mark each other's original wait and do not block one another."""
    both = select(Hazard).where(Hazard.id.in_(ids)).order_by(Hazard.id).with_for_update()
    (await tx.exec(both.execution_options(populate_existing=True))).all()


async def mark_duplicate(tx: AsyncSession, hazard: Hazard, duplicate_of: UUID, now: datetime) -> Hazard:
    """Both are locked, see `lock_both`."""
    rules.must_be_another(hazard.id, duplicate_of)
    original = await found(tx, Hazard, duplicate_of)
    if original.community != hazard.community:
        raise invalid("body.duplicate_of", "不在同一社区", "Not in the same community")
    rules.must_be_an_original(original.state)
    step(hazard, "mark_duplicate", now)
    hazard.duplicate_of = original.id
    tell(tx, hazard, events.HazardDuplicateFound, duplicate_of=original.id)
    return hazard


async def assign(tx: AsyncSession, hazard: Hazard, body: HazardAssignIn, now: datetime) -> Hazard:
    rules.must_have_owner(body.squad_id, body.volunteer_id)
    for field, table, id in (("squad_id", Squad, body.squad_id), ("volunteer_id", Volunteer, body.volunteer_id)):
        owner = await tx.get(table, id) if id else None
        if id and (owner is None or owner.community != hazard.community):
            raise invalid(f"body.{field}", "本社区没有", "Not known in this community")
    if body.volunteer_id and (assigned := await tx.get(Volunteer, body.volunteer_id)):
        must_be_no_minor(assigned.birth_date, local_day(now))
    step(hazard, "assign", now)
    hazard.squad_id, hazard.volunteer_id = body.squad_id, body.volunteer_id
    hazard.due_on = body.due_on or hazard.due_on
    tell(tx, hazard, events.HazardAssigned, squad_id=body.squad_id, volunteer_id=body.volunteer_id)
    return hazard


def start_mitigation(
    tx: AsyncSession, hazard: Hazard, now: datetime, *, by: str | None = None, works_id: UUID | None = None,
) -> Hazard:
    step(hazard, "start_mitigation", now)
    add_fixers(hazard, by)
    hazard.works_id = works_id or hazard.works_id
    tell(tx, hazard, events.HazardMitigationStarted, works_id=hazard.works_id)
    return hazard


async def mitigate_by_hand(tx: AsyncSession, hazard: Hazard, *, by: str, now: datetime) -> Hazard:
    rules.must_have_no_works(hazard.works_id)
    return await mitigate(tx, hazard, by=by, now=now)


async def mitigate(tx: AsyncSession, hazard: Hazard, *, by: str | None = None, now: datetime) -> Hazard:
    """Whoever says so, and the volunteer who had it in hand, count as fixers."""
    step(hazard, "mitigate", now)
    assigned = await tx.get(Volunteer, hazard.volunteer_id) if hazard.volunteer_id else None
    add_fixers(hazard, by, assigned.subject if assigned else None)
    hazard.reinspection_due_on = rules.reinspection_due(local_day(now))
    tell(tx, hazard, events.HazardMitigated, works_id=hazard.works_id, need_id=hazard.need_id)
    return hazard


def add_fixers(hazard: Hazard, *subjects: str | None) -> None:
    """For good: who mended it once does not re-inspect it after a second attempt by others."""
    hazard.fixed_by = sorted({*hazard.fixed_by, *subjects} - {None})


def reinspect(tx: AsyncSession, hazard: Hazard, body: HazardReinspectIn, *, by: str, now: datetime) -> Hazard:
    rules.must_give_reason(body.passed, body.reason)
    rules.must_differ_from_fixer(by, hazard.fixed_by)
    step(hazard, "pass_reinspection" if body.passed else "fail_reinspection", now)
    hazard.reinspected_by = by
    tell(tx, hazard, events.HazardReinspected, passed=body.passed)
    if not body.passed:
        begin_again(tx, hazard, body.reason)
    return hazard


def close(tx: AsyncSession, hazard: Hazard, now: datetime) -> Hazard:
    step(hazard, "close", now)
    hazard.closed_at = now
    tell(tx, hazard, events.HazardClosed, kind=hazard.kind)
    return hazard


def reopen(tx: AsyncSession, hazard: Hazard, reason: str, now: datetime) -> Hazard:
    step(hazard, "reopen", now)
    hazard.closed_at = hazard.reinspected_by = hazard.duplicate_of = None
    begin_again(tx, hazard, reason)
    return hazard


def begin_again(tx: AsyncSession, hazard: Hazard, reason: str | None) -> None:
    """What helped before counts no longer: works and needs of the new attempt make themselves known."""
    hazard.works_id, hazard.need_id, hazard.is_supplied = None, None, False
    tell(tx, hazard, events.HazardReopened, reason=reason, **(wanted(hazard) if hazard.state == "verified" else {}))


def escalate(tx: AsyncSession, hazard: Hazard, body: HazardEscalateIn, now: datetime) -> Hazard:
    rules.must_be_open(hazard.state)
    hazard.severity = max(hazard.severity, body.severity or hazard.severity)
    changed(hazard, now)
    mark_escalated(tx, hazard, body.reason, now)
    return hazard


def mark_escalated(tx: AsyncSession, hazard: Hazard, reason: str, now: datetime) -> None:
    hazard.escalated_at, hazard.escalated_because = now, reason
    tell(tx, hazard, events.HazardEscalated, reason=reason, severity=hazard.severity)


def step(hazard: Hazard, name: str, now: datetime) -> None:
    hazard.state = rules.next_state(hazard.state, name)
    changed(hazard, now)
