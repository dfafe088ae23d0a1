"""This service does its part of a request, and says so."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.mediation.rights.holdings import HOLDINGS
from services.mediation.rights.tables import RIGHTS
from shared.events import Event
from shared.events.mediation import SubjectRequestAnswered
from shared.events.resources import SubjectRequestOpened
from shared.messaging.outbox import emit
from shared.privacy.rights.answering import answer, told


async def hear(tx: AsyncSession, event: Event[SubjectRequestOpened], now: datetime) -> None:
    part = await answer(tx, event, HOLDINGS, RIGHTS, now)
    emit(tx, SubjectRequestAnswered(**told(part)), of=part, correlation_id=event.correlationid)
