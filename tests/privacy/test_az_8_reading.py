"""Who reads the log: auditors search it, people see who looked, refusals stand in it; and all of that is entered, too."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.volunteer.main import app
from shared.clock import system_clock
from shared.identity.caller import Grant
from shared.identity.tokens import mint
from shared.privacy.audit import denials, record
from shared.privacy.audit.denials import Denials
from shared.reach import EVERYWHERE
from shared.testing import AUDIENCE, ISSUER, KEY, TestService, bearer, running

pytestmark = pytest.mark.anyio

AUDITOR = bearer("auditor@yingui", subject="auditor")
HUB = bearer("auditor@*", subject="hub_auditor")
WORKER = bearer("social_worker@yingui", subject="worker")
RESIDENT = bearer("resident@yingui", subject="resident")


@pytest.fixture
async def service() -> AsyncIterator[TestService]:
    async with running(app) as running_service:
        yield running_service


async def entered(service: TestService, count: int = 1, **entry: Any) -> None:
    async with service.state.database.transaction(EVERYWHERE) as tx:
        for _ in range(count):
            record(tx, **({"action": "test.read", "kind": "test", "community": "yingui", "outcome": "read"} | entry))


def seqs(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [item["seq"] for item in answer.json()["items"]]


async def test_an_auditor_searches_within_reach_and_is_seen_to(service: TestService) -> None:
    resident, file = uuid4(), uuid4()
    await entered(service, resident_id=resident, subject_id=file, purpose="care")
    await entered(service, community="dungen")
    await entered(service, action="test.changed", outcome="done")
    await entered(service, community=None)
    assert seqs(await service.get("/v1/audit", AUDITOR)) == [3, 1]
    assert seqs(await service.get("/v1/audit", HUB)) == [5, 4, 3, 2, 1]
    for asked, found in ((f"resident_id={resident}", [1]), (f"subject_id={file}", [1]), ("action=test.changed", [3]),
                         ("outcome=read", [1]), ("actor=service:volunteer", [3, 1]), ("actor=nobody", []),
                         ("outcome=read&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z", []),
                         ("outcome=read&from=2020-01-01T00:00:00Z", [1])):
        assert seqs(await service.get(f"/v1/audit?{asked}&purpose=yearly_review", AUDITOR)) == found, asked
    searches = [entry for entry in await service.entered("done") if entry.action == "audit.searched"]
    assert (searches[0].actor, searches[0].community, searches[1].actor) == ("auditor", "yingui", "hub_auditor")
    assert str(searches[2].resident_id) == str(resident) and searches[2].purpose == "yearly_review"


async def test_what_is_shown_of_an_entry(service: TestService) -> None:
    await entered(service, purpose="care", break_glass_id="7")
    [item] = (await service.get("/v1/audit", AUDITOR)).json()["items"]
    [row] = [row for row in await service.entered() if row.seq == 1]
    assert item["hash"] == row.hash.hex()
    assert (item["details"]["break_glass_id"], item["details"]["actor"], item["purpose"]) == ("7", "service:volunteer", "care")


async def test_pages_go_back_in_time_and_miss_nothing(service: TestService) -> None:
    await entered(service, count=7)
    seen, after = [], ""
    while True:
        page = (await service.get(f"/v1/audit?action=test.read&limit=3{after}", AUDITOR)).json()
        seen += [item["seq"] for item in page["items"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    beyond = await service.get("/v1/audit?after=_____________________w", AUDITOR)
    assert beyond.status_code == 200


async def test_only_auditors_search(service: TestService) -> None:
    for who in (WORKER, RESIDENT, bearer("operator@*"), bearer("community_admin@yingui"), bearer("coordinator@*")):
        assert (await service.get("/v1/audit", who)).status_code == 403
    assert (await service.get("/v1/audit?community=dungen", AUDITOR)).status_code == 403
    assert (await service.get("/v1/audit", {})).status_code == 401


def account_of(person: UUID | None) -> dict[str, str]:
    token = mint(KEY, issuer=ISSUER, audience=AUDIENCE, subject="me", grants=[Grant("resident", "yingui")],
                 now=system_clock(), person_id=person)
    return {"Authorization": f"Bearer {token}"}


async def test_people_see_who_looked_at_what_is_about_them(service: TestService) -> None:
    me, other = uuid4(), uuid4()
    await entered(service, resident_id=me, purpose="care", subject_id=uuid4())
    await entered(service, resident_id=other)
    await entered(service, resident_id=me, community="dungen")
    page = (await service.get("/v1/audit/about-me", account_of(me))).json()
    assert [(item["seq"], item["actor"], item["purpose"], item["kind"]) for item in page["items"]] == [
        (1, "service:volunteer", "care", "test")], "in the communities of their grants"
    assert not {"trace", "session", "details"} & set(page["items"][0])
    assert seqs(await service.get("/v1/audit/about-me", account_of(None))) == []
    assert len(await service.entered()) == 3, "to look at one's own is not entered"


async def test_staff_look_for_somebody_and_that_is_seen_by_them(service: TestService) -> None:
    me = uuid4()
    await entered(service, resident_id=me)
    await entered(service, resident_id=me, community="dungen")
    assert seqs(await service.get(f"/v1/audit/about?resident_id={me}", WORKER)) == [1]
    assert (await service.get(f"/v1/audit/about?resident_id={me}", RESIDENT)).status_code == 403
    page = (await service.get("/v1/audit/about-me", account_of(me))).json()
    assert [(item["actor"], item["action"], item["roles"]) for item in page["items"]] == [
        ("worker", "audit.read_for_resident", ["social_worker"]), ("service:volunteer", "test.read", [])]


async def test_who_is_refused_something_sensitive_is_entered(service: TestService) -> None:
    await service.get("/v1/audit?resident_id=" + str(uuid4()), RESIDENT)
    await service.get("/v1/audit?community=dungen", AUDITOR)
    await service.post("/v1/squads", RESIDENT, {"community": "yingui", "name": "一队"})
    assert [(entry.actor, entry.action, entry.community, entry.outcome) for entry in await service.entered("denied")] == [
        ("resident", "audit:read", "yingui", "denied"), ("auditor", "audit:read", "dungen", "denied")]


async def test_an_attacker_cannot_fill_the_disk(service: TestService) -> None:
    refusals = 500
    answers = await asyncio.gather(*(service.get("/v1/audit", RESIDENT) for _ in range(refusals)))
    assert {answer.status_code for answer in answers} == {403}
    assert len(await service.entered("denied")) == 1
    await service.state.denials.end_window()
    first, rest = await service.entered("denied")
    assert (first.actor, rest.actor, f'"times":{refusals - 1}' in rest.body) == ("resident", "resident", True)


async def test_many_attackers_cannot_either(service: TestService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denials, "MOST_A_MINUTE", 5)
    for number in range(20):
        await service.get("/v1/audit", bearer("resident@yingui", subject=f"resident{number}"))
    assert len(await service.entered("denied")) == 5
    await service.state.denials.end_window()
    entries = await service.entered("denied")
    assert len(entries) == 11
    assert (entries[-1].actor, '"times":10' in entries[-1].body) == ("others", True), "all twenty are accounted for"


async def test_what_was_counted_is_entered_when_the_service_stops(service: TestService) -> None:
    counting = Denials(service.state.database)
    counting.again["somebody", "audit:read", ""] = (
        {"actor": "somebody", "action": "audit:read", "outcome": "denied", "community": "yingui"}, 3)
    writing = asyncio.create_task(counting.keep_writing())
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert [entry.actor for entry in await service.entered("denied")] == ["somebody"]
