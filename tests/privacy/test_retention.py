"""What is kept too long is seen first, approved by a person, and then forgotten in batches; totals stay."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import update

from services.eldercare.home_safety.models import HomeSafetyFinding
from shared.jobs import run_once
from shared.privacy.retention import acting
from shared.privacy.retention.classes import months_before
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer, running
from tests.platform.apps import APPS
from tests.privacy.conftest import open_community

WORKER = bearer("social_worker@yingui", subject="worker")
ADMIN = bearer("community_admin@yingui", subject="admin")
PREVIEW, APPROVALS = "/v1/retention/preview?community=yingui", "/v1/retention/approvals"
PAST = datetime(2020, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(("moment", "months", "before"), [
    ((2026, 3, 31), 1, (2026, 2, 28)), ((2026, 11, 25), 36, (2023, 11, 25)), ((2026, 1, 5), 1, (2025, 12, 5)),
    ((2024, 2, 29), 12, (2023, 2, 28)),
])
def test_periods_go_by_the_calendar(moment: tuple, months: int, before: tuple) -> None:
    assert months_before(datetime(*moment, tzinfo=UTC), months) == datetime(*before, tzinfo=UTC)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1)), st.integers(0, 600))
def test_a_longer_period_never_ends_earlier(moment: datetime, months: int) -> None:
    assert months_before(moment, months + 1) < months_before(moment, months) <= moment


@pytest.mark.parametrize("service", APPS)
def test_every_class_says_where_its_period_comes_from(service: str) -> None:
    [job] = [job for job in APPS[service].state.jobs if job.name == "retain"]
    assert job.every_seconds > 0
    module = __import__(f"services.{service}.retention.classes", fromlist=["CLASSES"])
    for one in module.CLASSES:
        assert one.source in ("read", "secondary", "own") and one.months > 0
        assert one.action != "restrict" or one.restricts is not None


async def due(service: TestService) -> dict[str, int]:
    return {one["code"]: one["rows"] for one in (await service.get(PREVIEW, ADMIN)).json()["classes"]}


async def approve(service: TestService, code: str, who: dict[str, str] = ADMIN, more: int = 0) -> Any:
    preview = (await service.get(PREVIEW, ADMIN)).json()
    rows = next(one["rows"] for one in preview["classes"] if one["code"] == code)
    return await service.post(
        APPROVALS, who, {"community": "yingui", "code": code, "as_of": preview["as_of"], "rows": rows + more})


async def retain(service: TestService) -> None:
    [job] = [job for job in service.state.jobs if job.name == "retain"]
    while await run_once(job, service.state.database, service.state.clock(), service.state.relay.wake):
        continue


class Clock:
    def __init__(self) -> None:
        self.now = PAST

    def __call__(self) -> datetime:
        return self.now


@pytest.mark.anyio
async def test_words_answered_long_ago_are_forgotten_once_somebody_approved(anyio_backend: str) -> None:
    clock = Clock()
    async with running(APPS["mediation"], clock=clock) as mediation:
        ids = []
        for words in ("路灯坏了", "想要一个读报栏"):
            said = {"community": "yingui", "kind": "idea", "words": words, "noted_down": {"read_back": True, "contact": "3栋"}}
            ids.append((await mediation.post("/v1/opinions", WORKER, said)).json()["id"])
        for id in ids[:1]:
            answer = {"outcome": "adopted", "reason": "已修好"}
            assert (await mediation.post(f"/v1/opinions/{id}/answer", WORKER, answer)).status_code == 200
        assert await due(mediation) == {"answered_words": 0}
        clock.now = datetime(2026, 11, 25, tzinfo=UTC)
        assert await due(mediation) == {"answered_words": 1}
        await retain(mediation)
        assert (await mediation.get(f"/v1/opinions/{ids[0]}", WORKER)).json()["words"] == "路灯坏了", "only seen so far"

        assert (await approve(mediation, "answered_words", WORKER)).status_code == 403
        assert (await approve(mediation, "answered_words", more=1)).status_code == 409, "not what the preview showed"
        approval = await approve(mediation, "answered_words")
        assert approval.status_code == 201, approval.text
        await retain(mediation)
        forgotten, kept = [(await mediation.get(f"/v1/opinions/{id}", WORKER)).json() for id in ids]
        assert (forgotten["words"], forgotten["speaker"]["contact"], forgotten["answer"]["reason"]) == ("", None, None)
        assert (forgotten["kind"], forgotten["state"], forgotten["answer"]["outcome"]) == ("idea", "answered", "adopted")
        assert kept["words"] == "想要一个读报栏"
        assert await due(mediation) == {"answered_words": 0}
        [seen] = (await mediation.get(APPROVALS, ADMIN)).json()["items"]
        assert (seen["approved_by"], seen["rows"], seen["done"], bool(seen["finished_at"])) == ("admin", 1, 1, True)
        actions = [entry.action for entry in await mediation.entered() if entry.action.startswith("retention.")]
        assert actions == ["retention.approved", "retention.anonymise"]


@pytest.mark.anyio
async def test_who_left_is_no_longer_used_and_later_not_recognised(anyio_backend: str) -> None:
    async with running(APPS["resources"]) as resources:
        await open_community(resources)
        ids = {}
        for left_on in ("2026-01-05", "2019-01-05", None):
            body = {"community": "yingui", "name": "何秀兰", "birth_date": "1941-03-04"}
            ids[left_on] = (await resources.post("/v1/residents", WORKER, body)).json()["id"]
            if left_on:
                await resources.call("PATCH", f"/v1/residents/{ids[left_on]}", WORKER, {"left_on": left_on})
        assert await due(resources) == {"residents_who_left": 2, "residents_long_gone": 1}
        for code in ("residents_who_left", "residents_long_gone"):
            assert (await approve(resources, code)).status_code == 201
        await retain(resources)
        assert await due(resources) == {"residents_who_left": 0, "residents_long_gone": 0}
        seen = {left_on: await resources.get(f"/v1/residents/{id}?reveal=true", WORKER) for left_on, id in ids.items()}
        assert {left_on: answer.status_code for left_on, answer in seen.items()} == {
            "2026-01-05": 403, "2019-01-05": 403, None: 200}
        gone = await resources.get(f"/v1/residents/{ids['2019-01-05']}?reveal=true&purpose=legal_duty", WORKER)
        assert (gone.json()["name"], gone.json()["birth_date"]) == ("", None)
        still = await resources.get(f"/v1/residents/{ids['2026-01-05']}?reveal=true&purpose=legal_duty", WORKER)
        assert still.json()["name"] == "何秀兰"


@pytest.mark.anyio
async def test_a_check_is_due_with_its_last_finding_and_then_as_a_whole(
    anyio_backend: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All its notes have one key. Batches of one: what was dealt with does not make the rest young again."""
    monkeypatch.setattr(acting, "BATCH", 1)
    clock, findings = Clock(), "/v1/home-safety-findings"

    async def known(service: str, path: str) -> dict[str, Any]:
        return {"community": "yingui", "household_id": None}

    async with running(APPS["eldercare"], clock=clock) as eldercare:
        monkeypatch.setattr(eldercare.state.peers, "get", known)
        body = {"community": "yingui", "resident_id": str(uuid4()), "checklist": "home-2026-11", "findings": [
            {"room": "bathroom", "item": item, "result": "hazard", "note": "要扶墙", "photos": ["a.jpg"]}
            for item in ("toilet_handrail", "shower_handrail")]}
        posted = [await eldercare.post("/v1/home-safety-checks", WORKER, body) for _ in range(2)]
        assert [one.status_code for one in posted] == [201, 201], posted[0].text
        old, young = (one.json() for one in posted)
        clock.now = datetime(2026, 11, 25, tzinfo=UTC)
        async with eldercare.state.database.transaction(EVERYWHERE) as tx:
            one = HomeSafetyFinding.id == UUID(young["findings"][0]["id"])
            await tx.exec(update(HomeSafetyFinding).where(one).values(updated_at=clock.now))
        assert await due(eldercare) == {"old_home_notes": 2}
        assert (await approve(eldercare, "old_home_notes")).status_code == 201
        await retain(eldercare)
        assert await due(eldercare) == {"old_home_notes": 0}
        rows = (await eldercare.get(findings, WORKER)).json()["items"]
        assert sorted((row["check_id"] == old["id"], row["note"], row["photos"]) for row in rows) == [
            (False, "要扶墙", ["a.jpg"])] * 2 + [(True, None, [])] * 2
