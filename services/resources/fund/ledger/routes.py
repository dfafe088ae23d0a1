"""The ledger over HTTP. Money comes in by gifts and leaves by decided applications; here it is read and corrected."""

from uuid import UUID

from fastapi import APIRouter

from services.resources.fund.funds.models import Fund, FundOut
from services.resources.fund.ledger import actions
from services.resources.fund.ledger.models import (
    AccountOut,
    BookedOut,
    ChainOut,
    LedgerTransfer,
    PeriodIn,
    PurposeIn,
    ReversalIn,
    TransferKind,
    TransferOut,
)
from services.resources.fund.ledger.rules import must_be_of_the_ledger_alone
from services.resources.fund.ledger.reading import accounts_of, booked, chain_of
from shared.clock import Now
from shared.db import Read, Tx, found, locked
from shared.http.idempotency import idempotent
from shared.http.pages import Page, Paging, page_of
from shared.http.preconditions import IfMatch
from shared.identity.caller import requires
from shared.types import Community

router = APIRouter(prefix="/v1", tags=["fund"])

LedgerRead = requires("ledger:read")
LedgerKeep = requires("ledger:keep")


@router.get("/funds/{id}/accounts")
async def read_accounts(id: UUID, caller: LedgerRead, session: Read, now: Now) -> list[AccountOut]:
    """Balances in fen. `cash` is what the fund has, restriction by restriction."""
    fund = caller.must_find(await found(session, Fund, id))
    return await accounts_of(session, fund.id, now)


@router.get("/funds/{id}/chain")
async def check_chain(id: UUID, caller: LedgerRead, session: Read) -> ChainOut:
    """Recomputes every hash and every balance."""
    fund = caller.must_find(await found(session, Fund, id))
    return await chain_of(session, fund)


@router.get("/transfers")
async def list_transfers(
    caller: LedgerRead, session: Read, query: Paging, community: Community | None = None, fund_id: UUID | None = None,
    kind: TransferKind | None = None, concerns: UUID | None = None,
) -> Page[TransferOut]:
    """Newest first. A transfer never changes: `updated_since` means recorded since."""
    wanted = {LedgerTransfer.fund_id: fund_id, LedgerTransfer.kind: kind, LedgerTransfer.concerns: concerns}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if query.updated_since:
        conditions.append(LedgerTransfer.recorded_at >= query.updated_since)
        query.updated_since = None
    return await page_of(session, LedgerTransfer, query, caller.scope(LedgerTransfer.community, community), *conditions)


@router.get("/transfers/{id}")
async def read_transfer(id: UUID, caller: LedgerRead, tx: Tx, now: Now) -> BookedOut:
    transfer = caller.must_find(await actions.transfer_with(tx, id))
    return await booked(tx, transfer, now)


@router.post("/transfers/{id}/reverse", status_code=201)
@idempotent(required=True)
async def reverse_transfer(id: UUID, body: ReversalIn, caller: LedgerKeep, tx: Tx, now: Now) -> BookedOut:
    """A mistake is booked back by a new transfer; nothing in the ledger is changed."""
    transfer = caller.must_find(await actions.transfer_with(tx, id))
    must_be_of_the_ledger_alone(transfer.concerns)
    return await booked(tx, await actions.reverse(tx, transfer, body, by=caller.subject, now=now), now)


@router.post("/funds/{id}/change-purpose", status_code=201)
@idempotent(required=True)
async def change_purpose(id: UUID, body: PurposeIn, caller: LedgerKeep, tx: Tx, now: Now) -> BookedOut:
    """Restricted money serves another purpose, with the donor's consent."""
    fund = caller.must_find(await found(tx, Fund, id))
    return await booked(tx, await actions.change_purpose(tx, fund.id, body, by=caller.subject, now=now), now)


@router.post("/funds/{id}/close-period")
@idempotent
async def close_period(id: UUID, body: PeriodIn, caller: LedgerKeep, tx: Tx, now: Now, seen: IfMatch) -> FundOut:
    """Nothing is booked any more on a day up to and with that one."""
    fund = caller.must_find(await locked(tx, Fund, id, expected_version=seen))
    return actions.close_period(tx, fund, body, now)
