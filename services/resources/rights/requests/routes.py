"""Requests about one's own data, over HTTP: asked, followed, and their result."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import col

from services.resources.rights.own import is_mine, person_of, resident_within
from services.resources.rights.requests import actions
from services.resources.rights.requests.models import (
    BeginIn,
    ExportOut,
    KeptOut,
    PartOut,
    RefuseIn,
    ResultOut,
    State,
    SubjectRequest,
    SubjectRequestIn,
    SubjectRequestOut,
    SubjectRequestPart,
)
from services.resources.rights.requests.signing import ResultKey, content_of
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.http.problems import WrongState
from shared.identity.caller import Caller, requires
from shared.identity.within import Within
from shared.privacy.audit import record_read
from shared.privacy.rights.holdings import KEPT_BECAUSE
from shared.types import Community

router = APIRouter(prefix="/v1/subject-requests", tags=["rights"])

Ask = requires("subject_requests:ask")
ReadRequests = requires("subject_requests:read")
Handle = requires("subject_requests:handle")
Download = requires("subject_requests:download")


async def read_result_key(request: Request) -> ResultKey:
    return ResultKey(request.app.state.settings.audit_key_file)


Key = Annotated[ResultKey, Depends(read_result_key)]


@router.post("", status_code=201)
@idempotent
async def ask(body: SubjectRequestIn, caller: Ask, tx: Tx, now: Now) -> SubjectRequestOut:
    """For oneself, or noted down by staff for somebody, or for a guardian. One request is for all services."""
    resident = await resident_within(tx, caller, body.resident_id)
    request = await actions.ask(
        tx, resident, body, by=caller.subject, by_themselves=person_of(caller) == resident.id, now=now)
    return await shown(tx, request, now)


@router.get("")
async def list_requests(
    caller: ReadRequests, session: Read, query: Paging, now: Now, community: Community | None = None,
    resident_id: UUID | None = None, state: State | None = None, overdue: bool = False,
) -> Page[SubjectRequestOut]:
    wanted = {SubjectRequest.resident_id: resident_id, SubjectRequest.state: state}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if overdue:
        conditions += [SubjectRequest.finished_at.is_(None), SubjectRequest.due_at <= now]
    page = await page_of(session, SubjectRequest, query, within(caller, community).predicate, *conditions)
    return Page(items=[await shown(session, one, now) for one in page.items], next=page.next)


@router.get("/keys")
async def read_keys(caller: ReadRequests, key: Key) -> dict[str, Any]:
    """The public key that results are signed with, as a JWK Set."""
    return key.published()


@router.get("/{id}")
async def read_request(id: UUID, caller: ReadRequests, session: Read, now: Now, response: Response) -> SubjectRequestOut:
    request = await found(session, SubjectRequest, id, within=within(caller))
    return tagged(response, await shown(session, request, now))


@router.get("/{id}/result")
async def read_result(id: UUID, caller: ReadRequests, session: Read) -> ResultOut:
    """What was done and what was kept, and why: signed, so that it can be shown to anybody."""
    request = await found(session, SubjectRequest, id, within=within(caller))
    if request.result is None:
        raise WrongState(state=request.state)
    return ResultOut(result=content_of(request.result), jws=request.result)


@router.get("/{id}/download")
async def download(id: UUID, caller: Download, tx: Tx, now: Now, request: Request) -> ExportOut:
    """Everything that is held about the person, of all four services, for 14 days. Only the person who asked gets the
    words of disputes: staff get the rest. Written down, whoever fetches it."""
    asked = await found(tx, SubjectRequest, id, within=within(caller))
    services = await actions.assembled(tx, asked, request.app.state.peers, by=caller.subject, now=now)
    record_read(tx, asked, purpose="subject_request", resident_id=asked.resident_id)
    return ExportOut(request_id=asked.id, resident_id=asked.resident_id, assembled_at=now, services=services)


@router.post("/{id}/begin")
@idempotent
async def begin(id: UUID, body: BeginIn, caller: Handle, tx: Tx, now: Now, seen: IfMatch) -> SubjectRequestOut:
    """After somebody looked at it: a correction with what the register shall say; by a second person what
    cannot be taken back, and an export or a lifting that was noted down for somebody."""
    request = caller.must_find(await locked(tx, SubjectRequest, id, expected_version=seen))
    return await shown(tx, await actions.begin(tx, request, body.changes, by=caller.subject, now=now), now)


@router.post("/{id}/refuse")
@idempotent
async def refuse(
    id: UUID, body: RefuseIn, caller: Handle, tx: Tx, now: Now, seen: IfMatch, key: Key,
) -> SubjectRequestOut:
    request = caller.must_find(await locked(tx, SubjectRequest, id, expected_version=seen))
    actions.refuse(tx, request, body.reason, key, by=caller.subject, now=now)
    return await shown(tx, request, now)


def within(caller: Caller, community: str | None = None) -> Within:
    return caller.within(SubjectRequest.community, community, own=is_mine(caller, col(SubjectRequest.resident_id)))


async def shown(session: Any, request: SubjectRequest, now: Now) -> SubjectRequestOut:
    await flushed(session)
    columns = {name: getattr(request, name) for name in SubjectRequestOut.model_fields if hasattr(request, name)}
    parts = [part_out(part) for part in await actions.parts_of(session, request.id)]
    return SubjectRequestOut(**columns, overdue=request.finished_at is None and request.due_at <= now, parts=parts)


async def flushed(session: Any) -> None:
    if hasattr(session, "flush"):
        await session.flush()


def part_out(part: SubjectRequestPart) -> PartOut:
    kept = [KeptOut(reason=reason, rows=rows, zh=KEPT_BECAUSE[reason].zh, en=KEPT_BECAUSE[reason].en)
            for reason, rows in part.kept.items()]
    return PartOut(service=part.service, state=part.state, found=part.found, changed=part.changed, kept=kept,
                   answered_at=part.answered_at)
