"""Patrol rounds over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import col

from services.volunteer.patrols import actions
from services.volunteer.patrols.checklists import CHECKLISTS, question
from services.volunteer.patrols.models import Patrol, PatrolIn, PatrolOut, PatrolSubmittedOut
from services.volunteer.squads.within import is_my_squad, must_be_my_squad
from shared.clock import Now
from shared.db import Read, Tx, found
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import tagged
from shared.identity.caller import Caller, requires
from shared.identity.within import Within
from shared.types import Community, Out

router = APIRouter(prefix="/v1/patrols", tags=["patrols"])

PatrolsSubmit = requires("patrols:submit")
PatrolsRead = requires("patrols:read")


class ChecklistItemOut(Out):
    kind: str
    zh: str
    en: str


class ChecklistOut(Out):
    version: str
    items: list[ChecklistItemOut]


@router.post("", status_code=201)
@idempotent
async def submit_patrol(body: PatrolIn, caller: PatrolsSubmit, tx: Tx, now: Now) -> PatrolSubmittedOut:
    caller.must_reach(body.community, "squad")
    if body.squad_id:
        await must_be_my_squad(tx, caller, body.community, body.squad_id)
    patrol, hazards = await actions.submit(tx, body, by=caller.subject, now=now)
    return PatrolSubmittedOut(**patrol.model_dump(), hazard_ids=[hazard.id for hazard in hazards])


@router.get("")
async def list_patrols(
    caller: PatrolsRead, session: Read, query: Paging, community: Community | None = None,
) -> Page[PatrolOut]:
    return await page_of(session, Patrol, query, readable(caller, community).predicate)


@router.get("/checklists")
async def list_checklists(caller: PatrolsRead) -> list[ChecklistOut]:
    return [
        ChecklistOut(version=version, items=[
            ChecklistItemOut(kind=kind, zh=question(kind).zh, en=question(kind).en) for kind in kinds])
        for version, kinds in CHECKLISTS.items()
    ]


@router.get("/{id}")
async def read_patrol(id: UUID, caller: PatrolsRead, session: Read, response: Response) -> PatrolOut:
    return tagged(response, await found(session, Patrol, id, within=readable(caller)))


def readable(caller: Caller, community: str | None = None) -> Within:
    """Rounds of one's squad, and those one walked oneself."""
    return caller.within(Patrol.community, community, own=col(Patrol.submitted_by) == caller.subject,
                         squad=is_my_squad(caller, col(Patrol.squad_id)))
