"""Hazards over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import select

from services.volunteer.hazards import actions, within
from services.volunteer.hazards.kinds import KINDS, VERSION
from services.volunteer.hazards.map import FeatureCollection, hazard_map
from services.volunteer.hazards.models import (
    Hazard,
    HazardAssignIn,
    HazardDuplicateIn,
    HazardEscalateIn,
    HazardIn,
    HazardOut,
    HazardReinspectIn,
    HazardRejectIn,
    HazardReopenIn,
    HazardVerifyIn,
    State,
)
from services.volunteer.hazards.overdue import is_overdue
from services.volunteer.hazards.rules import OPEN
from shared.clock import Now, local_day
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Code, Community, Out

router = APIRouter(prefix="/v1/hazards", tags=["hazards"])

Report = requires("hazards:report")
ReadHazards = requires("hazards:read")
SeeMap = requires("hazards:see_map")
Verify = requires("hazards:verify")
Assign = requires("hazards:assign")
Mitigate = requires("hazards:mitigate")
Reinspect = requires("hazards:reinspect")
Escalate = requires("hazards:escalate")


class HazardKindOut(Out):
    code: str
    zh: str
    en: str
    severity: int
    items: list[dict]
    licence: str | None
    version: str


@router.post("", status_code=201)
@idempotent
async def report_hazard(body: HazardIn, caller: Report, tx: Tx, now: Now) -> HazardOut:
    caller.must_reach(body.community)
    return await actions.report(tx, body, by=caller.subject, now=now)


@router.get("")
async def list_hazards(
    caller: ReadHazards, session: Read, query: Paging, now: Now, community: Community | None = None,
    state: State | None = None, kind: Code | None = None, correlation_id: UUID | None = None, place_id: UUID | None = None,
    overdue: Annotated[bool, Query(description="Only open ones whose due day, or day to re-inspect, is over")] = False,
) -> Page[HazardOut]:
    """As far as one reaches: all, those given to one's squad or to nobody yet, or those one reported."""
    wanted = {Hazard.state: state, Hazard.kind: kind, Hazard.correlation_id: correlation_id, Hazard.place_id: place_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if overdue:
        conditions.append(is_overdue(local_day(now)))
    return await page_of(session, Hazard, query, within.readable(caller, community).predicate, *conditions)


@router.get("/kinds")
async def list_kinds(caller: SeeMap) -> list[HazardKindOut]:
    return [
        HazardKindOut(code=code, zh=kind.words.zh, en=kind.words.en, severity=kind.severity, licence=kind.licence,
                      items=[item.model_dump() for item in kind.remedy], version=VERSION)
        for code, kind in KINDS.items()
    ]


@router.get("/map")
async def read_map(
    caller: SeeMap, session: Read, community: Community, view: Literal["public", "exact"] = "public",
) -> FeatureCollection:
    """GeoJSON of open hazards. `exact` is for those who verify them."""
    caller.must_reach(community)
    seen = caller.scope(Hazard.community, community)
    if view == "exact":
        seen = within.workable(caller.with_permission("hazards:verify"), community).predicate
    states = OPEN if view == "exact" else OPEN - {"reported"}
    hazards = await session.exec(select(Hazard).where(
        seen, Hazard.state.in_(states), Hazard.longitude.is_not(None)).order_by(Hazard.id).limit(10_000))
    return hazard_map(hazards, exact=view == "exact")


@router.get("/{id}")
async def read_hazard(id: UUID, caller: ReadHazards, session: Read, response: Response) -> HazardOut:
    return tagged(response, await found(session, Hazard, id, within=within.readable(caller)))


@router.post("/{id}/verify")
@idempotent
async def verify_hazard(id: UUID, body: HazardVerifyIn, caller: Verify, tx: Tx, now: Now, seen: IfMatch) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return actions.verify(tx, hazard, body, by=caller.subject, now=now)


@router.post("/{id}/reject")
@idempotent
async def reject_hazard(id: UUID, body: HazardRejectIn, caller: Verify, tx: Tx, now: Now, seen: IfMatch) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return actions.reject(tx, hazard, body.reason, now)


@router.post("/{id}/mark-duplicate")
@idempotent
async def mark_duplicate(
    id: UUID, body: HazardDuplicateIn, caller: Verify, tx: Tx, now: Now, seen: IfMatch,
) -> HazardOut:
    await actions.lock_both(tx, id, body.duplicate_of)
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return await actions.mark_duplicate(tx, hazard, body.duplicate_of, now)


@router.post("/{id}/assign")
@idempotent
async def assign_hazard(id: UUID, body: HazardAssignIn, caller: Assign, tx: Tx, now: Now, seen: IfMatch) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    await within.must_be_mine_to_give(tx, caller, hazard.community, body)
    return await actions.assign(tx, hazard, body, now)


@router.post("/{id}/start-mitigation")
@idempotent
async def start_mitigation(id: UUID, caller: Mitigate, tx: Tx, now: Now, seen: IfMatch) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return actions.start_mitigation(tx, hazard, now, by=caller.subject)


@router.post("/{id}/mitigate")
@idempotent
async def mitigate_hazard(id: UUID, caller: Mitigate, tx: Tx, now: Now, seen: IfMatch) -> HazardOut:
    """For what needs no works: the caller mended it. Refused while works are planned for it."""
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return await actions.mitigate_by_hand(tx, hazard, by=caller.subject, now=now)


@router.post("/{id}/reinspect")
@idempotent
async def reinspect_hazard(
    id: UUID, body: HazardReinspectIn, caller: Reinspect, tx: Tx, now: Now, seen: IfMatch,
) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return actions.reinspect(tx, hazard, body, by=caller.subject, now=now)


@router.post("/{id}/close")
@idempotent
async def close_hazard(id: UUID, caller: Reinspect, tx: Tx, now: Now, seen: IfMatch) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return actions.close(tx, hazard, now)


@router.post("/{id}/reopen")
@idempotent
async def reopen_hazard(id: UUID, body: HazardReopenIn, caller: Verify, tx: Tx, now: Now, seen: IfMatch) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return actions.reopen(tx, hazard, body.reason, now)


@router.post("/{id}/escalate")
@idempotent
async def escalate_hazard(
    id: UUID, body: HazardEscalateIn, caller: Escalate, tx: Tx, now: Now, seen: IfMatch,
) -> HazardOut:
    hazard = await locked(tx, Hazard, id, expected_version=seen, within=within.workable(caller))
    return actions.escalate(tx, hazard, body, now)
