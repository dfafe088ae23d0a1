"""What the volunteer service does when the others speak."""

from datetime import datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.hazards import actions, rules
from services.volunteer.hazards.models import Hazard, HazardEscalateIn, HazardIn
from services.volunteer.rights import answering
from services.volunteer.tables import TABLES
from services.volunteer.volunteers.actions import refresh_from_register
from shared.db import changed
from shared.events import Event
from shared.events.eldercare import HazardFound
from shared.events.identity import MembershipChanged, SessionRevoked
from shared.events.mediation import OpinionReceived
from shared.events.resources import (
    NeedClosedShort,
    NeedFulfilled,
    NeedOpened,
    ResidentUpdated,
    SubjectRequestOpened,
    WorksAccepted,
    WorksCancelled,
    WorksInstalled,
    WorksPlanned,
    WorksScheduled,
)
from shared.identity.ended import hearing
from shared.messaging.listen import Listeners

listeners = Listeners()
listeners.on(SessionRevoked, MembershipChanged)(hearing(TABLES.ended_session))


async def hazard_in(tx: AsyncSession, id: UUID | None) -> Hazard | None:
    """The hazard an event speaks of, locked; none when the event is about something else."""
    if id is None:
        return None
    return (await tx.exec(select(Hazard).where(Hazard.id == id).with_for_update())).one_or_none()


@listeners.on(OpinionReceived)
async def report_what_was_said(tx: AsyncSession, event: Event[OpinionReceived], now: datetime) -> None:
    said = event.data
    if said.kind != "hazard":
        return
    body = HazardIn(community=event.community, kind=said.topic or "other", severity=said.severity,
                    place_id=said.place_id)
    await actions.report(tx, body, by=f"opinion:{said.opinion_id}", now=now, origin="opinion",
                         correlation_id=event.correlationid, opinion_id=said.opinion_id)


@listeners.on(HazardFound)
async def report_what_was_found(tx: AsyncSession, event: Event[HazardFound], now: datetime) -> None:
    seen = event.data
    body = HazardIn(community=event.community, kind=seen.kind, severity=seen.severity, place_id=seen.place_id)
    await actions.report(tx, body, by=f"finding:{seen.finding_id}", now=now, origin="home_safety",
                         correlation_id=event.correlationid, finding_id=seen.finding_id)


@listeners.on(NeedOpened, WorksPlanned)
async def remember_who_helps(
    tx: AsyncSession, event: Event[NeedOpened] | Event[WorksPlanned], now: datetime,
) -> None:
    hazard = await hazard_in(tx, event.data.hazard_id)
    if hazard is None or hazard.state not in rules.OPEN:
        return
    hazard.need_id = event.data.need_id or hazard.need_id
    hazard.works_id = getattr(event.data, "works_id", None) or hazard.works_id
    changed(hazard, now)


@listeners.on(WorksScheduled)
async def begin_mitigation(tx: AsyncSession, event: Event[WorksScheduled], now: datetime) -> None:
    hazard = await hazard_in(tx, event.data.hazard_id)
    if hazard and rules.allows(hazard.state, "start_mitigation"):
        actions.start_mitigation(tx, hazard, now, works_id=event.data.works_id)


@listeners.on(WorksInstalled)
async def remember_who_installed(tx: AsyncSession, event: Event[WorksInstalled], now: datetime) -> None:
    """Of every attempt: the acceptance names only the last who installed."""
    hazard = await hazard_in(tx, event.data.hazard_id)
    if hazard and event.data.installed_by not in hazard.fixed_by:
        actions.add_fixers(hazard, event.data.installed_by)
        changed(hazard, now)


@listeners.on(WorksAccepted)
async def mitigate_by_works(tx: AsyncSession, event: Event[WorksAccepted], now: datetime) -> None:
    hazard = await hazard_in(tx, event.data.hazard_id)
    if hazard and rules.allows(hazard.state, "mitigate"):
        await actions.mitigate(tx, hazard, by=event.data.installed_by, now=now)


@listeners.on(NeedFulfilled)
async def mitigate_by_supply(tx: AsyncSession, event: Event[NeedFulfilled], now: datetime) -> None:
    hazard = await hazard_in(tx, event.data.hazard_id)
    if hazard and rules.allows(hazard.state, "mitigate"):
        hazard.is_supplied = True
        changed(hazard, now)
        await mitigate_when_supplied(tx, hazard, now)


@listeners.on(WorksCancelled)
async def forget_works(tx: AsyncSession, event: Event[WorksCancelled], now: datetime) -> None:
    hazard = await hazard_in(tx, event.data.hazard_id)
    if hazard and hazard.works_id == event.data.works_id:
        hazard.works_id = None
        changed(hazard, now)
        await mitigate_when_supplied(tx, hazard, now)


async def mitigate_when_supplied(tx: AsyncSession, hazard: Hazard, now: datetime) -> None:
    """Where works are planned, it is their acceptance that counts. Order between works and needs is not promised."""
    if hazard.is_supplied and hazard.works_id is None and rules.allows(hazard.state, "mitigate"):
        await actions.mitigate(tx, hazard, now=now)


@listeners.on(NeedClosedShort)
async def escalate_shortage(tx: AsyncSession, event: Event[NeedClosedShort], now: datetime) -> None:
    hazard = await hazard_in(tx, event.data.hazard_id)
    if hazard and hazard.state in rules.OPEN:
        actions.escalate(tx, hazard, HazardEscalateIn(reason="need_closed_short"), now)


@listeners.on(ResidentUpdated)
async def refresh_who_volunteers(tx: AsyncSession, event: Event[ResidentUpdated], now: datetime) -> None:
    await refresh_from_register(tx, event.data.resident_id, event.community, now)


@listeners.on(SubjectRequestOpened)
async def answer_for_a_person(tx: AsyncSession, event: Event[SubjectRequestOpened], now: datetime) -> None:
    await answering.hear(tx, event, now)
