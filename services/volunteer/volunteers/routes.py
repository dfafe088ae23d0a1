"""Volunteers over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.volunteer.squads.within import must_be_my_squad
from services.volunteer.volunteers import actions, within
from services.volunteer.volunteers.models import (
    Status,
    StatusIn,
    Volunteer,
    VolunteerIn,
    VolunteerOut,
    VolunteerPatch,
)
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Community, Line

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])

VolunteersRead = requires("volunteers:read")
VolunteersManage = requires("volunteers:manage")


@router.post("", status_code=201)
@idempotent
async def register_volunteer(body: VolunteerIn, caller: VolunteersManage, tx: Tx, now: Now) -> VolunteerOut:
    caller.must_reach(body.community, *(() if body.subject else ("squad",)))
    await must_be_my_squad(tx, caller, body.community, body.squad_id)
    return await actions.register(tx, body, now)


@router.get("")
async def list_volunteers(
    caller: VolunteersRead, session: Read, query: Paging, community: Community | None = None,
    squad_id: UUID | None = None, status: Status | None = None, skill: Line | None = None,
) -> Page[VolunteerOut]:
    wanted = [column == value for column, value in ((Volunteer.squad_id, squad_id), (Volunteer.status, status)) if value]
    if skill:
        wanted.append(Volunteer.skills.contains([skill]))
    return await page_of(session, Volunteer, query, within.readable(caller, community).predicate, *wanted)


@router.get("/{id}")
async def read_volunteer(id: UUID, caller: VolunteersRead, session: Read, response: Response) -> VolunteerOut:
    return tagged(response, await found(session, Volunteer, id, within=within.readable(caller)))


@router.patch("/{id}")
@idempotent
async def revise_volunteer(
    id: UUID, body: VolunteerPatch, caller: VolunteersManage, tx: Tx, now: Now, seen: IfMatch,
) -> VolunteerOut:
    volunteer = await locked(tx, Volunteer, id, expected_version=seen, within=within.manageable(caller))
    if "subject" in body.model_fields_set:
        caller.must_reach(volunteer.community)
    if body.squad_id:
        await must_be_my_squad(tx, caller, volunteer.community, body.squad_id)
    return await actions.revise(tx, volunteer, body, now)


@router.post("/{id}/change-status")
@idempotent
async def change_status(
    id: UUID, body: StatusIn, caller: VolunteersManage, tx: Tx, now: Now, seen: IfMatch,
) -> VolunteerOut:
    volunteer = await locked(tx, Volunteer, id, expected_version=seen, within=within.manageable(caller))
    return await actions.change_status(tx, volunteer, body.status, now)
