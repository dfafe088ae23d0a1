"""What the eldercare service does when the others speak."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.eldercare.consents import actions as consents
from services.eldercare.home_safety import following
from services.eldercare.rights import answering
from services.eldercare.tables import TABLES
from shared.events import Event, identity, resources, volunteer
from shared.identity.ended import hearing
from shared.messaging.listen import Listeners

listeners = Listeners()
listeners.on(identity.SessionRevoked, identity.MembershipChanged)(hearing(TABLES.ended_session))


@listeners.on(
    volunteer.HazardReported, volunteer.HazardVerified, volunteer.HazardRejected, volunteer.HazardDuplicateFound,
    volunteer.HazardAssigned, volunteer.HazardMitigationStarted, volunteer.HazardMitigated,
    volunteer.HazardReinspected, volunteer.HazardClosed, volunteer.HazardReopened,
)
async def follow_the_hazard(tx: AsyncSession, event: Event[Any], now: datetime) -> None:
    await following.hear(tx, event, now)


@listeners.on(resources.SubjectRequestOpened)
async def answer_for_a_person(tx: AsyncSession, event: Event[resources.SubjectRequestOpened], now: datetime) -> None:
    await answering.hear(tx, event, now)


@listeners.on(resources.ConsentGiven)
async def remember_a_yes(tx: AsyncSession, event: Event[resources.ConsentGiven], now: datetime) -> None:
    await consents.hear_given(tx, event)


@listeners.on(resources.ConsentWithdrawn)
async def remember_a_no(tx: AsyncSession, event: Event[resources.ConsentWithdrawn], now: datetime) -> None:
    await consents.hear_stopped(tx, event)
