"""Ballots: who may cast one, who must not, and what they come to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.applications import rules
from services.resources.fund.applications.models import Application, Ballot, BallotIn
from services.resources.fund.committees.actions import members_of
from services.resources.fund.committees.charters import CHARTERS
from services.resources.fund.committees.models import CommitteeMember
from services.resources.fund.committees.rules import VOTING
from services.resources.register.residents.models import Resident
from shared.db import changed
from shared.http.problems import Conflict, NotAllowed, Words


async def cast(
    tx: AsyncSession, application: Application, body: BallotIn, *, account: str, person: UUID | None, now: datetime,
) -> Ballot:
    """`application` is locked. Raises `NotAllowed` for somebody who does not sit in its committee, `SamePerson` for its
    author, `Related` for the applicant's family."""
    rules.next_state(application.state, "vote")
    rules.must_still_run(application.vote_closes_at, now)
    rules.must_be_another(account, {application.author}, "approver")
    member = await seat_of(tx, application, account)
    related = await is_related(tx, application, {member.resident_id, person} - {None})
    rules.must_be_cast_rightly(body.choice, voting=member.role in VOTING, related=related, reason=body.reason)
    await must_be_the_first(tx, application, member)
    ballot = Ballot(community=application.community, application_id=application.id, round=application.round,
                    member_id=member.id, account=account, choice=body.choice, reason=body.reason, cast_at=now)
    tx.add(ballot)
    changed(application, now)
    await tx.flush()
    return ballot


async def seat_of(tx: AsyncSession, application: Application, account: str) -> CommitteeMember:
    member = (await tx.exec(select(CommitteeMember).where(
        CommitteeMember.committee_id == application.committee_id, CommitteeMember.account == account))).first()
    if member is None:
        raise NotAllowed(Words("不是本届管委会成员", "Not a member of the committee that decides this"))
    return member


async def must_be_the_first(tx: AsyncSession, application: Application, member: CommitteeMember) -> None:
    cast_already = await tx.exec(select(Ballot.id).where(
        Ballot.application_id == application.id, Ballot.round == application.round, Ballot.member_id == member.id))
    if cast_already.first() is not None:
        raise Conflict(Words("已投过票", "This member has voted"), rule="one_ballot")


async def is_related(tx: AsyncSession, application: Application, people: set[UUID]) -> bool:
    """The applicant, or somebody of the applicant's household. Other ties a member knows of and recuses for."""
    applicant = application.applicant_resident_id
    if applicant is None or not people:
        return False
    households = (await tx.exec(select(Resident.household_id).where(
        Resident.id == applicant, col(Resident.household_id).is_not(None)))).all()
    same = select(Resident.id).where(col(Resident.id).in_(people), col(Resident.household_id).in_(households))
    return applicant in people or (await tx.exec(same)).first() is not None


async def votes_of(session: Any, application: Application) -> list[rules.Vote]:
    """Of the round that runs."""
    rows = await session.exec(
        select(Ballot.account, CommitteeMember.role, Ballot.choice)
        .join(CommitteeMember, col(CommitteeMember.id) == Ballot.member_id)
        .where(Ballot.application_id == application.id, Ballot.round == application.round))
    return [rules.Vote(account, role in VOTING, choice) for account, role, choice in rows.all()]


async def counted(tx: AsyncSession, application: Application, now: datetime) -> rules.Tally:
    """By the charter that the vote was opened with. Raises `NotDecidable`."""
    voting = sum(one.role in VOTING for one in await members_of(tx, application.committee_id))
    closed = application.vote_closes_at is None or application.vote_closes_at <= now
    charter = CHARTERS.get(application.charter or "")
    if charter is None:
        raise rules.NotDecidable(rule="charter")
    return rules.tally(await votes_of(tx, application), voting, charter, closed=closed)
