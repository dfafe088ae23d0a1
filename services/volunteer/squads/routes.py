"""Squads over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.volunteer.squads import actions
from services.volunteer.squads.models import Squad, SquadIn, SquadOut, SquadPatch
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Community

router = APIRouter(prefix="/v1/squads", tags=["squads"])

SquadsRead = requires("squads:read")
SquadsManage = requires("squads:manage")


@router.post("", status_code=201)
@idempotent
async def form_squad(body: SquadIn, caller: SquadsManage, tx: Tx, now: Now) -> SquadOut:
    caller.must_reach(body.community)
    return await actions.form(tx, body, now)


@router.get("")
async def list_squads(
    caller: SquadsRead, session: Read, query: Paging, community: Community | None = None,
    courtyard_id: UUID | None = None,
) -> Page[SquadOut]:
    wanted = [Squad.courtyard_id == courtyard_id] if courtyard_id else []
    return await page_of(session, Squad, query, caller.scope(Squad.community, community), *wanted)


@router.get("/{id}")
async def read_squad(id: UUID, caller: SquadsRead, session: Read, response: Response) -> SquadOut:
    return tagged(response, caller.must_find(await found(session, Squad, id)))


@router.patch("/{id}")
@idempotent
async def revise_squad(
    id: UUID, body: SquadPatch, caller: SquadsManage, tx: Tx, now: Now, seen: IfMatch,
) -> SquadOut:
    squad = caller.must_find(await locked(tx, Squad, id, expected_version=seen))
    return actions.revise(squad, body, now)
