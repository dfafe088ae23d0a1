"""Gifts and receipts over HTTP, with what is said about them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from shared.testing import TestService, bearer
from tests.resources.goods import COMMUNITY, STRANGER, get, post, receive, types
from tests.resources.money import active_fund, cash, give, must_add_up

pytestmark = pytest.mark.anyio

TODAY = date.today()

INCOME = (32000, 38000, 49000, 50000, 88888, 59000, 48000, 135000, 128000, 44000, 50000, 129000, 80334, 30000, 220000, 6666,
          40000, 28000, 48000, 219112, 116000, 37000, 124000)
"""Fen, as a community's fund list had them in its first year: together 18,000.00 yuan."""


async def test_eighteen_thousand_yuan_balance_to_the_fen(resources: TestService) -> None:
    """A receipt number that stands there twice counts once, a void one not at all."""
    fund = await active_fund(resources)
    assert sum(INCOME) == 1_800_000
    for number, amount in enumerate(INCOME, 1):
        await give(resources, fund, amount, receipt_no=f"No.2023{number:04}", received_on="2023-08-20")
    twice = {"fund_id": fund["id"], "amount": 48000, "anonymous": True, "receipt_no": "No.20230007",
             "received_on": "2023-08-20"}
    assert (await post(resources, "/v1/gifts", twice, expect=409))["type"].endswith("receipt-taken")
    wrong = await give(resources, fund, 50000, receipt_no="No.20230099", received_on="2023-08-20")
    [receipt] = (await get(resources, f"/v1/gifts/{wrong['id']}"))["receipts"]
    await post(resources, f"/v1/gifts/{wrong['id']}/reverse", {"reason": "written_wrong"}, expect=409)
    await post(resources, f"/v1/receipts/{receipt['id']}/void", {"reason": "written_wrong"})
    await post(resources, f"/v1/gifts/{wrong['id']}/reverse", {"reason": "written_wrong"})
    assert await cash(resources, fund) == {"unrestricted": (1_800_000, 1_800_000)}
    await must_add_up(resources)
    said = types(await resources.said())
    assert said.count("gift.recorded") == 24 and said.count("gift.reversed") == 1
    assert (await get(resources, f"/v1/funds/{fund['id']}/chain"))["entries"] == 25


@pytest.mark.parametrize(("wrong", "field"), [
    ({"amount": 0}, "body.amount"), ({"amount": -5}, "body.amount"), ({"amount": 1.5}, "body.amount"),
    ({"amount": 10**12}, "body.amount"), ({"donor_name": None}, "body.donor_name"),
    ({"anonymous": True}, "body.donor_name"), ({"anonymous": True, "donor_name": None, "publish_name": True}, "body.publish_name"),
    ({"donor_organisation_id": str(uuid4())}, "body.donor_organisation_id"),
    ({"donor_resident_id": str(uuid4())}, "body.donor_resident_id"),
    ({"received_on": "2150-01-01"}, "body.received_on"), ({"method": None}, "body.method"),
    ({"lot_id": str(uuid4())}, "body.lot_id"), ({"kind": "in_kind"}, "body.lot_id"),
    ({"kind": "in_kind", "lot_id": str(uuid4()), "valuation": "invoice", "evidence": "发票1"}, "body.lot_id"),
    ({"restriction": "Medical!"}, "body.restriction"), ({"state": "reversed"}, "body.state"),
])
async def test_a_wrong_gift_changes_nothing(resources: TestService, wrong: dict, field: str) -> None:
    fund = await active_fund(resources)
    body = {"fund_id": fund["id"], "amount": 100, "donor_name": "陈某"} | wrong
    answer = await post(resources, "/v1/gifts", body, expect=422)
    assert field in [error["field"] for error in answer["errors"]]
    assert (await get(resources, "/v1/gifts"))["items"] == [] and await cash(resources, fund) == {}


