"""What the books say: balances with what is free, transfers with their postings, and whether the chain is whole."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, select

from services.resources.fund.funds.models import GENESIS, Fund
from services.resources.fund.ledger import rules
from services.resources.fund.ledger.actions import state_of
from services.resources.fund.ledger.books import overdue_holds
from services.resources.fund.ledger.models import (
    AccountOut,
    BookedOut,
    ChainOut,
    LedgerAccount,
    LedgerPosting,
    LedgerTransfer,
    PostingOut,
    TransferOut,
)
from services.resources.fund.ledger.writing import facts_of

AT_ONCE = 1000


async def accounts_of(session: Any, fund_id: UUID, now: datetime) -> list[AccountOut]:
    late = overdue_holds(now, LedgerTransfer.fund_id == fund_id).order_by(None).subquery()
    freed = dict((await session.exec(
        select(LedgerPosting.account_id, func.sum(LedgerPosting.amount)).join(late, late.c.id == LedgerPosting.transfer_id)
        .where(LedgerPosting.amount < 0).group_by(LedgerPosting.account_id))).all())
    came = dict((await session.exec(
        select(LedgerPosting.account_id, func.sum(LedgerPosting.amount)).join(late, late.c.id == LedgerPosting.transfer_id)
        .where(LedgerPosting.amount > 0).group_by(LedgerPosting.account_id))).all())
    rows = await session.exec(select(LedgerAccount).where(LedgerAccount.fund_id == fund_id).order_by(
        LedgerAccount.kind, LedgerAccount.restriction))
    return [account_out(one, int(came.get(one.id, 0)), int(freed.get(one.id, 0))) for one in rows.all()]


def account_out(account: LedgerAccount, late_in: int, late_out: int) -> AccountOut:
    pending_out = account.pending_out - late_out
    return AccountOut(
        kind=account.kind, restriction=account.restriction, posted=account.posted,
        pending_in=account.pending_in - late_in, pending_out=pending_out,
        available=account.posted + pending_out if account.no_overdraft else None)


async def booked(session: Any, transfer: LedgerTransfer, now: datetime) -> BookedOut:
    rows = await session.exec(
        select(LedgerAccount.kind, LedgerAccount.restriction, LedgerPosting.layer, LedgerPosting.amount)
        .join(LedgerAccount, col(LedgerAccount.id) == LedgerPosting.account_id)
        .where(LedgerPosting.transfer_id == transfer.id).order_by(LedgerPosting.id))
    postings = [PostingOut.model_validate(row) for row in rows.all()]
    state = await state_of(session, transfer, now) if transfer.kind == "hold" else None
    return BookedOut(**TransferOut.model_validate(transfer).model_dump(), postings=postings, hold_state=state)


async def chain_of(session: Any, fund: Fund) -> ChainOut:
    """Walks all of it, a thousand transfers at a time."""
    prev, count, broken = GENESIS, 0, None
    while broken is None and (transfers := await following(session, fund.id, count)):
        postings = await postings_of(session, transfers)
        for transfer in transfers:
            fits = transfer.prev_hash == prev and transfer.sequence == count + 1
            if not fits or transfer.hash != rules.digest(prev, facts_of(transfer, postings[transfer.id])):
                broken = transfer.sequence
                break
            prev, count = transfer.hash, transfer.sequence
    if broken is None and (count, prev) != (fund.entries, fund.head):
        broken = count + 1
    return ChainOut(fund_id=fund.id, entries=fund.entries, head=fund.head, whole=broken is None, broken_at=broken,
                    balances_agree=await balances_agree(session, fund.id))


async def following(session: Any, fund_id: UUID, after: int) -> Sequence[LedgerTransfer]:
    return (await session.exec(select(LedgerTransfer).where(
        LedgerTransfer.fund_id == fund_id, LedgerTransfer.sequence > after)
        .order_by(LedgerTransfer.sequence).limit(AT_ONCE))).all()


async def postings_of(session: Any, transfers: Sequence[LedgerTransfer]) -> dict[UUID, list[LedgerPosting]]:
    found: dict[UUID, list[LedgerPosting]] = defaultdict(list)
    rows = await session.exec(select(LedgerPosting).where(
        LedgerPosting.transfer_id.in_([transfer.id for transfer in transfers])))
    for posting in rows.all():
        found[posting.transfer_id].append(posting)
    return found


async def balances_agree(session: Any, fund_id: UUID) -> bool:
    """A hold places its postings; what resolves it takes the same ones away with the opposite sign."""
    amount, placed = LedgerPosting.amount, LedgerTransfer.kind == "hold"
    pending = LedgerPosting.layer == "pending"
    sums = (
        select(
            LedgerPosting.account_id,
            func.sum(case((pending, 0), else_=amount)).label("posted"),
            func.sum(case((pending & (placed == (amount > 0)), amount), else_=0)).label("pending_in"),
            func.sum(case((pending & (placed == (amount < 0)), amount), else_=0)).label("pending_out"))
        .join(LedgerTransfer, col(LedgerTransfer.id) == LedgerPosting.transfer_id)
        .where(LedgerTransfer.fund_id == fund_id).group_by(LedgerPosting.account_id).subquery())
    wrong = select(LedgerAccount.id).outerjoin(sums, sums.c.account_id == LedgerAccount.id).where(
        LedgerAccount.fund_id == fund_id,
        (LedgerAccount.posted != func.coalesce(sums.c.posted, 0))
        | (LedgerAccount.pending_in != func.coalesce(sums.c.pending_in, 0))
        | (LedgerAccount.pending_out != func.coalesce(sums.c.pending_out, 0)))
    return (await session.exec(wrong)).first() is None
