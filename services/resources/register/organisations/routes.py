"""Organisations over HTTP."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Response

from services.resources.register.organisations import actions
from services.resources.register.organisations.models import (
    Organisation,
    OrganisationIn,
    OrganisationKind,
    OrganisationOut,
    OrganisationPatch,
)
from shared.clock import Now, local_day
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Code, Community, Line

router = APIRouter(prefix="/v1/organisations", tags=["register"])

RegisterRead = requires("register:read")
RegisterWrite = requires("register:write")


@router.post("", status_code=201)
@idempotent
async def record_organisation(body: OrganisationIn, caller: RegisterWrite, tx: Tx, now: Now) -> OrganisationOut:
    caller.must_reach(body.community)
    return await actions.record(tx, body, now)


@router.get("")
async def list_organisations(
    caller: RegisterRead, session: Read, query: Paging, community: Community | None = None,
    kind: OrganisationKind | None = None, q: Line | None = None,
) -> Page[OrganisationOut]:
    """`q` is looked for in names."""
    wanted = [Organisation.kind == kind] if kind else []
    if q:
        wanted.append(Organisation.name.icontains(q, autoescape=True))
    return await page_of(session, Organisation, query, caller.scope(Organisation.community, community), *wanted)


@router.get("/licensed")
async def list_licensed(
    caller: RegisterRead, session: Read, now: Now, community: Community, licence: Code, on: date | None = None,
) -> list[OrganisationOut]:
    """Those whose licence of that kind is valid on the day (default: today)."""
    caller.must_reach(community)
    return await actions.holders(session, community, licence, on or local_day(now))


@router.get("/{id}")
async def read_organisation(id: UUID, caller: RegisterRead, session: Read, response: Response) -> OrganisationOut:
    return tagged(response, caller.must_find(await found(session, Organisation, id)))


@router.patch("/{id}")
@idempotent
async def revise_organisation(
    id: UUID, body: OrganisationPatch, caller: RegisterWrite, tx: Tx, now: Now, seen: IfMatch,
) -> OrganisationOut:
    organisation = caller.must_find(await locked(tx, Organisation, id, expected_version=seen))
    return actions.revise(organisation, body, now)
