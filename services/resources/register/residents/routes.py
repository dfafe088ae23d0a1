"""Residents over HTTP. Masked until somebody of the community's staff asks to see them; who was shown whom is written
down."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.resources.register.residents import actions
from services.resources.register.residents.models import (
    Resident,
    ResidentIn,
    ResidentLinkOut,
    ResidentOut,
    ResidentPatch,
    ResidentSearchIn,
)
from services.resources.register.residents.reading import shown_all, shown_one
from services.resources.register.residents.rules import masked
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Code, Community

router = APIRouter(prefix="/v1/residents", tags=["register"])

ResidentsRead = requires("residents:read")
ResidentsWrite = requires("residents:write")
Reveal = Annotated[bool, Query(description="Show names and numbers in full; that is written down, with the purpose")]


@router.post("", status_code=201)
@idempotent(kept=masked)
async def register_resident(body: ResidentIn, caller: ResidentsWrite, tx: Tx, now: Now) -> ResidentOut:
    caller.must_reach(body.community)
    return await actions.register(tx, body, now)


@router.get("")
async def list_residents(
    caller: ResidentsRead, tx: Tx, query: Paging, community: Community | None = None,
    household_id: UUID | None = None, reveal: Reveal = False, purpose: Code = "register",
) -> Page[ResidentOut]:
    wanted = [Resident.household_id == household_id] if household_id else []
    page = await page_of(tx, Resident, query, caller.scope(Resident.community, community), *wanted)
    items = await shown_all(tx, page.items, caller, reveal=reveal, purpose=purpose)
    return Page(items=items, next=page.next)


@router.post("/search")
async def search_residents(
    body: ResidentSearchIn, caller: ResidentsRead, tx: Tx, query: Paging, reveal: Reveal = False,
    purpose: Code = "register",
) -> Page[ResidentOut]:
    """Exact, after normalising. Changes nothing; a POST, because names and numbers have no place in a URL."""
    scope = caller.scope(Resident.community, body.community)
    page = await page_of(tx, Resident, query, scope, *actions.searched(tx.info["vault"].index, body))
    items = await shown_all(tx, page.items, caller, reveal=reveal, purpose=purpose)
    return Page(items=items, next=page.next)


@router.get("/{id}")
async def read_resident(
    id: UUID, caller: ResidentsRead, tx: Tx, response: Response, reveal: Reveal = False,
    purpose: Code = "register",
) -> ResidentOut:
    """In full for the other services, and for staff who ask."""
    resident = caller.must_find(await found(tx, Resident, id))
    return await shown_one(tx, tagged(response, resident), caller, reveal=reveal, purpose=purpose)


@router.get("/{id}/links")
async def list_links(id: UUID, caller: ResidentsRead, session: Read) -> list[ResidentLinkOut]:
    """Where this resident was collected: file, sheet and row of every list."""
    caller.must_find(await found(session, Resident, id))
    return await actions.links_of(session, id)


@router.patch("/{id}")
@idempotent(kept=masked)
async def revise_resident(
    id: UUID, body: ResidentPatch, caller: ResidentsWrite, tx: Tx, now: Now, seen: IfMatch,
) -> ResidentOut:
    resident = caller.must_find(await locked(tx, Resident, id, expected_version=seen))
    return await actions.revise(tx, resident, body, now)
