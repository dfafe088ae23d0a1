"""Committees and the charters they may decide by, over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from services.resources.fund.committees import actions
from services.resources.fund.committees.charters import CHARTERS
from services.resources.fund.committees.models import (
    CharterOut,
    Committee,
    CommitteeIn,
    CommitteeOut,
    CommitteeWithMembers,
    MemberOut,
)
from services.resources.fund.funds.models import Fund
from services.resources.stock.models import HoldIn
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch
from shared.identity.caller import requires
from shared.types import Community

router = APIRouter(prefix="/v1", tags=["fund"])

FundsRead = requires("funds:read")
FormCommittees = requires("committees:form")


@router.get("/committee-charters")
async def list_charters(caller: FundsRead) -> list[CharterOut]:
    """By what a committee may decide, with the source of each figure; unverified ones must be checked on the spot."""
    return [CharterOut.model_validate(one) for one in CHARTERS.values()]


@router.post("/committees", status_code=201)
@idempotent
async def form_committee(body: CommitteeIn, caller: FormCommittees, tx: Tx, now: Now) -> CommitteeWithMembers:
    fund = caller.must_find(await locked(tx, Fund, body.fund_id))
    return await with_members(tx, await actions.form(tx, fund, body, now))


@router.get("/committees")
async def list_committees(
    caller: FundsRead, session: Read, query: Paging, community: Community | None = None, fund_id: UUID | None = None,
) -> Page[CommitteeOut]:
    wanted = [Committee.fund_id == fund_id] if fund_id else []
    return await page_of(session, Committee, query, caller.scope(Committee.community, community), *wanted)


@router.get("/committees/{id}")
async def read_committee(id: UUID, caller: FundsRead, session: Read) -> CommitteeWithMembers:
    return await with_members(session, caller.must_find(await found(session, Committee, id)))


@router.post("/committees/{id}/end")
@idempotent
async def end_committee(id: UUID, body: HoldIn, caller: FormCommittees, tx: Tx, now: Now, seen: IfMatch) -> CommitteeOut:
    committee = caller.must_find(await locked(tx, Committee, id, expected_version=seen))
    return actions.end(tx, committee, body.reason, now)


async def with_members(session: Tx | Read, committee: Committee) -> CommitteeWithMembers:
    members = [MemberOut.model_validate(one) for one in await actions.members_of(session, committee.id)]
    return CommitteeWithMembers(**CommitteeOut.model_validate(committee).model_dump(), members=members)
