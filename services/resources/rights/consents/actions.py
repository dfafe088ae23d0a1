"""Consents are recorded and withdrawn; nothing that was recorded is ever changed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.organisations.models import Organisation
from services.resources.register.residents.models import Resident
from services.resources.rights.consents import rules
from services.resources.rights.consents.models import Consent, ConsentIn, WithdrawIn
from shared.clock import local_day
from shared.db import Reader
from shared.events.resources import ConsentGiven, ConsentWithdrawn
from shared.http.problems import invalid
from shared.messaging.outbox import emit
from shared.privacy.rights.standing import Said, Stand, standing
from shared.types import new_id


async def record(
    tx: AsyncSession, resident: Resident, body: ConsentIn, *, by: str, by_themselves: bool, now: datetime,
) -> Consent:
    rules.must_be_complete(body, born=resident.birth_date, by_themselves=by_themselves, now=now)
    await recipient_must_be_ours(tx, resident.community, body.recipient_id)
    facts = body.model_dump(exclude={"resident_id", "refused", "starts_on", "given_at"})
    consent = Consent(
        **facts, community=resident.community, resident_id=resident.id, step="refused" if body.refused else "given",
        basis="consent", starts_on=body.starts_on or local_day(body.given_at or now), recorded_by=by, created_at=now, updated_at=now)
    tx.add(consent)
    if consent.step == "given":
        said = ConsentGiven(**about(consent, consent.id), starts_on=consent.starts_on, ends_on=consent.ends_on)
    else:
        said = ConsentWithdrawn(**about(consent, consent.id))
    emit(tx, said, of=consent, correlation_id=new_id())
    return consent


async def withdraw(
    tx: AsyncSession, given: Consent, body: WithdrawIn, *, by: str, by_themselves: bool, now: datetime,
) -> Consent:
    """`given` is locked."""
    rules.must_be_signed(body, by_themselves=by_themselves)
    reversing = (await tx.exec(select(Consent.id).where(Consent.reverses_id == given.id))).first()
    rules.must_be_reversible(given.step, reversing is not None)
    withdrawal = Consent(
        **body.model_dump(), community=given.community, resident_id=given.resident_id, step="withdrawn",
        purpose=given.purpose, categories=given.categories, recipient_id=given.recipient_id, basis=given.basis,
        notice=given.notice, starts_on=local_day(now), recorded_by=by, reverses_id=given.id,
        created_at=now, updated_at=now)
    tx.add(withdrawal)
    emit(tx, ConsentWithdrawn(**about(given, given.id)), of=withdrawal, correlation_id=new_id())
    return withdrawal


def about(consent: Consent, id: UUID) -> dict[str, Any]:
    return {"consent_id": id, "resident_id": consent.resident_id, "purpose": consent.purpose,
            "recipient_id": consent.recipient_id}


async def recipient_must_be_ours(tx: AsyncSession, community: str, id: UUID | None) -> None:
    organisation = await tx.get(Organisation, id) if id else None
    if id and (organisation is None or organisation.community != community):
        raise invalid("body.recipient_id", "本社区没有登记这个组织", "Not in the register of this community")


async def standings(
    session: AsyncSession | Reader, resident_id: UUID, today: date,
) -> dict[tuple[str, UUID | None], Stand]:
    """(purpose, recipient) → how it stands, of all that were ever spoken of."""
    said: dict[tuple[str, UUID | None], list[Said]] = defaultdict(list)
    for one in await records_of(session, resident_id):
        said[one.purpose, one.recipient_id].append(
            Said(one.id, one.step, one.starts_on, one.ends_on, one.reverses_id))
    return {key: standing(records, today) for key, records in said.items()}


async def records_of(session: AsyncSession | Reader, resident_id: UUID) -> Sequence[Consent]:
    return (await session.exec(select(Consent).where(Consent.resident_id == resident_id).order_by(Consent.id))).all()
