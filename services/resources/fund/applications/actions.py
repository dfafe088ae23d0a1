"""An application on its way: examined, voted on, shown to all, appealed. Its money is with paying.py."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.applications import ballots, rules
from services.resources.fund.applications.models import (
    AppealIn,
    Application,
    ApplicationIn,
    DecideIn,
    JudgeIn,
    VoteIn,
)
from services.resources.fund.applications.paying import keep_for, let_go
from services.resources.fund.committees.actions import sitting
from services.resources.fund.committees.charters import CHARTERS
from services.resources.fund.committees.rules import must_sit
from services.resources.fund.funds.models import Fund
from services.resources.register.organisations.models import Organisation
from services.resources.register.residents.models import Resident
from shared.clock import local_day
from shared.db import changed
from shared.events import resources_application as events
from shared.http.problems import Conflict, Words, invalid
from shared.messaging.outbox import emit
from shared.types import new_id


async def submit(tx: AsyncSession, fund: Fund, body: ApplicationIn, *, by: str, now: datetime) -> Application:
    rules.must_be_complete(body)
    for field, table in (("applicant_resident_id", Resident), ("applicant_organisation_id", Organisation)):
        await must_be_ours(tx, table, fund.community, getattr(body, field), field)
    application = Application(**body.model_dump(), community=fund.community, author=by, correlation_id=new_id(),
                              created_at=now, updated_at=now)
    tx.add(application)
    said = events.ApplicationSubmitted(application_id=application.id, fund_id=fund.id, kind=application.kind,
                                       purpose=application.purpose, amount=application.amount)
    emit(tx, said, of=application, correlation_id=application.correlation_id)
    return application


async def must_be_ours(tx: AsyncSession, table: type, community: str, id: UUID | None, field: str) -> None:
    row = await tx.get(table, id) if id else None
    if id and (row is None or row.community != community):
        raise invalid(f"body.{field}", "本社区没有登记", "Not in the register of this community")


def examine(
    tx: AsyncSession, application: Application, step: str, reason: str | None, *, by: str, now: datetime,
) -> Application:
    """A second person finds it eligible, or refuses it. It is locked, as in all that follows."""
    state = rules.next_state(application.state, step)
    rules.must_be_another(by, {application.author}, "examiner")
    application.examined_by = by
    id = application.id
    said = (events.ApplicationFoundEligible(application_id=id) if step == "find_eligible"
            else events.ApplicationRefused(application_id=id, reason=reason))
    return moved(tx, application, state, said, now, reason)


async def open_vote(tx: AsyncSession, application: Application, body: VoteIn, now: datetime) -> Application:
    """For the committee that sits now, by its charter; again, when a round ended without a decision."""
    state = rules.next_state(application.state, "open_vote")
    if application.state == "in_vote":
        rules.must_be_over(application.vote_closes_at, now)
    rules.must_close_later(body.closes_at, now)
    committee = await sitting(tx, application.fund_id)
    if committee is None:
        raise Conflict(Words("基金没有管委会", "The fund has no committee"), rule="no_committee")
    must_sit(committee.state, committee.ends_on, local_day(now))
    application.committee_id, application.charter = committee.id, committee.charter
    application.round, application.vote_closes_at = application.round + 1, body.closes_at
    said = events.VoteOpened(application_id=application.id, committee_id=committee.id, charter=committee.charter,
                             round=application.round, closes_at=body.closes_at)
    return moved(tx, application, state, said, now)


async def decide(tx: AsyncSession, application: Application, body: DecideIn, *, by: str, now: datetime) -> Application:
    """Counts the ballots. Approved, the money is held at once; raises `InsufficientFunds` when there is too little."""
    rules.next_state(application.state, "approve")
    rules.must_be_another(by, {application.author}, "approver")
    awarded = body.awarded or application.amount
    rules.must_be_within(awarded, application.amount, "awarded")
    count = await ballots.counted(tx, application, now)
    application.decided_by, application.decided_at = by, now
    if count.approved:
        application.awarded = awarded
        application.hold_id = await keep_for(tx, application, by=by, now=now)
    said = events.VoteDecided(
        application_id=application.id, round=application.round, approved=count.approved, approve=count.approve,
        reject=count.reject, abstain=count.abstain, recused=count.recused, awarded=application.awarded)
    return moved(tx, application, rules.next_state(application.state, "approve" if count.approved else "reject"), said, now)


def publish(tx: AsyncSession, application: Application, now: datetime) -> Application:
    """Everybody may see it, and object, for as many days as the charter says, counted from tomorrow."""
    state = rules.next_state(application.state, "publish")
    charter = CHARTERS.get(application.charter or "")
    if charter is None:
        raise rules.NotDecidable(rule="charter")
    application.notice_until = local_day(now) + timedelta(days=charter.notice_days)
    said = events.ApplicationPublished(application_id=application.id, notice_until=application.notice_until)
    return moved(tx, application, state, said, now)


def appeal(tx: AsyncSession, application: Application, body: AppealIn, *, by: str, now: datetime) -> Application:
    """Nothing is paid until it is judged."""
    state = rules.next_state(application.state, "appeal")
    application.appealed_from, application.appeal, application.appealed_by = application.state, body.words, by
    return moved(tx, application, state, events.ApplicationAppealed(application_id=application.id), now)


async def judge(tx: AsyncSession, application: Application, body: JudgeIn, *, by: str, now: datetime) -> Application:
    """Upheld against an award, the money is free again; against a refusal, it is voted on anew."""
    rules.next_state(application.state, "uphold" if body.upheld else "dismiss")
    rules.must_be_another(by, {application.author, application.appealed_by, application.decided_by}, "judge")
    state = rules.AFTER_APPEAL[application.appealed_from or "rejected", body.upheld]
    if body.upheld:
        await let_go(tx, application, body.reason, by=by, now=now)
        application.awarded, application.notice_until = None, None
    said = events.AppealJudged(application_id=application.id, upheld=body.upheld, reason=body.reason)
    return moved(tx, application, state, said, now, body.reason)


async def withdraw(tx: AsyncSession, application: Application, reason: str, *, by: str, now: datetime) -> Application:
    state = rules.next_state(application.state, "withdraw")
    await let_go(tx, application, reason, by=by, now=now)
    said = events.ApplicationWithdrawn(application_id=application.id, reason=reason)
    return moved(tx, application, state, said, now, reason)


def finish(
    tx: AsyncSession, application: Application, step: str, now: datetime, report: str | None = None,
) -> Application:
    """What the money did was reported; then the file is closed."""
    state = rules.next_state(application.state, step)
    application.report = report or application.report
    said = (events.ApplicationReported if step == "report" else events.ApplicationClosed)(application_id=application.id)
    return moved(tx, application, state, said, now)


def moved(
    tx: AsyncSession, application: Application, state: str, said: events.ApplicationPayload, now: datetime,
    reason: str | None = None,
) -> Application:
    application.state, application.state_because = state, reason
    changed(application, now)
    emit(tx, said, of=application, correlation_id=application.correlation_id)
    return application
