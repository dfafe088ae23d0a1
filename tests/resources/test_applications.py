"""A family is helped from the fund by the committee's vote, over HTTP; and all that must not happen on the way."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer
from tests.resources.goods import COMMUNITY, get, post, types
from tests.resources.money import active_fund, cash, give, must_add_up

pytestmark = pytest.mark.anyio

AUTHOR, SECOND, PAYER = (bearer(f"community_admin@{COMMUNITY}", subject=name) for name in ("author", "second", "payer"))
VOTERS = [bearer(f"committee_member@{COMMUNITY}", subject=f"m{number}") for number in range(5)]
SUPERVISOR = bearer(f"supervisor@{COMMUNITY}", subject="s0")
WORKER = bearer(f"social_worker@{COMMUNITY}")
TODAY = datetime.now(UTC)


async def households(service: TestService) -> list[dict]:
    """Three residents; the first two live together."""
    await post(service, "/v1/communities", {"community": COMMUNITY, "name": "某社区"}, bearer("coordinator@*"))
    home = await post(service, "/v1/households", {"community": COMMUNITY, "number": "LGH00001", "address": "一单元"}, WORKER)
    return [await post(service, "/v1/residents", {"community": COMMUNITY, "name": name, "household_id": where}, WORKER)
            for name, where in (("吴甲", home["id"]), ("吴乙", home["id"]), ("林丙", None))]


async def begun(service: TestService, residents: list[dict], amount: int = 200000, **more: Any) -> tuple[dict, dict]:
    """(fund with 3,000 yuan and a committee, application that is voted on)."""
    fund = await active_fund(service)
    await give(service, fund, 300000)
    members = [{"account": f"m{number}"} for number in range(5)] + [{"account": "s0", "role": "supervisor"}]
    members[0]["resident_id"] = residents[0]["id"]
    await post(service, "/v1/committees", {"fund_id": fund["id"], "charter": "community_fund_2025", "members": members,
                                           "ends_on": "2190-01-01"})
    body = {"fund_id": fund["id"], "applicant_resident_id": residents[2]["id"], "purpose": "medical", "amount": amount,
            "story": "住院"} | more
    application = await post(service, "/v1/applications", body, AUTHOR)
    await step(service, application, "find-eligible", who=SECOND)
    return fund, await step(service, application, "open-vote", {"closes_at": str(TODAY + timedelta(days=7))}, SECOND)


async def step(service: TestService, application: dict, verb: str, body: Any = None, who: dict = SECOND, **more: Any) -> dict:
    return await post(service, f"/v1/applications/{application['id']}/{verb}", body, who, **more)


async def vote(service: TestService, application: dict, *choices: str) -> None:
    for who, choice in zip(VOTERS, choices, strict=False):
        await step(service, application, "ballots", {"choice": choice, "reason": "because"}, who)
    await step(service, application, "ballots", {"choice": "attended"}, SUPERVISOR)


async def test_a_family_is_helped(resources: TestService) -> None:
    residents = await households(resources)
    fund, application = await begun(resources, residents)
    await vote(resources, application, "approve", "approve", "approve", "reject", "abstain")
    decided = await step(resources, application, "decide", {})
    assert (decided["state"], decided["awarded"]) == ("approved", 200000)
    assert await cash(resources, fund) == {"medical": (0, 0), "unrestricted": (300000, 100000)}
    await step(resources, application, "pay", {"document": "支01"}, PAYER, expect=409)
    await step(resources, application, "publish")
    assert (await step(resources, application, "pay", {"document": "支01"}, PAYER, expect=409))["type"].endswith("notice-runs")
    [notice] = (await get(resources, "/v1/public-notices", bearer(f"resident@{COMMUNITY}")))["items"]
    assert set(notice) == {"id", "community", "fund_id", "kind", "purpose", "awarded", "notice_until"}
    resources.state.clock = lambda: datetime.now(UTC) + timedelta(days=7)
    for who in (AUTHOR, SECOND, bearer(f"community_admin@{COMMUNITY}", subject="m1")):
        refused = await step(resources, application, "pay", {"document": "支01"}, who, expect=403)
        assert refused["type"].endswith("same-person")
    early = {"document": "支01", "occurred_on": str((datetime.now(UTC) + timedelta(days=2)).date())}
    assert (await step(resources, application, "pay", early, PAYER, expect=409))["type"].endswith("notice-runs")
    assert (await step(resources, application, "pay", {"document": "x", "amount": 200001}, PAYER, expect=422))["most"] == 200000
    paid = await step(resources, application, "pay", {"document": "支01", "amount": 150000}, PAYER)
    assert paid["state"] == "paid"
    assert await cash(resources, fund) == {"medical": (0, 0), "unrestricted": (150000, 150000)}
    await step(resources, application, "pay", {"document": "支01"}, PAYER, expect=409)
    await step(resources, application, "report", {"words": "已出院"})
    assert (await step(resources, application, "close"))["state"] == "closed"
    await must_add_up(resources)
    said = types(await resources.said())
    assert [one for one in said if one.startswith(("application", "vote", "committee", "fund.hold"))] == [
        "committee.formed", "application.submitted", "application.found_eligible", "vote.opened", "fund.hold_created",
        "vote.decided", "application.published", "fund.hold_posted", "application.paid", "application.reported",
        "application.closed"]
    everything = str([row.data for row in await resources.said() if row.type != "resources.resident.registered.v1"])
    assert not any(word in everything for word in ("住院", "出院", "林丙", residents[2]["id"], "author"))


async def test_relatives_recuse_themselves_and_authors_do_not_vote(resources: TestService) -> None:
    residents = await households(resources)
    _, application = await begun(resources, residents, applicant_resident_id=residents[0]["id"])
    refused = await step(resources, application, "ballots", {"choice": "approve"}, VOTERS[0], expect=409)
    assert refused["type"].endswith("related-person")
    await step(resources, application, "ballots", {"choice": "recused", "reason": "relative"}, VOTERS[0])
    await step(resources, application, "ballots", {"choice": "approve"}, VOTERS[1])
    await step(resources, application, "ballots", {"choice": "approve"}, VOTERS[1], expect=409)
    author = bearer(f"committee_member@{COMMUNITY}", subject="author")
    assert (await step(resources, application, "ballots", {"choice": "approve"}, author, expect=403))["type"].endswith("same-person")
    outsider = bearer(f"committee_member@{COMMUNITY}", subject="outsider")
    await step(resources, application, "ballots", {"choice": "approve"}, outsider, expect=403)
    assert (await step(resources, application, "decide", {}, expect=409))["missing"] == 3
    await step(resources, application, "decide", {}, AUTHOR, expect=403)
    with pytest.raises(DBAPIError):
        async with resources.state.database.transaction(EVERYWHERE) as tx:
            await tx.exec(text("update ballot set choice = 'approve'"))


async def test_somebody_of_the_household_is_related(resources: TestService) -> None:
    residents = await households(resources)
    _, application = await begun(resources, residents, applicant_resident_id=residents[1]["id"])
    refused = await step(resources, application, "ballots", {"choice": "approve"}, VOTERS[0], expect=409)
    assert refused["type"].endswith("related-person")


async def test_what_is_not_there_is_not_awarded(resources: TestService) -> None:
    """Money that was given for something else is not there for this."""
    residents = await households(resources)
    fund, application = await begun(resources, residents, amount=400000)
    await give(resources, fund, 900000, restriction="schooling")
    await vote(resources, application, *["approve"] * 5)
    short = await step(resources, application, "decide", {}, expect=409)
    assert (short["type"].rpartition(":")[2], short["available"]) == ("insufficient-funds", 300000)
    assert (await step(resources, application, "decide", {"awarded": 250000}))["awarded"] == 250000
    assert (await cash(resources, fund))["schooling"] == (900000, 900000)
    await step(resources, application, "withdraw", {"reason": "no_longer_needed"})
    assert (await cash(resources, fund))["unrestricted"] == (300000, 300000)
    await must_add_up(resources)


async def test_an_appeal_stops_the_payment_and_a_refusal_is_voted_on_anew(resources: TestService) -> None:
    residents = await households(resources)
    fund, application = await begun(resources, residents)
    await vote(resources, application, "reject", "reject", "reject", "approve", "approve")
    assert (await step(resources, application, "decide", {}))["state"] == "rejected"
    neighbour = bearer(f"resident@{COMMUNITY}", subject="neighbour")
    appealed = await step(resources, application, "appeal", {"words": "材料没看全"}, neighbour)
    assert "applicant_resident_id" not in appealed and "story" not in appealed
    await step(resources, application, "judge-appeal", {"upheld": True, "reason": "new_facts"}, SUPERVISOR)
    again = await step(resources, application, "open-vote", {"closes_at": str(TODAY + timedelta(days=7))})
    assert again["round"] == 2
    await vote(resources, application, *["approve"] * 5)
    await step(resources, application, "decide", {})
    await step(resources, application, "publish")
    await step(resources, application, "appeal", {"words": "情况不实"}, neighbour)
    resources.state.clock = lambda: datetime.now(UTC) + timedelta(days=9)
    await step(resources, application, "pay", {"document": "支01"}, PAYER, expect=409)
    judged = await step(resources, application, "judge-appeal", {"upheld": True, "reason": "facts_confirmed"}, SUPERVISOR)
    assert (judged["state"], judged["awarded"], judged["hold_id"]) == ("rejected", None, None)
    assert (await cash(resources, fund))["unrestricted"] == (300000, 300000)
    await must_add_up(resources)


async def test_a_hold_that_expired_is_taken_anew_and_a_payment_comes_back(resources: TestService) -> None:
    residents = await households(resources)
    fund, application = await begun(resources, residents)
    await vote(resources, application, *["approve"] * 5)
    await step(resources, application, "decide", {})
    await step(resources, application, "publish")
    resources.state.clock = lambda: datetime.now(UTC) + timedelta(days=100)
    assert (await cash(resources, fund))["unrestricted"] == (300000, 300000)
    paid = await step(resources, application, "pay", {"document": "支02"}, PAYER)
    assert paid["hold_id"] != (await get(resources, f"/v1/transfers/{paid['payment_id']}"))["id"]
    assert (await cash(resources, fund))["unrestricted"] == (100000, 100000)
    await post(resources, f"/v1/transfers/{paid['payment_id']}/reverse", {"reason": "bounced"}, expect=409)
    back = await step(resources, application, "return-payment", {"reason": "bounced"}, PAYER)
    assert (back["state"], await cash(resources, fund)) == ("returned", {"medical": (0, 0), "unrestricted": (300000, 300000)})
    await must_add_up(resources)


@pytest.mark.parametrize(("wrong", "field"), [
    ({"applicant_resident_id": None}, "body.applicant_resident_id"), ({"applicant_resident_id": str(uuid4())}, "body.applicant_resident_id"),
    ({"amount": 0}, "body.amount"), ({"applicant_organisation_id": str(uuid4())}, "body.applicant_resident_id"),
    ({"purpose": "Sick!"}, "body.purpose"), ({"state": "paid"}, "body.state"),
])
async def test_a_wrong_application_changes_nothing(resources: TestService, wrong: dict, field: str) -> None:
    residents = await households(resources)
    fund = await active_fund(resources)
    body = {"fund_id": fund["id"], "applicant_resident_id": residents[0]["id"], "purpose": "medical", "amount": 5}
    answer = await post(resources, "/v1/applications", body | wrong, expect=422)
    assert field in [error["field"] for error in answer["errors"]]
    assert (await get(resources, "/v1/applications"))["items"] == []
