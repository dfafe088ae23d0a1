"""A home is checked; what was found is accepted as fixed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.eldercare.consents import rules as consent_rules
from services.eldercare.consents.actions import standing_of
from services.eldercare.consents.reliance import HOME_SAFETY_CHECK, Basis
from services.eldercare.home_safety import rules
from services.eldercare.home_safety.models import AcceptedBy, HomeSafetyCheck, HomeSafetyCheckIn, HomeSafetyFinding
from services.eldercare.tables import TABLES
from shared.clock import local_day
from shared.db import changed
from shared.events.eldercare import HazardFixed, HazardFound, HomeSafetyCheckCompleted
from shared.messaging.loops import must_be_ours
from shared.messaging.outbox import emit
from shared.types import new_id


async def complete_check(
    tx: AsyncSession, body: HomeSafetyCheckIn, *, place_id: UUID | None, by: str, now: datetime,
) -> tuple[HomeSafetyCheck, list[HomeSafetyFinding]]:
    """`place_id` is where it was, as the register knows it. Every hazard found is told by itself."""
    checklist = rules.must_follow_checklist(body)
    rules.must_be_past(body.checked_at or now, now)
    await must_be_ours(tx, TABLES, body.correlation_id, body.community)
    basis = await basis_of(tx, body, now)
    judged = [(finding, rules.judged(finding, checklist)) for finding in body.findings]
    check = HomeSafetyCheck(
        community=body.community, resident_id=body.resident_id, place_id=place_id,
        checklist=body.checklist, checked_by=by, checked_at=body.checked_at or now,
        items_checked=len(judged), hazards_found=sum(finding.result == "hazard" for finding, _ in judged),
        basis=basis, correlation_id=body.correlation_id or new_id(), created_at=now, updated_at=now,
    )
    tx.add(check)
    await tx.flush()
    findings = [
        HomeSafetyFinding(
            community=check.community, check_id=check.id, resident_id=check.resident_id,
            correlation_id=check.correlation_id, created_at=now, updated_at=now,
            **finding.model_dump(include={"room", "item", "result", "note", "photos"}), **verdict._asdict(),
        )
        for finding, verdict in judged
    ]
    tx.add_all(findings)
    tell(tx, check, findings)
    return check, findings


async def basis_of(tx: AsyncSession, body: HomeSafetyCheckIn, now: datetime) -> Basis:
    """Raises `Invalid` for notes and pictures that the elder said no to: the check itself goes on without them."""
    standing = await standing_of(tx, body.resident_id, HOME_SAFETY_CHECK.purpose, local_day(now))
    basis = consent_rules.basis_of(HOME_SAFETY_CHECK, body.basis, standing)
    written = ((f"body.findings.{number}", finding.model_dump()) for number, finding in enumerate(body.findings))
    consent_rules.must_respect(HOME_SAFETY_CHECK, basis, standing, written)
    return basis


def tell(tx: AsyncSession, check: HomeSafetyCheck, findings: list[HomeSafetyFinding]) -> None:
    completed = HomeSafetyCheckCompleted(
        check_id=check.id, items_checked=check.items_checked, hazards_found=check.hazards_found)
    emit(tx, completed, of=check, correlation_id=check.correlation_id)
    for finding in findings:
        if finding.result == "hazard":
            said = HazardFound(finding_id=finding.id, check_id=check.id, kind=finding.kind, severity=finding.severity,
                               room=finding.room, place_id=check.place_id)
            emit(tx, said, of=finding, correlation_id=check.correlation_id)


def plan(finding: HomeSafetyFinding, now: datetime) -> None:
    move(finding, "plan", now)


def settle(tx: AsyncSession, finding: HomeSafetyFinding, step: str, reason: str | None, now: datetime) -> None:
    """`step` is `fix`, or `dismiss` for what was judged not to be dangerous; then there is a reason."""
    move(finding, step, now)
    finding.outcome, finding.settled_at = reason or rules.OUTCOMES[step], now
    said = HazardFixed(finding_id=finding.id, check_id=finding.check_id, outcome=rules.OUTCOMES[step])
    emit(tx, said, of=finding, correlation_id=finding.correlation_id)


def reopen(finding: HomeSafetyFinding, now: datetime) -> None:
    move(finding, "reopen", now)
    finding.outcome = finding.settled_at = finding.accepted_by = finding.accepted_noted_by = finding.accepted_at = None


def accept(finding: HomeSafetyFinding, accepted_by: AcceptedBy, *, by: str, now: datetime) -> HomeSafetyFinding:
    """The elder, the family or a worker has seen that it is fixed."""
    move(finding, "accept", now)
    finding.accepted_by, finding.accepted_noted_by, finding.accepted_at = accepted_by, by, now
    return finding


async def findings_of(session: AsyncSession, check_id: UUID) -> list[HomeSafetyFinding]:
    found = select(HomeSafetyFinding).where(HomeSafetyFinding.check_id == check_id).order_by(HomeSafetyFinding.id)
    return list((await session.exec(found)).all())


def move(finding: HomeSafetyFinding, step: str, now: datetime) -> None:
    finding.state = rules.next_state(finding.state, step)
    changed(finding, now)
