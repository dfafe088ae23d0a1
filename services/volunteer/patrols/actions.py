"""A patrol round is submitted: the round and all its hazards in one transaction."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.hazards.actions import report
from services.volunteer.hazards.models import Hazard, HazardIn
from services.volunteer.patrols import rules
from services.volunteer.patrols.models import Finding, Patrol, PatrolIn, PlaceVisit
from services.volunteer.tables import TABLES
from services.volunteer.volunteers.actions import squad_must_exist
from shared.events.volunteer import PatrolSubmitted
from shared.messaging.loops import must_be_ours
from shared.messaging.outbox import emit
from shared.types import new_id


async def submit(tx: AsyncSession, body: PatrolIn, *, by: str, now: datetime) -> tuple[Patrol, list[Hazard]]:
    rules.must_follow_checklist(body)
    await squad_must_exist(tx, body.community, body.squad_id)
    await must_be_ours(tx, TABLES, body.correlation_id, body.community)
    findings = [(place, finding) for place in body.places for finding in place.findings]
    patrol = Patrol(
        community=body.community, squad_id=body.squad_id, checklist=body.checklist,
        starts_at=body.walked.starts_at, ends_at=body.walked.ends_at,
        places=[place.model_dump(mode="json", exclude={"findings"}) for place in body.places],
        places_checked=len(body.places), hazards_found=len(findings), submitted_by=by,
        correlation_id=body.correlation_id or new_id(), created_at=now, updated_at=now,
    )
    tx.add(patrol)
    said = PatrolSubmitted(patrol_id=patrol.id, squad_id=patrol.squad_id, places_checked=patrol.places_checked,
                           hazards_found=patrol.hazards_found)
    emit(tx, said, of=patrol, correlation_id=patrol.correlation_id)
    hazards = [
        await report(tx, hazard_of(body.community, place, finding), by=by, now=now, origin="patrol",
                     correlation_id=patrol.correlation_id, patrol_id=patrol.id)
        for place, finding in findings
    ]
    return patrol, hazards


def hazard_of(community: str, place: PlaceVisit, finding: Finding) -> HazardIn:
    return HazardIn(community=community, place_id=place.place_id, place_label=place.place_label, point=place.point,
                    **finding.model_dump())
