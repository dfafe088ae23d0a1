"""A committee is formed for a fund, and ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.committees import rules
from services.resources.fund.committees.models import Committee, CommitteeIn, CommitteeMember
from services.resources.fund.funds.models import Fund
from services.resources.register.residents.models import Resident
from shared.clock import local_day
from shared.db import changed
from shared.events.resources_application import CommitteeEnded, CommitteeFormed
from shared.http.problems import Conflict, Words, invalid
from shared.messaging.outbox import emit
from shared.types import new_id


async def form(tx: AsyncSession, fund: Fund, body: CommitteeIn, now: datetime) -> Committee:
    """`fund` is locked."""
    charter = rules.charter_of(body.charter, local_day(now))
    rules.must_be_composed(body.members, charter)
    rules.must_have_a_term(body.ends_on, local_day(now))
    await residents_must_be_ours(tx, fund.community, {one.resident_id for one in body.members if one.resident_id})
    if await sitting(tx, fund.id) is not None:
        raise Conflict(Words("先结束现任管委会", "End the committee that sits now first"), rule="one_committee")
    committee = Committee(
        community=fund.community, fund_id=fund.id, charter=charter.version, starts_on=local_day(now), ends_on=body.ends_on,
        correlation_id=new_id(), created_at=now, updated_at=now)
    tx.add(committee)
    await tx.flush()
    tx.add_all(CommitteeMember(**one.model_dump(), community=fund.community, committee_id=committee.id)
               for one in body.members)
    voting = sum(one.role in rules.VOTING for one in body.members)
    said = CommitteeFormed(committee_id=committee.id, fund_id=fund.id, charter=charter.version, members=voting,
                           supervisors=len(body.members) - voting)
    emit(tx, said, of=committee, correlation_id=committee.correlation_id)
    await tx.flush()
    return committee


async def residents_must_be_ours(tx: AsyncSession, community: str, ids: set[UUID]) -> None:
    known = set((await tx.exec(select(Resident.id).where(
        col(Resident.id).in_(ids), Resident.community == community))).all())
    if ids - known:
        raise invalid("body.members", "本社区没有登记这些居民", "Not in the register of this community", unknown=len(ids - known))


def end(tx: AsyncSession, committee: Committee, reason: str, now: datetime) -> Committee:
    """`committee` is locked. Votes it began are still its own."""
    rules.must_sit(committee.state, committee.ends_on, committee.ends_on)
    committee.state, committee.ended_because = "ended", reason
    changed(committee, now)
    said = CommitteeEnded(committee_id=committee.id, fund_id=committee.fund_id, reason=reason)
    emit(tx, said, of=committee, correlation_id=committee.correlation_id)
    return committee


async def sitting(session: Any, fund_id: UUID) -> Committee | None:
    return (await session.exec(select(Committee).where(
        Committee.fund_id == fund_id, Committee.state == "active"))).first()


async def members_of(session: Any, committee_id: UUID) -> Sequence[CommitteeMember]:
    return (await session.exec(select(CommitteeMember).where(
        CommitteeMember.committee_id == committee_id).order_by(CommitteeMember.id))).all()
