"""What the mediation service does when the others speak: it follows every loop that a resident's word began."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.mediation.opinions import following
from services.mediation.rights import answering
from services.mediation.tables import TABLES
from shared.events import Event, identity, resources, volunteer
from shared.identity.ended import hearing
from shared.messaging.listen import Listeners

listeners = Listeners()
listeners.on(identity.SessionRevoked, identity.MembershipChanged)(hearing(TABLES.ended_session))


@listeners.on(
    volunteer.PatrolSubmitted,
    volunteer.HazardReported, volunteer.HazardVerified, volunteer.HazardRejected, volunteer.HazardDuplicateFound,
    volunteer.HazardAssigned, volunteer.HazardMitigationStarted, volunteer.HazardMitigated,
    volunteer.HazardReinspected, volunteer.HazardClosed, volunteer.HazardReopened, volunteer.HazardEscalated,
    resources.NeedSubmitted, resources.NeedOpened, resources.NeedShort, resources.NeedCovered, resources.NeedFulfilled,
    resources.NeedClosedShort, resources.NeedCancelled,
    resources.WorksPlanned, resources.WorksProviderChosen, resources.WorksScheduled, resources.WorksInstalled,
    resources.WorksRefused, resources.WorksAccepted, resources.WorksCancelled,
)
async def follow_the_loop(tx: AsyncSession, event: Event[Any], now: datetime) -> None:
    await following.hear(tx, event, now)


@listeners.on(resources.SubjectRequestOpened)
async def answer_for_a_person(tx: AsyncSession, event: Event[resources.SubjectRequestOpened], now: datetime) -> None:
    await answering.hear(tx, event, now)
