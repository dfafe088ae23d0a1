"""What was promised for a day that has passed is said once."""

from datetime import UTC, datetime, timedelta

import pytest

from services.mediation.main import app
from shared.jobs import run_once
from shared.testing import TestService, bearer, running

pytestmark = pytest.mark.anyio

TENANT = bearer("resident@dungen", subject="tenant")
WORKER = bearer("social_worker@dungen", subject="worker")
WORD = {"community": "dungen", "kind": "idea", "words": "想要长椅"}
START = datetime(2026, 11, 25, 8, tzinfo=UTC)


class Calendar:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


async def passes(mediation: TestService, now: datetime) -> bool:
    job = next(job for job in app.state.jobs if job.name == "opinions.tell_overdue")
    return await run_once(job, mediation.state.database, now, lambda: None)


async def test_each_promise_is_told_once_and_a_new_promise_anew(anyio_backend: str) -> None:
    calendar = Calendar()
    async with running(app, clock=calendar) as mediation:
        late = (await mediation.post("/v1/opinions", TENANT, WORD)).json()
        done = (await mediation.post("/v1/opinions", TENANT, WORD)).json()
        await mediation.post(f"/v1/opinions/{done['id']}/answer", WORKER, {"outcome": "done", "reason": "已放好"})
        due = datetime.fromisoformat(late["answer_due_at"])

        await passes(mediation, due - timedelta(seconds=1))
        assert await mediation.said("mediation.opinion.overdue.v1") == []
        for _ in range(3):
            assert await passes(mediation, due) is False
        [said] = await mediation.said("mediation.opinion.overdue.v1")
        assert (said.subject, said.data["answer_due_at"], said.sequence) == (late["id"], late["answer_due_at"], 2)

        calendar.now = due + timedelta(days=1)
        page = (await mediation.get("/v1/opinions?overdue=true", WORKER)).json()["items"]
        assert [(item["id"], item["overdue"]) for item in page] == [(late["id"], True)]
        steps = (await mediation.get(f"/v1/opinions/{late['id']}/steps", TENANT)).json()["items"]
        assert steps[0]["says"] == "已超过承诺的答复日期"

        await mediation.post(f"/v1/opinions/{late['id']}/answer", WORKER, {"outcome": "done", "reason": "迟了"})
        assert (await mediation.get("/v1/opinions?overdue=true", WORKER)).json()["items"] == []


async def test_many_are_told_in_batches(anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.mediation.opinions.actions.JOB_BATCH", 2)
    async with running(app, clock=lambda: START) as mediation:
        for _ in range(3):
            await mediation.post("/v1/opinions", TENANT, WORD)
        assert await passes(mediation, START + timedelta(days=60)) is True
        assert await passes(mediation, START + timedelta(days=60)) is False
        assert len(await mediation.said("mediation.opinion.overdue.v1")) == 3
