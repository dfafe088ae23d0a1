"""Funds over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.resources.fund.funds import actions
from services.resources.fund.funds.models import Fund, FundIn, FundOut, FundState
from services.resources.stock.models import HoldIn
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Community

router = APIRouter(prefix="/v1/funds", tags=["fund"])

FundsRead = requires("funds:read")
FundsManage = requires("funds:manage")


@router.post("", status_code=201)
@idempotent
async def open_fund(body: FundIn, caller: FundsManage, tx: Tx, now: Now) -> FundOut:
    caller.must_reach(body.community)
    return await actions.open_fund(tx, body, now)


@router.get("")
async def list_funds(
    caller: FundsRead, session: Read, query: Paging, community: Community | None = None, state: FundState | None = None,
) -> Page[FundOut]:
    wanted = [Fund.state == state] if state else []
    return await page_of(session, Fund, query, caller.scope(Fund.community, community), *wanted)


@router.get("/{id}")
async def read_fund(id: UUID, caller: FundsRead, session: Read, response: Response) -> FundOut:
    return tagged(response, caller.must_find(await found(session, Fund, id)))


@router.post("/{id}/activate")
@idempotent
async def activate_fund(id: UUID, caller: FundsManage, tx: Tx, now: Now, seen: IfMatch) -> FundOut:
    """From now on gifts are recorded and money is paid; also again, after it was frozen."""
    fund = caller.must_find(await locked(tx, Fund, id, expected_version=seen))
    return await actions.change_state(tx, fund, "activate", None, now)


@router.post("/{id}/freeze")
@idempotent
async def freeze_fund(id: UUID, body: HoldIn, caller: FundsManage, tx: Tx, now: Now, seen: IfMatch) -> FundOut:
    """Nothing comes in and nothing is paid out; mistakes are still booked back."""
    fund = caller.must_find(await locked(tx, Fund, id, expected_version=seen))
    return await actions.change_state(tx, fund, "freeze", body.reason, now)


@router.post("/{id}/wind-up")
@idempotent
async def wind_up_fund(id: UUID, body: HoldIn, caller: FundsManage, tx: Tx, now: Now, seen: IfMatch) -> FundOut:
    """No more gifts; what is there is still paid out."""
    fund = caller.must_find(await locked(tx, Fund, id, expected_version=seen))
    return await actions.change_state(tx, fund, "wind_up", body.reason, now)


@router.post("/{id}/close")
@idempotent
async def close_fund(id: UUID, caller: FundsManage, tx: Tx, now: Now, seen: IfMatch) -> FundOut:
    """For ever, once it is empty."""
    fund = caller.must_find(await locked(tx, Fund, id, expected_version=seen))
    return await actions.change_state(tx, fund, "close", None, now)
