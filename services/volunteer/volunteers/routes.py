"""Volunteers over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

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
from services.volunteer.volunteers.reading import shown
from services.volunteer.volunteers.rules import masked
from shared.clock import Now
from shared.db import Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Code, Community, Line

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])

VolunteersRead = requires("volunteers:read")
VolunteersManage = requires("volunteers:manage")
Reveal = Annotated[bool, Query(description="Show names and numbers in full; that is written down, with the purpose")]


@router.post("", status_code=201)
@idempotent(kept=masked)
async def register_volunteer(body: VolunteerIn, caller: VolunteersManage, tx: Tx, now: Now) -> VolunteerOut:
    caller.must_reach(body.community, *(() if body.subject else ("squad",)))
    await must_be_my_squad(tx, caller, body.community, body.squad_id)
    return await actions.register(tx, body, now)


@router.get("")
async def list_volunteers(
    caller: VolunteersRead, tx: Tx, query: Paging, community: Community | None = None,
    squad_id: UUID | None = None, status: Status | None = None, skill: Line | None = None,
    reveal: Reveal = False, purpose: Code = "squad",
) -> Page[VolunteerOut]:
    wanted = [column == value for column, value in ((Volunteer.squad_id, squad_id), (Volunteer.status, status)) if value]
    if skill:
        wanted.append(Volunteer.skills.contains([skill]))
    page = await page_of(tx, Volunteer, query, within.readable(caller, community).predicate, *wanted)
    return Page(items=await shown(tx, page.items, caller, reveal=reveal, purpose=purpose), next=page.next)


@router.get("/{id}")
async def read_volunteer(
    id: UUID, caller: VolunteersRead, tx: Tx, response: Response, reveal: Reveal = False, purpose: Code = "squad",
) -> VolunteerOut:
    volunteer = tagged(response, await found(tx, Volunteer, id, within=within.readable(caller)))
    return (await shown(tx, [volunteer], caller, reveal=reveal, purpose=purpose))[0]


@router.patch("/{id}")
@idempotent(kept=masked)
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
@idempotent(kept=masked)
async def change_status(
    id: UUID, body: StatusIn, caller: VolunteersManage, tx: Tx, now: Now, seen: IfMatch,
) -> VolunteerOut:
    volunteer = await locked(tx, Volunteer, id, expected_version=seen, within=within.manageable(caller))
    return await actions.change_status(tx, volunteer, body, now)
