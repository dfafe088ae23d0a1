"""Access for an emergency, over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import col

from services.resources.register.residents.models import Resident, ResidentOut
from services.resources.rights.emergency import actions, rules
from services.resources.rights.emergency.models import (
    EmergencyAccess,
    EmergencyAccessIn,
    EmergencyAccessOut,
    EmergencyFileOut,
    EmergencyToldIn,
    ReasonOut,
    ReviewIn,
)
from services.resources.rights.own import is_mine
from shared.clock import Now
from shared.db import Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import Caller, requires
from shared.identity.within import Within
from shared.privacy.audit import record_read
from shared.types import Community

router = APIRouter(prefix="/v1/emergency-accesses", tags=["rights"])

OpenFiles = requires("emergency_access:open")
UseAccess = requires("emergency_access:use")
ReadAccesses = requires("emergency_access:read")
Review = requires("emergency_access:review")
Tell = requires("emergency_access:tell")

UNTIL = "Emergency-Access-Until"


@router.post("", status_code=201)
@idempotent
async def open_file(body: EmergencyAccessIn, caller: OpenFiles, tx: Tx, now: Now) -> EmergencyAccessOut:
    """One person's file, for an hour, for whoever signed in with a second factor just now and says why."""
    rules.must_have_second_factor(caller.amr, caller.auth_time, now)
    resident = caller.must_find(await found(tx, Resident, body.resident_id))
    return await actions.open_file(tx, resident, body, by=caller.subject, now=now)


@router.get("/reasons")
async def list_reasons(caller: OpenFiles) -> list[ReasonOut]:
    return [ReasonOut(code=code, zh=words.zh, en=words.en) for code, words in rules.REASONS.items()]


@router.get("")
async def list_accesses(
    caller: ReadAccesses, tx: Tx, query: Paging, community: Community | None = None, resident_id: UUID | None = None,
    unreviewed: bool = False, untold: bool = False,
) -> Page[EmergencyAccessOut]:
    """`unreviewed`: nobody has judged it yet. `untold`: neither the elder nor the family has been told yet."""
    wanted = [EmergencyAccess.resident_id == resident_id] if resident_id else []
    if unreviewed:
        wanted.append(EmergencyAccess.verdict.is_(None))
    if untold:
        wanted.append(EmergencyAccess.told_at.is_(None))
    page = await page_of(tx, EmergencyAccess, query, readable(caller, community).predicate, *wanted)
    for access in page.items:
        record_read(tx, access, purpose="review", resident_id=access.resident_id)
    return page


@router.get("/{id}")
async def read_access(id: UUID, caller: ReadAccesses, tx: Tx, response: Response) -> EmergencyAccessOut:
    access = await found(tx, EmergencyAccess, id, within=readable(caller))
    record_read(tx, access, purpose="review", resident_id=access.resident_id)
    return tagged(response, access)


@router.get("/{id}/file")
async def read_file(id: UUID, caller: UseAccess, tx: Tx, now: Now, response: Response) -> EmergencyFileOut:
    """For whoever opened it, while it is open; every read is entered one by one."""
    access = await locked(tx, EmergencyAccess, id, within=opened_by_me(caller))
    resident = await actions.read_file(tx, access, now)
    response.headers[UNTIL] = access.ends_at.isoformat()
    return EmergencyFileOut(access_id=access.id, ends_at=access.ends_at, resident=ResidentOut.model_validate(resident))


@router.post("/{id}/end")
@idempotent
async def end_access(id: UUID, caller: UseAccess, tx: Tx, now: Now, seen: IfMatch) -> EmergencyAccessOut:
    access = await locked(tx, EmergencyAccess, id, expected_version=seen, within=opened_by_me(caller))
    return actions.close(tx, access, now)


@router.post("/{id}/review")
@idempotent
async def review(id: UUID, body: ReviewIn, caller: Review, tx: Tx, now: Now, seen: IfMatch) -> EmergencyAccessOut:
    """By another person, within 72 hours."""
    access = caller.must_find(await locked(tx, EmergencyAccess, id, expected_version=seen))
    return actions.review(tx, access, body, by=caller.subject, now=now)


@router.post("/{id}/confirm-told")
@idempotent
async def confirm_told(
    id: UUID, body: EmergencyToldIn, caller: Tell, tx: Tx, now: Now, seen: IfMatch,
) -> EmergencyAccessOut:
    """The elder or the family has been told."""
    access = caller.must_find(await locked(tx, EmergencyAccess, id, expected_version=seen))
    return actions.confirm_told(tx, access, body, by=caller.subject, now=now)


def readable(caller: Caller, community: str | None = None) -> Within:
    """Also those one opened oneself, and those to one's own file."""
    own = (col(EmergencyAccess.opened_by) == caller.subject) | is_mine(caller, col(EmergencyAccess.resident_id))
    return caller.within(EmergencyAccess.community, community, own=own)


def opened_by_me(caller: Caller) -> Within:
    return caller.within(EmergencyAccess.community, own=col(EmergencyAccess.opened_by) == caller.subject)
