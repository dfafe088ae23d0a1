"""A donor traces a gift to its use, and everybody sees the sums, not the people."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.resources.fund.disclosure import rules
from services.resources.fund.disclosure.rules import Helped, Step
from shared.testing import TestService, bearer
from tests.resources.goods import COMMUNITY, get, post, receive, want
from tests.resources.money import active_fund, give
from tests.resources.test_applications import (
    PAYER,
    SECOND,
    begun,
    households,
    step,
    vote,
)

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def test_money_is_followed_first_in_first_out_and_through_a_change_of_purpose() -> None:
    steps = [
        Step(1, "any", 100, gift_id=A), Step(2, "any", 50, gift_id=B), Step(3, "medical", 80, gift_id=C),
        Step(4, "any", -120, use=0), Step(5, "medical", -30), Step(5, "any", 30), Step(6, "any", -50, use=1),
    ]
    assert rules.follow(steps) == {A: [(0, 100)], B: [(0, 20), (1, 30)], C: [(1, 20)]}


@given(st.lists(st.integers(1, 100), min_size=1), st.lists(st.integers(1, 100)))
def test_no_fen_is_used_twice_and_none_is_lost(gifts: list[int], uses: list[int]) -> None:
    steps = [Step(number, "any", amount, gift_id=UUID(int=number)) for number, amount in enumerate(gifts)]
    steps += [Step(1000 + number, "any", -amount, use=number) for number, amount in enumerate(uses)]
    used = rules.follow(steps)
    assert all(sum(fen for _, fen in used.get(UUID(int=number), [])) <= amount for number, amount in enumerate(gifts))
    assert sum(fen for parts in used.values() for _, fen in parts) == min(sum(gifts), sum(uses))


def test_what_helped_few_is_not_shown_apart() -> None:
    many = [Helped("meals", 10, UUID(int=number)) for number in range(5)]
    few = [Helped("medical", 200, A), Helped("medical", 300, A), Helped("schooling", 100, B)]
    assert rules.spent_by_purpose(many + few) == [("meals", 50, 5), ("other", 600, None)]
    assert rules.spent_by_purpose([*many, Helped("meals", 10, UUID(int=1))]) == [("meals", 60, 5)]


pytestmark = pytest.mark.anyio


async def test_from_the_gift_to_the_family(resources: TestService) -> None:
    residents = await households(resources)
    fund, application = await begun(resources, residents)
    donor = bearer(f"resident@{COMMUNITY}", person_id=residents[0]["id"])
    gift = await give(resources, fund, 40000, restriction="medical", donor_resident_id=residents[0]["id"], donor_name="吴甲")
    await give(resources, fund, 7000, donor_name="老街理发店", publish_name=True)
    await vote(resources, application, *["approve"] * 5)
    await step(resources, application, "decide", {})
    await step(resources, application, "publish")
    assert (await get(resources, f"/v1/gifts/{gift['id']}/trace", donor))["left"] == 40000
    resources.state.clock = lambda: datetime.now(UTC) + timedelta(days=7)
    await step(resources, application, "pay", {"document": "支01"}, PAYER)
    await step(resources, application, "report", {"words": "已出院"}, SECOND)
    trace = await get(resources, f"/v1/gifts/{gift['id']}/trace", donor)
    assert [(use["purpose"], use["amount"], use["reported"]) for use in trace["uses"]] == [("medical", 40000, True)]
    assert trace["left"] == 0
    stranger = bearer(f"resident@{COMMUNITY}", person_id=uuid4())
    assert (await resources.get(f"/v1/gifts/{gift['id']}/trace", stranger)).status_code == 404

    page = await resources.get(f"/v1/funds/{fund['id']}/disclosure?since=2020-01-01", stranger)
    shown = page.json()
    assert (shown["received"], shown["gifts"], shown["balance"]) == (347000, 3, 147000)
    assert [(one["name"], one["amount"]) for one in shown["donors"]] == [("老街理发店", 7000)]
    assert (shown["unnamed"], shown["spent"]) == (340000, [{"purpose": "other", "amount": 200000, "helped": None}])
    assert not any(word in page.text for word in ("吴甲", "林丙", "陈某", "出院", "medical", residents[2]["id"]))
    await step(resources, application, "return-payment", {"reason": "bounced"}, PAYER)
    shown = await get(resources, f"/v1/funds/{fund['id']}/disclosure?since=2020-01-01", stranger)
    assert (shown["spent"], shown["returned"], shown["balance"]) == ([], 200000, 347000)
    assert (await get(resources, f"/v1/gifts/{gift['id']}/trace", donor))["left"] == 40000


async def test_from_the_goods_to_the_hand_over(resources: TestService) -> None:
    fund = await active_fund(resources)
    lot = await receive(resources, "mask", 100)
    gift = await post(resources, "/v1/gifts", {
        "fund_id": fund["id"], "kind": "in_kind", "amount": 30000, "donor_name": "某药店", "lot_id": lot["id"],
        "valuation": "fair_value", "evidence": "询价记录"})
    need = await want(resources, {"mask": 30})
    await post(resources, f"/v1/needs/{need['id']}/issue", {"lines": [{"item": "mask", "quantity": 20}]})
    trace = await get(resources, f"/v1/gifts/{gift['id']}/trace")
    assert [(one["item"], one["quantity"]) for one in trace["hand_overs"]] == [("mask", 20)]
    assert (trace["left"], trace["uses"]) == (80, [])
