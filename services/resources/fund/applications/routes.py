"""Applications over HTTP: from the asking to the report, each step by whom it is for."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import col, select

from services.resources.fund.applications import actions, ballots, paying
from services.resources.fund.applications.models import (
    AppealIn,
    Application,
    ApplicationIn,
    ApplicationKind,
    ApplicationOut,
    ApplicationState,
    Ballot,
    BallotIn,
    BallotOut,
    DecideIn,
    JudgeIn,
    NoticeOut,
    PayIn,
    ReasonIn,
    ReportIn,
    VoteIn,
)
from services.resources.fund.funds.models import Fund
from services.resources.fund.ledger.models import ReversalIn
from services.resources.rights.own import is_mine
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import Caller, requires
from shared.identity.within import Within
from shared.types import Community

router = APIRouter(prefix="/v1", tags=["fund"])

Submit = requires("applications:submit")
ReadThem = requires("applications:read")
Examine = requires("applications:examine")
CastVotes = requires("applications:vote")
Appeal = requires("applications:appeal")
Judge = requires("applications:judge")
Pay = requires("applications:pay")
SeePublic = requires("disclosures:read")


@router.post("/applications", status_code=201)
@idempotent
async def submit_application(body: ApplicationIn, caller: Submit, tx: Tx, now: Now) -> ApplicationOut:
    fund = caller.must_find(await found(tx, Fund, body.fund_id))
    return await actions.submit(tx, fund, body, by=caller.subject, now=now)


@router.get("/applications")
async def list_applications(
    caller: ReadThem, session: Read, query: Paging, community: Community | None = None, fund_id: UUID | None = None,
    kind: ApplicationKind | None = None, state: ApplicationState | None = None,
) -> Page[ApplicationOut]:
    """Applicants see their own."""
    wanted = {Application.fund_id: fund_id, Application.kind: kind, Application.state: state}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return await page_of(session, Application, query, within(caller, community).predicate, *conditions)


@router.get("/applications/{id}")
async def read_application(id: UUID, caller: ReadThem, session: Read, response: Response) -> ApplicationOut:
    return tagged(response, await found(session, Application, id, within=within(caller)))


@router.get("/public-notices")
async def list_notices(
    caller: SeePublic, session: Read, query: Paging, community: Community | None = None,
) -> Page[NoticeOut]:
    """What may be objected to now: for what and how much, never for whom."""
    shown = col(Application.state).in_(("public_notice", "appealed")) & col(Application.notice_until).is_not(None)
    return await page_of(session, Application, query, caller.scope(Application.community, community), shown)


@router.post("/applications/{id}/find-eligible")
@idempotent
async def find_eligible(id: UUID, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    """By somebody else than its author."""
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return actions.examine(tx, application, "find_eligible", None, by=caller.subject, now=now)


@router.post("/applications/{id}/refuse")
@idempotent
async def refuse(id: UUID, body: ReasonIn, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return actions.examine(tx, application, "refuse", body.reason, by=caller.subject, now=now)


@router.post("/applications/{id}/open-vote")
@idempotent
async def open_vote(id: UUID, body: VoteIn, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return await actions.open_vote(tx, application, body, now)


@router.post("/applications/{id}/ballots", status_code=201)
@idempotent
async def cast_ballot(id: UUID, body: BallotIn, caller: CastVotes, tx: Tx, now: Now) -> BallotOut:
    """Once a round, by a member of the committee the vote was opened for; relatives recuse themselves."""
    application = caller.must_find(await locked(tx, Application, id))
    return await ballots.cast(tx, application, body, account=caller.subject, person=caller.person, now=now)


@router.get("/applications/{id}/ballots")
async def list_ballots(id: UUID, caller: CastVotes, session: Read) -> list[BallotOut]:
    """For the minutes, which members and supervisors read."""
    application = caller.must_find(await found(session, Application, id))
    rows = await session.exec(select(Ballot).where(Ballot.application_id == application.id).order_by(Ballot.id))
    return [BallotOut.model_validate(row) for row in rows.all()]


@router.post("/applications/{id}/decide")
@idempotent(required=True)
async def decide(id: UUID, body: DecideIn, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    """Counts. Approved, the money is held from this moment on."""
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return await actions.decide(tx, application, body, by=caller.subject, now=now)


@router.post("/applications/{id}/publish")
@idempotent
async def publish(id: UUID, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return actions.publish(tx, application, now)


@router.post("/applications/{id}/appeal")
@idempotent
async def appeal(id: UUID, body: AppealIn, caller: Appeal, tx: Tx, now: Now) -> NoticeOut:
    """By anybody of the community, against an award or a refusal. Who asked for the money is not told."""
    application = caller.must_find(await locked(tx, Application, id))
    return actions.appeal(tx, application, body, by=caller.subject, now=now)


@router.post("/applications/{id}/judge-appeal")
@idempotent
async def judge_appeal(id: UUID, body: JudgeIn, caller: Judge, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return await actions.judge(tx, application, body, by=caller.subject, now=now)


@router.post("/applications/{id}/pay")
@idempotent(required=True)
async def pay(id: UUID, body: PayIn, caller: Pay, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    """After the notice, by somebody who neither wrote nor approved it."""
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return await paying.pay(tx, application, body, by=caller.subject, now=now)


@router.post("/applications/{id}/return-payment")
@idempotent(required=True)
async def return_payment(id: UUID, body: ReversalIn, caller: Pay, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return await paying.take_back(tx, application, body, by=caller.subject, now=now)


@router.post("/applications/{id}/report")
@idempotent
async def report(id: UUID, body: ReportIn, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return actions.finish(tx, application, "report", now, body.words)


@router.post("/applications/{id}/close")
@idempotent
async def close(id: UUID, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return actions.finish(tx, application, "close", now)


@router.post("/applications/{id}/withdraw")
@idempotent(required=True)
async def withdraw(id: UUID, body: ReasonIn, caller: Examine, tx: Tx, now: Now, seen: IfMatch) -> ApplicationOut:
    application = caller.must_find(await locked(tx, Application, id, expected_version=seen))
    return await actions.withdraw(tx, application, body.reason, by=caller.subject, now=now)


def within(caller: Caller, community: Community | None = None) -> Within:
    return caller.within(Application.community, community, own=is_mine(caller, col(Application.applicant_resident_id)))
