"""Opens a fund's books for writing: the fund first, then its balance rows in the order of their ids.

Whoever writes holds these locks until the commit; no flag says that something is locked, so none can stick.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.funds.models import Fund
from services.resources.fund.funds.rules import BOOKED_IN
from services.resources.fund.ledger.models import LedgerAccount, LedgerPosting, LedgerTransfer
from services.resources.fund.ledger.rules import NO_OVERDRAFT, Entry
from services.resources.fund.ledger.writing import Booking, Books, resolving, write
from shared.clock import local_day
from shared.db import locked
from shared.events.resources_fund import FundHoldExpired
from shared.messaging.outbox import emit
from shared.types import new_id

TRIES = 4
PASSING = frozenset({"40001", "40P01"})
"""SQLSTATE: serialization failure, deadlock. They say nothing of the money: the same step is tried again."""

T = TypeVar("T")


async def open_books(
    tx: AsyncSession, fund_id: UUID, keys: Collection[tuple[str, str]], now: datetime,
) -> Books:
    """`keys`: (kind, restriction) that are going to be posted to; a missing balance row is made first, and locked."""
    async def lock() -> Books:
        fund = await locked(tx, Fund, fund_id)
        await make_missing(tx, fund, keys)
        rows = select(LedgerAccount).where(LedgerAccount.fund_id == fund_id).order_by(LedgerAccount.id).with_for_update()
        accounts = (await tx.exec(rows.execution_options(populate_existing=True))).all()
        return Books(fund, {(one.kind, one.restriction): one for one in accounts})

    books = await retrying(tx, lock)
    await expire_overdue(tx, books, now)
    return books


async def retrying(tx: AsyncSession, step: Callable[[], Awaitable[T]]) -> T:
    """To a savepoint, so that what the loser of a deadlock had locked is free for the winner. L7: what still fails
    after that passes, too (503), and is never told as missing money."""
    for attempt in range(1, TRIES + 1):
        try:
            async with tx.begin_nested():
                return await step()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in PASSING or attempt == TRIES:
                raise
    raise AssertionError("unreachable")


async def make_missing(tx: AsyncSession, fund: Fund, keys: Collection[tuple[str, str]]) -> None:
    rows = [
        {"id": new_id(), "community": fund.community, "fund_id": fund.id, "kind": kind, "restriction": restriction,
         "no_overdraft": kind in NO_OVERDRAFT, "posted": 0, "pending_in": 0, "pending_out": 0}
        for kind, restriction in sorted(set(keys))
    ]
    if rows:
        await tx.exec(insert(LedgerAccount).values(rows).on_conflict_do_nothing())


async def expire_overdue(tx: AsyncSession, books: Books, now: datetime) -> None:
    """So that a hold past its time blocks nothing, even before any sweeper comes by."""
    fund = books.fund
    if "expire_hold" not in BOOKED_IN[fund.state]:
        return
    for hold in (await tx.exec(overdue_holds(now, LedgerTransfer.fund_id == fund.id))).all():
        today = local_day(now)
        await write(tx, books, Booking("expire_hold", hold.reason, "linli", today, freed=await entries_of(tx, hold.id, "pending"),
                                 links=resolving(hold)), now)
        said = FundHoldExpired(fund_id=fund.id, hold_id=hold.id, concerns=hold.concerns)
        emit(tx, said, of=fund, correlation_id=fund.correlation_id)


def overdue_holds(now: datetime, *conditions: Any) -> Any:
    """Holds that nothing has resolved and whose time is over."""
    resolution = aliased(LedgerTransfer)
    resolved = select(resolution.id).where(resolution.hold_id == LedgerTransfer.id).exists()
    return select(LedgerTransfer).where(
        LedgerTransfer.kind == "hold", LedgerTransfer.expires_at <= now, ~resolved, *conditions).order_by(LedgerTransfer.id)


async def entries_of(tx: Any, transfer_id: UUID, layer: str) -> Sequence[Entry]:
    """In the order they were written."""
    rows = select(LedgerAccount.kind, LedgerAccount.restriction, LedgerPosting.amount).join(
        LedgerAccount, col(LedgerAccount.id) == LedgerPosting.account_id).where(
        LedgerPosting.transfer_id == transfer_id, LedgerPosting.layer == layer).order_by(LedgerPosting.id)
    return [Entry(*row) for row in (await tx.exec(rows)).all()]
