"""What the tests of the fund do again and again, and the invariants L1 to L4 that always hold."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.fund.ledger import actions as ledger
from services.resources.fund.ledger.models import UNRESTRICTED, LedgerTransfer
from services.resources.fund.ledger.rules import moved
from shared.reach import EVERYWHERE
from shared.testing import TestService
from tests.resources.goods import COMMUNITY, get, post

FAR = datetime(2199, 1, 1, tzinfo=UTC)

BROKEN = {
    "L1 every transfer sums to zero in every layer":
        "select transfer_id from ledger_posting group by transfer_id, layer having sum(amount) <> 0",
    "L1 the ledger sums to zero, posted and pending":
        "select 1 from ledger_account group by fund_id "
        "having sum(posted) <> 0 or sum(pending_in + pending_out) <> 0",
    "L2 no overdraft": "select id from ledger_account where no_overdraft and posted + pending_out < 0",
    "L2 a hold is resolved once": "select hold_id from ledger_transfer group by hold_id having count(hold_id) > 1",
    "L2 no more is posted of a hold than was held":
        "select r.id from ledger_transfer r join ledger_posting p on p.transfer_id = r.id and p.layer = 'posted' "
        "and p.amount > 0 where r.kind = 'post_hold' group by r.id, r.hold_id having sum(p.amount) > "
        "(select sum(amount) from ledger_posting where transfer_id = r.hold_id and amount > 0)",
    "L3 what was reversed was reversed once":
        "select reverses_id from ledger_transfer group by reverses_id having count(reverses_id) > 1",
    "L4 restricted money leaves for its purpose alone":
        "select p.transfer_id from ledger_posting p join ledger_account a on a.id = p.account_id "
        "join ledger_transfer t on t.id = p.transfer_id where t.consent is null "
        "group by p.transfer_id, p.layer, a.restriction having sum(p.amount) <> 0",
    "balances are the sums of their postings":
        "select a.id from ledger_account a left join ledger_posting p on p.account_id = a.id and p.layer = 'posted' "
        "group by a.id having a.posted <> coalesce(sum(p.amount), 0)",
    "what is held is held by holds that nothing has resolved":
        "select a.id from ledger_account a where -a.pending_out <> (select coalesce(-sum(p.amount), 0) from ledger_posting p "
        "join ledger_transfer h on h.id = p.transfer_id and h.kind = 'hold' where p.account_id = a.id and p.amount < 0 "
        "and not exists (select from ledger_transfer r where r.hold_id = h.id))",
    "every fund's chain has as many links as it says":
        "select f.id from fund f where f.entries <> (select count(*) from ledger_transfer where fund_id = f.id)",
}


async def must_add_up(service: TestService) -> None:
    async with service.state.database.transaction(EVERYWHERE) as tx:
        for invariant, query in BROKEN.items():
            broken = (await tx.exec(text(query))).all()
            assert not broken, f"broken: {invariant}: {broken}"


async def active_fund(service: TestService, **more: Any) -> dict:
    fund = await post(service, "/v1/funds", {"community": COMMUNITY, "title": "街坊互助金"} | more)
    return await post(service, f"/v1/funds/{fund['id']}/activate")


async def give(service: TestService, fund: dict, amount: int, **more: Any) -> dict:
    return await post(service, "/v1/gifts", {"fund_id": fund["id"], "amount": amount, "donor_name": "陈某"} | more)


async def cash(service: TestService, fund: dict) -> dict[str, tuple[int, int]]:
    """Restriction → (fen, of them free)."""
    accounts = await get(service, f"/v1/funds/{fund['id']}/accounts")
    return {one["restriction"]: (one["posted"], one["available"]) for one in accounts if one["kind"] == "cash"}


async def put_in(
    tx: AsyncSession, fund_id: UUID, amount: int, now: datetime, on: date, restriction: str = UNRESTRICTED,
) -> LedgerTransfer:
    entries = moved(amount, restriction, out_of="gifts", into="cash")
    return await ledger.post(tx, fund_id, entries, reason="gift", by="keeper", now=now, occurred_on=on)


async def keep(
    tx: AsyncSession, fund_id: UUID, amount: int, purpose: str, now: datetime, until: datetime = FAR,
) -> LedgerTransfer:
    return await ledger.hold_for(
        tx, fund_id, amount, purpose, into="aid", reason="family_aid", by="keeper", now=now, expires_at=until)
