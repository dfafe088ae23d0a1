"""Needs over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response
from sqlmodel import select

from services.resources.needs import actions, supply
from services.resources.needs.models import (
    CoverIn,
    EndIn,
    IssueIn,
    Need,
    NeedIn,
    NeedLine,
    NeedOpenIn,
    NeedOut,
    Source,
    State,
)
from services.resources.needs.rules import must_name_each_item_once
from services.resources.needs.standing import misses_something, shown
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Code, Community

router = APIRouter(prefix="/v1/needs", tags=["needs"])

NeedsRead = requires("needs:read")
NeedsManage = requires("needs:manage")


@router.post("", status_code=201)
@idempotent(required=True)
async def raise_need(body: NeedIn, caller: NeedsManage, tx: Tx, now: Now) -> NeedOut:
    """Opens it and reserves at once, as far as stock goes."""
    caller.must_reach(body.community)
    need = await actions.raise_need(tx, body, by=caller.subject, now=now)
    return (await shown(tx, [need], now))[0]


@router.get("")
async def list_needs(
    caller: NeedsRead, session: Read, now: Now, query: Paging, community: Community | None = None,
    state: State | None = None, source: Source | None = None, hazard_id: UUID | None = None,
    opinion_id: UUID | None = None, correlation_id: UUID | None = None, item: Code | None = None,
    short: bool = False,
) -> Page[NeedOut]:
    """`short=true`: those that miss something now."""
    wanted = {Need.state: state, Need.source: source, Need.hazard_id: hazard_id, Need.opinion_id: opinion_id,
              Need.correlation_id: correlation_id}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if item is not None:
        conditions.append(select(NeedLine.id).where(NeedLine.need_id == Need.id, NeedLine.item == item).exists())
    if short:
        conditions += [Need.ended_at.is_(None), misses_something(now)]
    page = await page_of(session, Need, query, caller.scope(Need.community, community), *conditions)
    return Page(items=await shown(session, page.items, now), next=page.next)


@router.get("/{id}")
async def read_need(id: UUID, caller: NeedsRead, session: Read, now: Now, response: Response) -> NeedOut:
    need = caller.must_find(await found(session, Need, id))
    return tagged(response, (await shown(session, [need], now))[0])


@router.post("/{id}/open")
@idempotent(required=True)
async def open_need(id: UUID, body: NeedOpenIn, caller: NeedsManage, tx: Tx, now: Now, seen: IfMatch) -> NeedOut:
    """What somebody submitted is right, or put right here; stock is reserved as far as it goes."""
    need = caller.must_find(await locked(tx, Need, id, expected_version=seen))
    await actions.open_submitted(tx, need, body, by=caller.subject, now=now)
    return (await shown(tx, [need], now))[0]


@router.post("/{id}/cover")
@idempotent(required=True)
async def cover_need(id: UUID, body: CoverIn, caller: NeedsManage, tx: Tx, now: Now, seen: IfMatch) -> NeedOut:
    """Tries again to reserve what is missing."""
    need = caller.must_find(await locked(tx, Need, id, expected_version=seen))
    await supply.cover(tx, need, now, all_or_nothing=body.all_or_nothing)
    return (await shown(tx, [need], now))[0]


@router.post("/{id}/issue")
@idempotent(required=True)
async def issue_need(id: UUID, body: IssueIn, caller: NeedsManage, tx: Tx, now: Now, seen: IfMatch) -> NeedOut:
    """Hands over what is reserved, or a part of it. Goods for works are handed over by installing them."""
    need = caller.must_find(await locked(tx, Need, id, expected_version=seen))
    must_name_each_item_once([line.item for line in body.lines or []])
    wanted = {line.item: line.quantity for line in body.lines} if body.lines else None
    await supply.issue(tx, need, wanted, by=caller.subject, now=now, occurred_at=body.occurred_at,
                       document=body.document)
    return (await shown(tx, [need], now))[0]


@router.post("/{id}/close-short")
@idempotent
async def close_need_short(id: UUID, body: EndIn, caller: NeedsManage, tx: Tx, now: Now, seen: IfMatch) -> NeedOut:
    """Nothing more will come: whoever asked is told what is short, and why."""
    need = caller.must_find(await locked(tx, Need, id, expected_version=seen))
    await actions.close_short(tx, need, body.reason, now)
    return (await shown(tx, [need], now))[0]


@router.post("/{id}/cancel")
@idempotent
async def cancel_need(id: UUID, body: EndIn, caller: NeedsManage, tx: Tx, now: Now, seen: IfMatch) -> NeedOut:
    need = caller.must_find(await locked(tx, Need, id, expected_version=seen))
    await actions.cancel(tx, need, body.reason, now)
    return (await shown(tx, [need], now))[0]
