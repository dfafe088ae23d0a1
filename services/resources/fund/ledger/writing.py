"""The one place that writes a transfer: its postings, their effect on the balances, and its link in the chain."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.funds.models import Fund
from services.resources.fund.funds.rules import must_book
from services.resources.fund.ledger import rules
from services.resources.fund.ledger.models import LedgerAccount, LedgerPosting, LedgerTransfer, TransferKind
from services.resources.fund.ledger.rules import Balance, Entry
from shared.clock import local_day
from shared.db import changed
from shared.types import new_id


@dataclass(frozen=True)
class Books:
    """A fund and all its accounts, locked. What is past its time in them has been freed."""

    fund: Fund
    accounts: dict[tuple[str, str], LedgerAccount]

    def balances(self) -> dict[tuple[str, str], Balance]:
        return {key: Balance(one.posted, one.pending_out, one.no_overdraft) for key, one in self.accounts.items()}

    def available(self) -> dict[str, int]:
        """Restriction → fen in cash that are free."""
        return {restriction: balance.available for (kind, restriction), balance in self.balances().items()
                if kind == "cash"}


@dataclass(frozen=True)
class Booking:
    """`posted` and `placed` (held) entries; `freed` are those of the hold that this resolves, as they were placed."""

    kind: TransferKind
    reason: str
    actor: str
    occurred_on: date
    posted: Sequence[Entry] = ()
    placed: Sequence[Entry] = ()
    freed: Sequence[Entry] = ()
    links: dict[str, Any] = field(default_factory=dict)
    """hold_id, reverses_id, expires_at, concerns, document, consent."""

    def layers(self) -> list[tuple[str, Entry]]:
        return [*(("posted", entry) for entry in self.posted), *(("pending", entry) for entry in self.placed),
                *(("pending", entry) for entry in rules.negated(self.freed))]


async def write(tx: AsyncSession, books: Books, booking: Booking, now: datetime) -> LedgerTransfer:
    """Raises `WrongState` of the fund, `PeriodClosed`, `Unbalanced` or `InsufficientFunds`; then nothing was changed."""
    fund = books.fund
    must_book(fund.state, booking.kind)
    rules.must_be_open(booking.occurred_on, fund.closed_through, local_day(now))
    for entries in (booking.posted, booking.placed, booking.freed):
        if entries:
            rules.must_balance(entries, consent=booking.links.get("consent"))
    if not booking.freed:
        rules.must_cover(books.balances(), [*booking.posted, *booking.placed])
    apply(books, booking)
    return await chain(tx, books, booking, now)


def apply(books: Books, booking: Booking) -> None:
    for entry in booking.freed:
        place(books.accounts[entry.kind, entry.restriction], entry.amount, -1)
    for entry in booking.posted:
        books.accounts[entry.kind, entry.restriction].posted += entry.amount
    for entry in booking.placed:
        place(books.accounts[entry.kind, entry.restriction], entry.amount, 1)


def place(account: LedgerAccount, amount: int, times: int) -> None:
    if amount > 0:
        account.pending_in += times * amount
    else:
        account.pending_out += times * amount


async def chain(tx: AsyncSession, books: Books, booking: Booking, now: datetime) -> LedgerTransfer:
    fund = books.fund
    transfer = LedgerTransfer(
        community=fund.community, fund_id=fund.id, sequence=fund.entries + 1, kind=booking.kind, reason=booking.reason,
        actor=booking.actor, occurred_on=booking.occurred_on, recorded_at=now, prev_hash=fund.head, hash="",
        **booking.links)
    postings = [
        LedgerPosting(community=fund.community, transfer_id=transfer.id, layer=layer, amount=entry.amount, id=new_id(),
                      account_id=books.accounts[entry.kind, entry.restriction].id)
        for layer, entry in booking.layers()
    ]
    transfer.hash = rules.digest(transfer.prev_hash, facts_of(transfer, postings))
    fund.entries, fund.head = transfer.sequence, transfer.hash
    changed(fund, now)
    tx.add(transfer)
    await tx.flush()
    tx.add_all(postings)
    await tx.flush()
    return transfer


def facts_of(transfer: LedgerTransfer, postings: Sequence[LedgerPosting]) -> dict[str, Any]:
    """What the hash covers: everything but the hash. Moments to the microsecond in UTC, as the database keeps them."""
    facts = transfer.model_dump(mode="json", exclude={"hash", "prev_hash", "recorded_at", "expires_at"})
    times = {name: moment and moment.timestamp() for name, moment in
             (("recorded_at", transfer.recorded_at), ("expires_at", transfer.expires_at))}
    parts = sorted((str(one.id), str(one.account_id), one.layer, one.amount) for one in postings)
    return facts | times | {"postings": parts}


def resolving(hold: LedgerTransfer) -> dict[str, UUID | None]:
    return {"hold_id": hold.id, "concerns": hold.concerns}
