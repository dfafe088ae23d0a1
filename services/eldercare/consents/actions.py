"""Follows the register of consents by its events, in whatever order they come."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.eldercare.consents.models import HeardConsent
from shared.events import Event
from shared.events.resources import ConsentGiven, ConsentWithdrawn
from shared.privacy.rights.standing import Said, standing


async def hear_given(tx: AsyncSession, event: Event[ConsentGiven]) -> None:
    await remember(tx, event, starts_on=event.data.starts_on, ends_on=event.data.ends_on)


async def hear_stopped(tx: AsyncSession, event: Event[ConsentWithdrawn]) -> None:
    await remember(tx, event, stopped_id=UUID(event.subject))


async def remember(tx: AsyncSession, event: Event[Any], **news: Any) -> None:
    said = event.data
    row = insert(HeardConsent).values(id=said.consent_id, community=event.community, resident_id=said.resident_id,
                                      purpose=said.purpose, recipient_id=said.recipient_id, **news)
    await tx.exec(row.on_conflict_do_update(index_elements=[HeardConsent.id], set_=news))


async def standing_of(tx: AsyncSession, resident_id: UUID, purpose: str, today: date) -> str:
    wanted = select(HeardConsent).where(HeardConsent.resident_id == resident_id, HeardConsent.purpose == purpose)
    return standing([one for row in (await tx.exec(wanted)).all() for one in said_in(row)], today).standing


def said_in(row: HeardConsent) -> Iterator[Said]:
    if row.starts_on is not None:
        yield Said(row.id, "given", row.starts_on, row.ends_on, None)
    if row.stopped_id is not None:
        reverses = row.id if row.starts_on is not None else None
        yield Said(row.stopped_id, "withdrawn" if reverses else "refused", row.starts_on or date.min, None, reverses)
