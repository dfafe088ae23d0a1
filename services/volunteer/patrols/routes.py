"""Patrol rounds over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.volunteer.patrols import actions
from services.volunteer.patrols.checklists import CHECKLISTS, question
from services.volunteer.patrols.models import Patrol, PatrolIn, PatrolOut, PatrolSubmittedOut
from shared.clock import Now
from shared.db import Read, Tx, found
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import tagged
from shared.identity.caller import requires
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
    caller.must_reach(body.community)
    patrol, hazards = await actions.submit(tx, body, by=caller.subject, now=now)
    return PatrolSubmittedOut(**patrol.model_dump(), hazard_ids=[hazard.id for hazard in hazards])


@router.get("")
async def list_patrols(
    caller: PatrolsRead, session: Read, query: Paging, community: Community | None = None,
) -> Page[PatrolOut]:
    return await page_of(session, Patrol, query, caller.scope(Patrol.community, community))


@router.get("/checklists")
async def list_checklists(caller: PatrolsRead) -> list[ChecklistOut]:
    return [
        ChecklistOut(version=version, items=[
            ChecklistItemOut(kind=kind, zh=question(kind).zh, en=question(kind).en) for kind in kinds])
        for version, kinds in CHECKLISTS.items()
    ]


@router.get("/{id}")
async def read_patrol(id: UUID, caller: PatrolsRead, session: Read, response: Response) -> PatrolOut:
    return tagged(response, caller.must_find(await found(session, Patrol, id)))
