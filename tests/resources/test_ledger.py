"""The ledger on a real database: what the database itself refuses, many at once, and time."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.resources.fund.funds.models import Fund
from services.resources.fund.ledger import actions as ledger
from services.resources.fund.ledger.models import ReversalIn
from services.resources.fund.ledger.rules import InsufficientFunds, PeriodClosed
from shared.db import locked
from shared.http.problems import Conflict, WrongState
from shared.jobs import run_once
from shared.reach import EVERYWHERE
from shared.testing import TestService, eventually
from tests.resources.goods import COMMUNITY, get, post, types
from tests.resources.money import active_fund, cash, give, keep, must_add_up, put_in

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
TODAY = date.today()


async def test_twenty_at_once_spend_every_fen_once(resources: TestService) -> None:
    fund = await active_fund(resources)
    await give(resources, fund, 1000)

    async def spend(number: int) -> str:
        try:
            async with resources.state.database.transaction(EVERYWHERE) as tx:
                hold = await keep(tx, UUID(fund["id"]), 90 + number, "medical", NOW)
                await ledger.post_hold(tx, hold, None, by="keeper", now=NOW)
        except InsufficientFunds:
            return "short"
        return "paid"

    outcomes = Counter(await asyncio.gather(*(spend(number) for number in range(20))))
    assert outcomes["paid"] + outcomes["short"] == 20 and 9 <= outcomes["paid"] <= 11
    assert 0 <= (await cash(resources, fund))["unrestricted"][0] < 110
    await must_add_up(resources)
    assert (await get(resources, f"/v1/funds/{fund['id']}/chain"))["whole"]


async def test_one_hold_at_once_is_resolved_once(resources: TestService) -> None:
    fund = await active_fund(resources)
    await give(resources, fund, 1000)
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        hold = await keep(tx, UUID(fund["id"]), 600, "medical", NOW)

    async def resolve(number: int) -> str:
        try:
            async with resources.state.database.transaction(EVERYWHERE) as tx:
                if number % 2:
                    await ledger.void_hold(tx, hold, reason="withdrawn", by="keeper", now=NOW)
                else:
                    await ledger.post_hold(tx, hold, 250, by="keeper", now=NOW)
        except WrongState:
            return "too late"
        return "resolved"

    assert Counter(await asyncio.gather(*(resolve(number) for number in range(10)))) == {"resolved": 1, "too late": 9}
    await must_add_up(resources)


async def test_a_hold_past_its_time_blocks_nothing_and_is_written_down(resources: TestService) -> None:
    fund = await active_fund(resources)
    await give(resources, fund, 1000)
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        hold = await keep(tx, UUID(fund["id"]), 1000, "medical", NOW, until=NOW + timedelta(hours=1))
    resources.state.clock = lambda: NOW + timedelta(hours=2)
    assert (await cash(resources, fund))["unrestricted"] == (1000, 1000)
    assert (await get(resources, f"/v1/transfers/{hold.id}"))["hold_state"] == "expired"
    later = NOW + timedelta(hours=2)
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        second = await keep(tx, UUID(fund["id"]), 700, "medical", later, until=later + timedelta(hours=1))
    with pytest.raises(WrongState):
        async with resources.state.database.transaction(EVERYWHERE) as tx:
            await ledger.post_hold(tx, hold, None, by="keeper", now=later)
    await run_once(ledger.sweeping, resources.state.database, later + timedelta(hours=2), lambda: None)
    expired = [row.data["hold_id"] for row in await resources.said("resources.fund.hold_expired.v1")]
    assert expired == [str(hold.id), str(second.id)]
    await must_add_up(resources)


async def test_a_deadlock_is_tried_again_and_is_no_missing_money(resources: TestService) -> None:
    """L7. Somebody holds a balance row and then wants the fund, the wrong way round."""
    fund = await active_fund(resources)
    await give(resources, fund, 1000)
    id = UUID(fund["id"])
    async with resources.state.database.transaction(EVERYWHERE) as other:
        await other.exec(text(f"select from ledger_account where fund_id = '{id}' for update"))
        giving = asyncio.create_task(give(resources, fund, 500))
        await eventually(lambda: somebody_waits(resources))
        await other.exec(text(f"select from fund where id = '{id}' for update"))
    assert (await giving)["amount"] == 500
    await must_add_up(resources)


async def somebody_waits(resources: TestService) -> bool:
    waiting = "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"
    async with resources.state.database.reading(EVERYWHERE) as session:
        return await session.scalar(text(waiting))


FORBIDDEN = {
    "an update": "update ledger_transfer set reason = 'other'",
    "a delete": "delete from ledger_posting",
    "emptying": "truncate ledger_posting",
    "an overdraft": "update ledger_account set posted = -1 where kind = 'cash'",
    "one posting alone": "insert into ledger_posting (id, community, transfer_id, account_id, layer, amount) "
                         "select gen_random_uuid(), community, id, (select id from ledger_account limit 1), 'posted', 7 "
                         "from ledger_transfer limit 1",
    "a transfer without postings":
        "insert into ledger_transfer (id, community, fund_id, sequence, kind, reason, actor, occurred_on, recorded_at, "
        "prev_hash, hash) select gen_random_uuid(), community, fund_id, 99, 'post', 'x', 'x', current_date, now(), '', '' "
        "from ledger_transfer limit 1",
    "leaving its purpose":
        "with made as (insert into ledger_transfer (id, community, fund_id, sequence, kind, reason, actor, occurred_on, "
        "recorded_at, prev_hash, hash) select gen_random_uuid(), community, fund_id, 99, 'post', 'x', 'x', current_date, "
        "now(), '', '' from ledger_transfer limit 1 returning id, community) "
        "insert into ledger_posting (id, community, transfer_id, account_id, layer, amount) "
        "select gen_random_uuid(), made.community, made.id, a.id, 'posted', case a.restriction when 'medical' then -5 else 5 end "
        "from made, ledger_account a where a.kind = 'cash'",
}


@pytest.mark.parametrize("deed", FORBIDDEN)
async def test_the_database_refuses(resources: TestService, deed: str) -> None:
    fund = await active_fund(resources)
    await give(resources, fund, 1000)
    await give(resources, fund, 1000, restriction="medical")
    with pytest.raises(DBAPIError):
        async with resources.state.database.transaction(EVERYWHERE) as tx:
            await tx.exec(text(FORBIDDEN[deed]))
            await tx.exec(text("set constraints all immediate"))
    await must_add_up(resources)


async def test_a_closed_period_refuses_also_past_the_service(resources: TestService) -> None:
    fund = await active_fund(resources)
    yesterday = TODAY - timedelta(days=2)
    await give(resources, fund, 1000, received_on=str(yesterday))
    closed = await post(resources, f"/v1/funds/{fund['id']}/close-period", {"through": str(yesterday)})
    assert closed["closed_through"] == str(yesterday)
    late = {"fund_id": fund["id"], "amount": 5, "donor_name": "某", "received_on": str(yesterday)}
    refused = await post(resources, "/v1/gifts", late, expect=409)
    assert refused["type"].endswith("period-closed")
    await post(resources, f"/v1/funds/{fund['id']}/close-period", {"through": str(yesterday)}, expect=409)
    await post(resources, f"/v1/funds/{fund['id']}/close-period", {"through": "2150-01-01"}, expect=422)
    with pytest.raises(DBAPIError):
        async with resources.state.database.transaction(EVERYWHERE) as tx:
            await tx.exec(text(FORBIDDEN["a transfer without postings"].replace("current_date", f"date '{yesterday}'")))
    with pytest.raises(PeriodClosed):
        async with resources.state.database.transaction(EVERYWHERE) as tx:
            await put_in(tx, UUID(fund["id"]), 5, NOW, yesterday)
    assert types(await resources.said("resources.fund.period_closed.v1")) == ["fund.period_closed"]


async def test_purposes_are_kept_apart_and_changed_with_consent(resources: TestService) -> None:
    fund = await active_fund(resources)
    await give(resources, fund, 800, restriction="medical")
    await give(resources, fund, 300)
    with pytest.raises(InsufficientFunds):
        async with resources.state.database.transaction(EVERYWHERE) as tx:
            await keep(tx, UUID(fund["id"]), 301, "schooling", NOW)
    change = {"amount": 500, "from_restriction": "medical", "consent": "2026年3月书面同意"}
    moved = await post(resources, f"/v1/funds/{fund['id']}/change-purpose", change)
    assert [(one["restriction"], one["amount"]) for one in moved["postings"]] == [("medical", -500), ("unrestricted", 500)]
    short = await post(resources, f"/v1/funds/{fund['id']}/change-purpose", change, expect=409)
    assert short["accounts"] == [{"kind": "cash", "restriction": "medical", "requested": 500, "available": 300}]
    assert await cash(resources, fund) == {"medical": (300, 300), "unrestricted": (800, 800)}
    await post(resources, f"/v1/transfers/{moved['id']}/reverse", {"reason": "entered_twice"})
    await post(resources, f"/v1/transfers/{moved['id']}/reverse", {"reason": "entered_twice"}, expect=409)
    assert await cash(resources, fund) == {"medical": (800, 800), "unrestricted": (300, 300)}
    await must_add_up(resources)


async def test_a_touched_chain_is_seen(resources: TestService) -> None:
    fund = await active_fund(resources)
    for amount in (100, 200, 300):
        await give(resources, fund, amount)
    assert (await get(resources, f"/v1/funds/{fund['id']}/chain"))["whole"]
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        row = await locked(tx, Fund, UUID(fund["id"]))
        row.head = "f" * 64
    seen = await get(resources, f"/v1/funds/{fund['id']}/chain")
    assert (seen["whole"], seen["broken_at"], seen["balances_agree"]) == (False, 4, True)


async def test_states_of_a_fund(resources: TestService) -> None:
    fund = await post(resources, "/v1/funds", {"community": COMMUNITY, "title": "互助金"})
    path = f"/v1/funds/{fund['id']}"
    assert (await post(resources, "/v1/gifts", {"fund_id": fund["id"], "amount": 5, "anonymous": True}, expect=409))["state"] == "forming"
    await post(resources, f"{path}/activate")
    gift = await give(resources, fund, 5)
    await post(resources, f"{path}/freeze", {"reason": "audit"})
    await post(resources, "/v1/gifts", {"fund_id": fund["id"], "amount": 5, "anonymous": True}, expect=409)
    await post(resources, f"{path}/wind-up", {"reason": "no_longer_needed"})
    assert (await post(resources, f"{path}/close", expect=409))["type"].endswith("fund-not-empty")
    await post(resources, f"/v1/gifts/{gift['id']}/reverse", {"reason": "given_back"})
    assert (await post(resources, f"{path}/close"))["state"] == "closed"
    await post(resources, "/v1/funds", {"community": COMMUNITY, "title": "基金", "mode": "host_fund"}, expect=422)
    said = [row.data["state"] for row in await resources.said("resources.fund.state_changed.v1")]
    assert said == ["active", "frozen", "closing", "closed"]
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        transfer = await ledger.transfer_with(tx, UUID(gift["transfer_id"]))
        with pytest.raises(Conflict):
            await ledger.reverse(tx, transfer, ReversalIn(reason="again"), by="keeper", now=NOW)