async def test_goods_are_a_gift_once_and_keep_what_they_were_given_for(resources: TestService) -> None:
    fund = await active_fund(resources)
    lot = await receive(resources, "mask", 100, restriction="response")
    body = {"fund_id": fund["id"], "kind": "in_kind", "amount": 30000, "donor_name": "某药店", "lot_id": lot["id"],
            "valuation": "invoice", "evidence": "发票 0417"}
    refused = await post(resources, "/v1/gifts", body, expect=422)
    assert refused["lot"] == "response"
    gift = await post(resources, "/v1/gifts", body | {"restriction": "response"})
    assert (gift["amount"], gift["transfer_id"], gift["method"]) == (30000, None, None)
    await post(resources, "/v1/gifts", body | {"restriction": "response"}, expect=409)
    assert await cash(resources, fund) == {}
    [said] = await resources.said("resources.gift.recorded.v1")
    assert (said.data["lot_id"], said.data["restriction"]) == (lot["id"], "response")


async def test_a_receipt_is_voided_and_issued_anew_or_waived(resources: TestService) -> None:
    fund = await active_fund(resources)
    gift = await give(resources, fund, 100)
    path = f"/v1/gifts/{gift['id']}"
    first = await post(resources, f"{path}/receipts", {"receipt_no": "A1", "check_code": "77"})
    await post(resources, f"{path}/receipts", {"receipt_no": "A2"}, expect=409)
    await post(resources, f"{path}/waive-receipt", expect=409)
    await post(resources, f"/v1/receipts/{first['id']}/void", {"reason": "wrong_sum"})
    await post(resources, f"/v1/receipts/{first['id']}/void", {"reason": "wrong_sum"}, expect=409)
    await post(resources, f"{path}/receipts", {"receipt_no": "A1"}, expect=409)
    early = {"receipt_no": "A2", "issued_on": str(TODAY - timedelta(days=9))}
    await post(resources, f"{path}/receipts", early, expect=422)
    again = await post(resources, f"{path}/receipts", {"receipt_no": "A2"})
    assert again["replaces_id"] == first["id"]
    assert [(one["receipt_no"], one["state"]) for one in (await get(resources, path))["receipts"]] == [
        ("A1", "void"), ("A2", "registered")]
    other = await give(resources, fund, 200)
    await post(resources, f"/v1/gifts/{other['id']}/waive-receipt")
    await post(resources, f"/v1/gifts/{other['id']}/receipts", {"receipt_no": "A3"}, expect=409)
    said = [one for one in types(await resources.said()) if one.startswith("receipt")]
    assert said == ["receipt.registered", "receipt.voided", "receipt.registered", "receipt.waived"]


async def test_who_gave_is_seen_by_few_and_by_themselves(resources: TestService) -> None:
    fund = await active_fund(resources)
    worker = bearer(f"social_worker@{COMMUNITY}")
    town = {"community": COMMUNITY, "name": "某社区"}
    await post(resources, "/v1/communities", town, bearer("coordinator@*"))
    donor = await post(resources, "/v1/residents", {"community": COMMUNITY, "name": "林勇"}, worker)
    gift = await give(resources, fund, 500, donor_name="林勇", donor_resident_id=donor["id"])
    await give(resources, fund, 700)
    assert (gift["anonymous"], gift["publish_name"]) == (False, False)
    themselves = bearer(f"resident@{COMMUNITY}", person_id=donor["id"])
    assert [one["id"] for one in (await get(resources, "/v1/gifts", themselves))["items"]] == [gift["id"]]
    assert (await get(resources, f"/v1/gifts/{gift['id']}", themselves))["donor_name"] == "林勇"
    neighbour = bearer(f"resident@{COMMUNITY}", person_id=uuid4())
    for who in (neighbour, STRANGER, bearer(f"committee_member@{COMMUNITY}", person_id=uuid4())):
        assert (await resources.get(f"/v1/gifts/{gift['id']}", who)).status_code == 404
    said = str([row.data for row in await resources.said()])
    assert "林勇" not in said and donor["id"] not in str([
        row.data for row in await resources.said("resources.gift.recorded.v1")])
