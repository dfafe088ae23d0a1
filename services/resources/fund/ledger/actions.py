"""What is done to a fund's ledger. Every step opens the books, decides, and writes one transfer."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.funds.models import Fund
from services.resources.fund.ledger import rules
from services.resources.fund.ledger.books import entries_of, open_books, overdue_holds
from services.resources.fund.ledger.models import (
    UNRESTRICTED,
    HoldState,
    LedgerTransfer,
    PeriodIn,
    PurposeIn,
    ReversalIn,
)
from services.resources.fund.ledger.rules import Entry
from services.resources.fund.ledger.writing import Booking, resolving, write
from shared.clock import local_day
from shared.db import changed
from shared.events import resources_fund as events
from shared.http.problems import NotFound
from shared.jobs import Job
from shared.messaging.outbox import emit


async def post(
    tx: AsyncSession, fund_id: UUID, entries: Sequence[Entry], *, reason: str, by: str, now: datetime, occurred_on: date,
    **links: object,
) -> LedgerTransfer:
    """`links`: concerns, document, consent. Raises `WrongState`, `PeriodClosed`, `Unbalanced` or `InsufficientFunds`."""
    books = await open_books(tx, fund_id, {(one.kind, one.restriction) for one in entries}, now)
    booking = Booking("post", reason, by, occurred_on, posted=entries, links=links)
    return await write(tx, books, booking, now)


async def hold_for(
    tx: AsyncSession, fund_id: UUID, amount: int, purpose: str, *, into: str, reason: str, by: str, now: datetime,
    expires_at: datetime, concerns: UUID | None = None,
) -> LedgerTransfer:
    """Keeps cash for a purpose: first what was given for it, then what is free for any. L4."""
    keys = {(kind, restriction) for kind in ("cash", into) for restriction in (purpose, UNRESTRICTED)}
    books = await open_books(tx, fund_id, keys, now)
    drawn = rules.draw(amount, purpose, books.available())
    entries = [entry for restriction, part in drawn for entry in rules.moved(part, restriction, out_of="cash", into=into)]
    hold = await write(tx, books, Booking("hold", reason, by, local_day(now), placed=entries,
                                    links={"expires_at": expires_at, "concerns": concerns}), now)
    said = events.FundHoldCreated(fund_id=fund_id, hold_id=hold.id, amount=amount, concerns=concerns, expires_at=expires_at)
    emit(tx, said, of=books.fund, correlation_id=books.fund.correlation_id)
    return hold


async def post_hold(
    tx: AsyncSession, hold: LedgerTransfer, amount: int | None, *, by: str, now: datetime, occurred_on: date | None = None,
    document: str | None = None,
) -> LedgerTransfer:
    """Pays what was held, or of it the first `amount` fen; what is left of it is free again."""
    books = await open_books(tx, hold.fund_id, (), now)
    held = await pending_entries(tx, hold, now)
    paid = rules.part_of(held, total_of(held) if amount is None else amount)
    booking = Booking("post_hold", hold.reason, by, occurred_on or local_day(now), posted=paid, freed=held,
                      links={**resolving(hold), "document": document})
    transfer = await write(tx, books, booking, now)
    said = events.FundHoldPosted(
        fund_id=hold.fund_id, hold_id=hold.id, held=total_of(held), posted=total_of(paid), concerns=hold.concerns)
    emit(tx, said, of=books.fund, correlation_id=books.fund.correlation_id)
    return transfer


async def void_hold(tx: AsyncSession, hold: LedgerTransfer, *, reason: str, by: str, now: datetime) -> LedgerTransfer:
    """What was held is free again."""
    books = await open_books(tx, hold.fund_id, (), now)
    held = await pending_entries(tx, hold, now)
    booking = Booking("void_hold", reason, by, local_day(now), freed=held, links=resolving(hold))
    transfer = await write(tx, books, booking, now)
    said = events.FundHoldVoided(fund_id=hold.fund_id, hold_id=hold.id, reason=reason, concerns=hold.concerns)
    emit(tx, said, of=books.fund, correlation_id=books.fund.correlation_id)
    return transfer


async def pending_entries(tx: AsyncSession, hold: LedgerTransfer, now: datetime) -> Sequence[Entry]:
    """Of a hold whose books are open. Raises `WrongState` when it was resolved, or has expired."""
    rules.must_be_pending(await state_of(tx, hold, now))
    return await entries_of(tx, hold.id, "pending")


def total_of(entries: Sequence[Entry]) -> int:
    return sum(entry.amount for entry in entries if entry.amount > 0)


async def state_of(session: AsyncSession, hold: LedgerTransfer, now: datetime) -> HoldState:
    resolution = (await session.exec(
        select(LedgerTransfer.id, LedgerTransfer.kind).where(LedgerTransfer.hold_id == hold.id))).one_or_none()
    held = total_of(await entries_of(session, hold.id, "pending"))
    posted = total_of(await entries_of(session, resolution.id, "posted")) if resolution else 0
    return rules.hold_state(held, resolution and resolution.kind, posted, expired=hold.expires_at <= now)


async def reverse(
    tx: AsyncSession, transfer: LedgerTransfer, body: ReversalIn, *, by: str, now: datetime,
) -> LedgerTransfer:
    """A mistake is booked back by a new transfer. Raises `InsufficientFunds` when its money is spent already."""
    books = await open_books(tx, transfer.fund_id, (), now)
    earlier = (await tx.exec(select(LedgerTransfer.id).where(LedgerTransfer.reverses_id == transfer.id))).first()
    rules.must_be_reversible(transfer.kind, reversed_already=earlier is not None)
    entries = rules.negated(await entries_of(tx, transfer.id, "posted"))
    booking = Booking(
        "reverse", body.reason, by, body.occurred_on or local_day(now), posted=entries,
        links={"reverses_id": transfer.id, "concerns": transfer.concerns, "document": body.document,
               "consent": transfer.consent})
    reversal = await write(tx, books, booking, now)
    said = events.FundTransferReversed(fund_id=transfer.fund_id, transfer_id=transfer.id, reason=body.reason,
                                       concerns=transfer.concerns)
    emit(tx, said, of=books.fund, correlation_id=books.fund.correlation_id)
    return reversal


async def change_purpose(tx: AsyncSession, fund_id: UUID, body: PurposeIn, *, by: str, now: datetime) -> LedgerTransfer:
    entries = [Entry("cash", body.from_restriction, -body.amount), Entry("cash", body.to_restriction, body.amount)]
    return await post(tx, fund_id, entries, reason="purpose_changed", by=by, now=now,
                      occurred_on=body.occurred_on or local_day(now), consent=body.consent)


def close_period(tx: AsyncSession, fund: Fund, body: PeriodIn, now: datetime) -> Fund:
    """The fund is locked. What is booked later is of a later day."""
    rules.must_close_later(body.through, fund.closed_through, local_day(now))
    fund.closed_through = body.through
    changed(fund, now)
    said = events.FundPeriodClosed(fund_id=fund.id, through=body.through, entries=fund.entries)
    emit(tx, said, of=fund, correlation_id=fund.correlation_id)
    return fund


async def transfer_with(tx: AsyncSession, id: UUID) -> LedgerTransfer:
    transfer = (await tx.exec(select(LedgerTransfer).where(LedgerTransfer.id == id))).one_or_none()
    if transfer is None:
        raise NotFound(kind="ledger_transfer", id=str(id))
    return transfer


async def sweep(tx: AsyncSession, now: datetime) -> bool:
    """Writes down that holds have expired, one fund at a time. True when more is waiting."""
    waiting = (await tx.exec(overdue_holds(now).join(Fund, col(Fund.id) == LedgerTransfer.fund_id).where(
        col(Fund.state).in_(("active", "frozen", "closing"))).limit(1))).first()
    if waiting is not None:
        await open_books(tx, waiting.fund_id, (), now)
    return waiting is not None


sweeping = Job("sweep_fund_holds", every_seconds=60, run=sweep)
