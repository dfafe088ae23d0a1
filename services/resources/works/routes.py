"""Works over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.resources.works import actions
from services.resources.works.models import (
    CancelIn,
    InstallIn,
    ProviderIn,
    RefuseIn,
    ScheduleIn,
    State,
    Works,
    WorksIn,
    WorksOut,
)
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Community

router = APIRouter(prefix="/v1/works", tags=["works"])

WorksRead = requires("works:read")
WorksPlan = requires("works:plan")
WorksInstall = requires("works:install")
WorksAccept = requires("works:accept")


@router.post("", status_code=201)
@idempotent
async def plan_works(body: WorksIn, caller: WorksPlan, tx: Tx, now: Now) -> WorksOut:
    """Works for hazards are planned by themselves; this is for all others, and for hazards whose works were cancelled."""
    caller.must_reach(body.community)
    return await actions.plan_by_person(tx, body, now)


@router.get("")
async def list_works(
    caller: WorksRead, session: Read, query: Paging, community: Community | None = None, state: State | None = None,
    hazard_id: UUID | None = None, need_id: UUID | None = None, organisation_id: UUID | None = None,
    correlation_id: UUID | None = None,
) -> Page[WorksOut]:
    wanted = {Works.state: state, Works.hazard_id: hazard_id, Works.need_id: need_id,
              Works.organisation_id: organisation_id, Works.correlation_id: correlation_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return await page_of(session, Works, query, caller.scope(Works.community, community), *conditions)


@router.get("/{id}")
async def read_works(id: UUID, caller: WorksRead, session: Read, response: Response) -> WorksOut:
    return tagged(response, caller.must_find(await found(session, Works, id)))


@router.post("/{id}/choose-provider")
@idempotent
async def choose_provider(id: UUID, body: ProviderIn, caller: WorksPlan, tx: Tx, now: Now, seen: IfMatch) -> WorksOut:
    """`GET /v1/organisations/licensed` lists who holds the licence."""
    works = caller.must_find(await locked(tx, Works, id, expected_version=seen))
    return await actions.choose_provider(tx, works, body.organisation_id, now)


@router.post("/{id}/schedule")
@idempotent
async def schedule_works(id: UUID, body: ScheduleIn, caller: WorksPlan, tx: Tx, now: Now, seen: IfMatch) -> WorksOut:
    works = caller.must_find(await locked(tx, Works, id, expected_version=seen))
    return await actions.schedule(tx, works, body, now)


@router.post("/{id}/install")
@idempotent(required=True)
async def install_works(id: UUID, body: InstallIn, caller: WorksInstall, tx: Tx, now: Now, seen: IfMatch) -> WorksOut:
    """Done, or a part of it: what was used leaves stock."""
    works = caller.must_find(await locked(tx, Works, id, expected_version=seen))
    return await actions.install(tx, works, body, by=caller.subject, now=now)


@router.post("/{id}/accept")
@idempotent
async def accept_works(id: UUID, caller: WorksAccept, tx: Tx, now: Now, seen: IfMatch) -> WorksOut:
    """By somebody who did not report the installation."""
    works = caller.must_find(await locked(tx, Works, id, expected_version=seen))
    return await actions.accept(tx, works, by=caller.subject, now=now)


@router.post("/{id}/refuse")
@idempotent
async def refuse_works(id: UUID, body: RefuseIn, caller: WorksAccept, tx: Tx, now: Now, seen: IfMatch) -> WorksOut:
    """Not good: it is done again."""
    works = caller.must_find(await locked(tx, Works, id, expected_version=seen))
    return actions.refuse(tx, works, body.reason, by=caller.subject, now=now)


@router.post("/{id}/cancel")
@idempotent
async def cancel_works(id: UUID, body: CancelIn, caller: WorksPlan, tx: Tx, now: Now, seen: IfMatch) -> WorksOut:
    works = caller.must_find(await locked(tx, Works, id, expected_version=seen))
    return await actions.cancel(tx, works, body.reason, now)
