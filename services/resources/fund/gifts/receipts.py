"""Receipts: registered by their number, voided and issued anew, or waived by the donor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.gifts import rules
from services.resources.fund.gifts.models import Gift, Receipt, ReceiptIn, WhyIn
from shared.clock import local_day
from shared.db import changed
from shared.events.resources_fund import ReceiptRegistered, ReceiptVoided, ReceiptWaived
from shared.messaging.outbox import emit


async def register(tx: AsyncSession, gift: Gift, body: ReceiptIn, *, by: str, now: datetime) -> Receipt:
    """`gift` is locked, or new. Raises `ReceiptTaken`, or `Conflict` while the donor holds another one."""
    rules.must_be_recorded(gift.state, "register_receipt")
    rules.must_not_be_waived(gift.receipt_waived_at is not None)
    issued_on = body.issued_on or local_day(now)
    rules.must_be_issued_in_time(issued_on, gift.received_on, local_day(now))
    await must_be_new(tx, gift.community, body.receipt_no)
    rules.must_have_no_receipt(await registered(tx, gift.id) is not None, "one_receipt_at_a_time")
    earlier = await receipts_of(tx, gift.id)
    receipt = Receipt(
        community=gift.community, gift_id=gift.id, receipt_no=body.receipt_no, check_code=body.check_code,
        issued_on=issued_on, replaces_id=earlier[-1].id if earlier else None, recorded_by=by, created_at=now,
        updated_at=now)
    tx.add(receipt)
    said = ReceiptRegistered(receipt_id=receipt.id, gift_id=gift.id, replaces_id=receipt.replaces_id)
    emit(tx, said, of=receipt, correlation_id=gift.correlation_id)
    await tx.flush()
    return receipt


async def must_be_new(tx: AsyncSession, community: str, receipt_no: str) -> None:
    known = await tx.exec(select(Receipt.gift_id).where(Receipt.community == community, Receipt.receipt_no == receipt_no))
    if (gift_id := known.first()) is not None:
        raise rules.ReceiptTaken(gift_id=str(gift_id))


async def void(tx: AsyncSession, gift: Gift, receipt: Receipt, body: WhyIn, now: datetime) -> Receipt:
    """`receipt` is locked. The number stays taken."""
    rules.must_be_registered(receipt.state)
    receipt.state, receipt.void_because = "void", body.reason
    changed(receipt, now)
    said = ReceiptVoided(receipt_id=receipt.id, gift_id=receipt.gift_id, reason=body.reason)
    emit(tx, said, of=receipt, correlation_id=gift.correlation_id)
    return receipt


async def waive(tx: AsyncSession, gift: Gift, now: datetime) -> Gift:
    """`gift` is locked. Said once; asked for again later, a receipt is not given any more."""
    rules.must_be_recorded(gift.state, "waive_receipt")
    rules.must_not_be_waived(gift.receipt_waived_at is not None)
    rules.must_have_no_receipt(await registered(tx, gift.id) is not None, "receipt_voided_first")
    gift.receipt_waived_at = now
    changed(gift, now)
    emit(tx, ReceiptWaived(gift_id=gift.id, fund_id=gift.fund_id), of=gift, correlation_id=gift.correlation_id)
    return gift


async def registered(tx: AsyncSession, gift_id: UUID) -> Receipt | None:
    return (await tx.exec(select(Receipt).where(Receipt.gift_id == gift_id, Receipt.state == "registered"))).first()


async def receipts_of(session: Any, gift_id: UUID) -> Sequence[Receipt]:
    return (await session.exec(select(Receipt).where(Receipt.gift_id == gift_id).order_by(Receipt.id))).all()
