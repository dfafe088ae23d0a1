"""Gifts and receipts over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.resources.fund.funds.models import Fund
from services.resources.fund.gifts import actions, receipts
from services.resources.fund.gifts.models import (
    Gift,
    GiftIn,
    GiftKind,
    GiftOut,
    GiftState,
    GiftWithReceipts,
    Receipt,
    ReceiptIn,
    ReceiptOut,
    WhyIn,
)
from services.resources.fund.gifts.within import within
from services.resources.fund.ledger.models import ReversalIn
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch, tagged
from shared.identity.caller import requires
from shared.types import Community

router = APIRouter(prefix="/v1", tags=["fund"])

GiftsRead = requires("gifts:read")
GiftsRecord = requires("gifts:record")


@router.post("/gifts", status_code=201)
@idempotent(required=True)
async def record_gift(body: GiftIn, caller: GiftsRecord, tx: Tx, now: Now) -> GiftOut:
    """Money is booked at once; goods were received as a lot before."""
    fund = caller.must_find(await found(tx, Fund, body.fund_id))
    return await actions.record(tx, fund, body, by=caller.subject, now=now)


@router.get("/gifts")
async def list_gifts(
    caller: GiftsRead, session: Read, query: Paging, community: Community | None = None, fund_id: UUID | None = None,
    kind: GiftKind | None = None, state: GiftState | None = None,
) -> Page[GiftOut]:
    """Donors see their own."""
    wanted = {Gift.fund_id: fund_id, Gift.kind: kind, Gift.state: state}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return await page_of(session, Gift, query, within(caller, community).predicate, *conditions)


@router.get("/gifts/{id}")
async def read_gift(id: UUID, caller: GiftsRead, session: Read, response: Response) -> GiftWithReceipts:
    gift = tagged(response, await found(session, Gift, id, within=within(caller)))
    given = [ReceiptOut.model_validate(one) for one in await receipts.receipts_of(session, id)]
    return GiftWithReceipts(**GiftOut.model_validate(gift).model_dump(), receipts=given)


@router.post("/gifts/{id}/reverse")
@idempotent(required=True)
async def reverse_gift(id: UUID, body: ReversalIn, caller: GiftsRecord, tx: Tx, now: Now, seen: IfMatch) -> GiftOut:
    """It was a mistake, or is given back. A receipt is voided before."""
    gift = caller.must_find(await locked(tx, Gift, id, expected_version=seen))
    return await actions.reverse(tx, gift, body, by=caller.subject, now=now)


@router.post("/gifts/{id}/receipts", status_code=201)
@idempotent
async def register_receipt(
    id: UUID, body: ReceiptIn, caller: GiftsRecord, tx: Tx, now: Now, seen: IfMatch,
) -> ReceiptOut:
    """A receipt was given; after a void one it is issued anew."""
    gift = caller.must_find(await locked(tx, Gift, id, expected_version=seen))
    return await receipts.register(tx, gift, body, by=caller.subject, now=now)


@router.post("/gifts/{id}/waive-receipt")
@idempotent
async def waive_receipt(id: UUID, caller: GiftsRecord, tx: Tx, now: Now, seen: IfMatch) -> GiftOut:
    """The donor wants none; that is recorded in its place."""
    gift = caller.must_find(await locked(tx, Gift, id, expected_version=seen))
    return await receipts.waive(tx, gift, now)


@router.post("/receipts/{id}/void")
@idempotent
async def void_receipt(id: UUID, body: WhyIn, caller: GiftsRecord, tx: Tx, now: Now, seen: IfMatch) -> ReceiptOut:
    receipt = caller.must_find(await locked(tx, Receipt, id, expected_version=seen))
    gift = await found(tx, Gift, receipt.gift_id)
    return await receipts.void(tx, gift, receipt, body, now)
