"""A gift comes in, and is booked back if it was a mistake."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.funds.models import Fund
from services.resources.fund.funds.rules import must_book
from services.resources.fund.gifts import receipts, rules
from services.resources.fund.gifts.models import Gift, GiftIn, ReceiptIn
from services.resources.fund.ledger import actions as ledger
from services.resources.fund.ledger.models import ReversalIn
from services.resources.fund.ledger.rules import moved
from services.resources.register.organisations.models import Organisation
from services.resources.register.residents.models import Resident
from services.resources.stock.models import StockLot
from shared.clock import local_day
from shared.db import changed, locked
from shared.events.resources_fund import GiftRecorded, GiftReversed
from shared.http.problems import Conflict, Words, invalid
from shared.messaging.outbox import emit
from shared.types import new_id

NOT_OURS = ("本社区没有登记", "Not in the register of this community")


async def record(
    tx: AsyncSession, fund: Fund, body: GiftIn, *, by: str, now: datetime, import_key: str | None = None,
) -> Gift:
    """Books money, or links goods to their lot. A receipt that was given with it is registered, too."""
    rules.must_be_complete(body, local_day(now))
    await donor_must_be_ours(tx, fund.community, body)
    received_on, id = body.received_on or local_day(now), new_id()
    transfer_id = await book(tx, fund, body, id, received_on, by=by, now=now)
    gift = Gift(
        **body.model_dump(exclude={"received_on", "receipt_no", "method"}), id=id, community=fund.community,
        method=body.method if body.kind == "cash" else None, received_on=received_on, transfer_id=transfer_id,
        import_key=import_key, recorded_by=by, correlation_id=new_id(), created_at=now, updated_at=now)
    tx.add(gift)
    said = GiftRecorded(gift_id=gift.id, fund_id=fund.id, kind=gift.kind, amount=gift.amount,
                        restriction=gift.restriction, lot_id=gift.lot_id)
    emit(tx, said, of=gift, correlation_id=gift.correlation_id)
    await tx.flush()
    if body.receipt_no is not None:
        await receipts.register(tx, gift, ReceiptIn(receipt_no=body.receipt_no, issued_on=received_on), by=by, now=now)
    return gift


async def book(
    tx: AsyncSession, fund: Fund, body: GiftIn, id: UUID, received_on: date, *, by: str, now: datetime,
) -> UUID | None:
    if body.kind == "in_kind":
        must_book((await locked(tx, Fund, fund.id)).state, "post")
        await goods_must_be_free(tx, fund.community, body)
        return None
    entries = moved(body.amount, body.restriction, out_of="gifts", into="cash")
    transfer = await ledger.post(tx, fund.id, entries, reason="gift", by=by, now=now, occurred_on=received_on,
                                 concerns=id, document=body.evidence)
    return transfer.id


async def goods_must_be_free(tx: AsyncSession, community: str, body: GiftIn) -> None:
    """A lot of this community, given once, which carries what the donor gave it for."""
    lot = await tx.get(StockLot, body.lot_id)
    if lot is None or lot.community != community:
        raise invalid("body.lot_id", *NOT_OURS)
    rules.must_carry_restriction(body.restriction, lot.restriction)
    if (await tx.exec(select(Gift.id).where(Gift.lot_id == lot.id))).first():
        raise Conflict(Words("这批物资已记为捐赠", "This lot was recorded as a gift already"), rule="lot_given_once")


async def donor_must_be_ours(tx: AsyncSession, community: str, body: GiftIn) -> None:
    for field, table in (("donor_organisation_id", Organisation), ("donor_resident_id", Resident)):
        id = getattr(body, field)
        row = await tx.get(table, id) if id else None
        if id and (row is None or row.community != community):
            raise invalid(f"body.{field}", *NOT_OURS)


async def reverse(tx: AsyncSession, gift: Gift, body: ReversalIn, *, by: str, now: datetime) -> Gift:
    """`gift` is locked. Raises `InsufficientFunds` when its money is spent already."""
    rules.must_be_recorded(gift.state, "reverse")
    rules.must_have_no_receipt(await receipts.registered(tx, gift.id) is not None, "receipt_voided_first")
    if gift.transfer_id is not None:
        await ledger.reverse(tx, await ledger.transfer_with(tx, gift.transfer_id), body, by=by, now=now)
    gift.state = "reversed"
    changed(gift, now)
    emit(tx, GiftReversed(gift_id=gift.id, fund_id=gift.fund_id, reason=body.reason), of=gift,
         correlation_id=gift.correlation_id)
    return gift
