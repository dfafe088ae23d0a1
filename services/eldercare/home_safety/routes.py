"""Home safety checks over HTTP. They are part of an elder's file: every read leaves an entry."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.eldercare.home_safety import actions, within
from services.eldercare.home_safety.checklists import CHECKLISTS, ROOMS, Checklist
from services.eldercare.home_safety.models import (
    AcceptIn,
    FindingOut,
    HomeSafetyCheck,
    HomeSafetyCheckFileOut,
    HomeSafetyCheckIn,
    HomeSafetyCheckOut,
    HomeSafetyFinding,
    Result,
    State,
)
from services.eldercare.home_safety.reading import audited, must_be_unrestricted, unrestricted
from services.eldercare.home_safety.register import home_of
from shared.clock import Now
from shared.db import Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Code, Community, Out

router = APIRouter(tags=["home safety"])

Check = requires("home_safety:check")
ReadFiles = requires("home_safety:read")
Accept = requires("home_safety:accept")


class ChecklistItemOut(Out):
    """`kinds`: what may be wrong, the usual one first, each with its usual severity."""

    code: str
    zh: str
    en: str
    kinds: dict[str, int]
    source: Literal["secondary", "own"]


class ChecklistRoomOut(Out):
    code: str
    zh: str
    en: str
    items: list[ChecklistItemOut]


class ChecklistOut(Out):
    version: str
    rooms: list[ChecklistRoomOut]


@router.get("/v1/home-safety-checks/checklists")
async def list_checklists(caller: Check) -> list[ChecklistOut]:
    return [
        ChecklistOut(version=version, rooms=[room_out(code, checklist) for code in checklist.rooms])
        for version, checklist in CHECKLISTS.items()
    ]


@router.post("/v1/home-safety-checks", status_code=201)
@idempotent
async def complete_check(
    request: Request, body: HomeSafetyCheckIn, caller: Check, tx: Tx, now: Now,
) -> HomeSafetyCheckFileOut:
    caller.must_reach(body.community)
    place_id = await home_of(request.app.state.peers, body)
    check, findings = await actions.complete_check(tx, body, place_id=place_id, by=caller.subject, now=now)
    return HomeSafetyCheckFileOut(**check.model_dump(), findings=[finding.model_dump() for finding in findings])


@router.get("/v1/home-safety-checks")
async def list_checks(
    caller: ReadFiles, tx: Tx, query: Paging, community: Community | None = None,
    resident_id: UUID | None = None, correlation_id: UUID | None = None, purpose: Code = "care",
) -> Page[HomeSafetyCheckOut]:
    wanted = {HomeSafetyCheck.resident_id: resident_id, HomeSafetyCheck.correlation_id: correlation_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    page = await page_of(tx, HomeSafetyCheck, query, within.checks(caller, community).predicate,
                         unrestricted(HomeSafetyCheck, purpose), *conditions)
    audited(tx, page.items, purpose=purpose)
    return page


@router.get("/v1/home-safety-checks/{id}")
async def read_check(
    id: UUID, caller: ReadFiles, tx: Tx, response: Response, purpose: Code = "care",
) -> HomeSafetyCheckFileOut:
    check = await found(tx, HomeSafetyCheck, id, within=within.checks(caller))
    await must_be_unrestricted(tx, check, purpose)
    audited(tx, [check], purpose=purpose)
    findings = await actions.findings_of(tx, check.id)
    file = HomeSafetyCheckFileOut(**check.model_dump(), findings=[finding.model_dump() for finding in findings])
    return tagged(response, file)


@router.get("/v1/home-safety-findings")
async def list_findings(
    caller: ReadFiles, tx: Tx, query: Paging, community: Community | None = None,
    check_id: UUID | None = None, resident_id: UUID | None = None, result: Result | None = None,
    state: State | None = None, correlation_id: UUID | None = None, purpose: Code = "care",
) -> Page[FindingOut]:
    wanted = {HomeSafetyFinding.check_id: check_id, HomeSafetyFinding.resident_id: resident_id,
              HomeSafetyFinding.result: result, HomeSafetyFinding.state: state,
              HomeSafetyFinding.correlation_id: correlation_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    page = await page_of(
        tx, HomeSafetyFinding, query, within.findings(caller, community).predicate,
        unrestricted(HomeSafetyFinding, purpose), *conditions)
    audited(tx, page.items, purpose=purpose)
    return page


@router.get("/v1/home-safety-findings/{id}")
async def read_finding(
    id: UUID, caller: ReadFiles, tx: Tx, response: Response, purpose: Code = "care",
) -> FindingOut:
    finding = await found(tx, HomeSafetyFinding, id, within=within.findings(caller))
    await must_be_unrestricted(tx, finding, purpose)
    audited(tx, [finding], purpose=purpose)
    return tagged(response, finding)


@router.post("/v1/home-safety-findings/{id}/accept")
@idempotent
async def accept_finding(id: UUID, body: AcceptIn, caller: Accept, tx: Tx, now: Now, seen: IfMatch) -> FindingOut:
    """The elder, the family or a worker has seen that it is fixed."""
    finding = await locked(
        tx, HomeSafetyFinding, id, expected_version=seen, within=within.findings(caller))
    return actions.accept(finding, body.accepted_by, by=caller.subject, now=now)


def room_out(code: str, checklist: Checklist) -> ChecklistRoomOut:
    items = [
        ChecklistItemOut(code=item, zh=known.words.zh, en=known.words.en, kinds=known.kinds, source=known.source)
        for item in checklist.rooms[code] for known in [checklist.items[item]]
    ]
    return ChecklistRoomOut(code=code, zh=ROOMS[code].zh, en=ROOMS[code].en, items=items)
