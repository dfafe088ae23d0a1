"""Jobs: one replica at a time, again while more waits, on after a failure, and what they say is published."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from services.resources.main import app
from services.resources.needs.models import Need
from shared.clock import system_clock
from shared.events.resources import NeedCovered
from shared.jobs import Job, keep_running, run_once
from shared.messaging.outbox import emit
from shared.reach import EVERYWHERE
from shared.testing import TestService, eventually, running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        yield service


def nobody() -> None:
    """No relay is there to be woken."""


async def test_while_one_replica_runs_a_job_the_others_do_not(service: TestService) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    runs = []

    async def slow(tx, now: datetime) -> None:
        runs.append(now)
        begun.set()
        await may_end.wait()

    job, database = Job("slow", 1, slow), service.state.database
    first = asyncio.create_task(run_once(job, database, system_clock(), nobody))
    await begun.wait()
    assert await run_once(job, database, system_clock(), nobody) is False
    assert len(runs) == 1
    other = Job("other", 1, lambda tx, now: asyncio.sleep(0, result=True))
    assert await run_once(other, database, system_clock(), nobody) is True
    may_end.set()
    await first
    await run_once(job, database, system_clock(), nobody)
    assert len(runs) == 2


async def test_a_job_goes_on_while_more_waits_and_after_a_failure(service: TestService) -> None:
    done, finished = [], asyncio.Event()

    async def piecemeal(tx, now: datetime) -> bool:
        done.append(now)
        if len(done) == 2:
            raise RuntimeError("once")
        if len(done) == 4:
            finished.set()
        return len(done) in (1, 3)

    turning = asyncio.create_task(keep_running(
        Job("piecemeal", 0.01, piecemeal), service.state.database, system_clock, nobody, asyncio.Lock()))
    await asyncio.wait_for(finished.wait(), 30)
    turning.cancel()


@pytest.mark.parametrize(("fails", "said", "woken"), [(True, 0, 0), (False, 1, 1)])
async def test_what_a_run_says_is_written_with_it_and_wakes_the_relay(
    service: TestService, fails: bool, said: int, woken: int,
) -> None:
    wakes = []

    async def say(tx, now: datetime) -> None:
        need = Need(community="dungen", source="person", priority=2, requested_by="job", correlation_id=uuid4())
        tx.add(need)
        emit(tx, NeedCovered(need_id=need.id), of=need, correlation_id=need.correlation_id)
        if fails:
            raise RuntimeError("at the end")

    with suppress(RuntimeError):
        await run_once(Job("say", 1, say), service.state.database, system_clock(), lambda: wakes.append(1))
    assert (len(await service.said()), len(wakes)) == (said, woken)


async def test_keys_are_forgotten_after_two_days_and_not_within_one(service: TestService) -> None:
    table = service.state.tables.idempotency_key
    ages = {"of yesterday": timedelta(hours=47), "older": timedelta(hours=49), "oldest": timedelta(days=400)}
    async with service.state.database.transaction(EVERYWHERE) as tx:
        tx.add_all(table(caller="c", key=key, fingerprint="f", created_at=system_clock() - age)
                   for key, age in ages.items())
    pruning = next(job for job in service.state.jobs if job.name == "prune_idempotency_keys")

    async def kept() -> list[str]:
        """After one more turn: the service's own first one may have the lock."""
        assert await run_once(pruning, service.state.database, system_clock(), nobody) is False
        async with service.state.database.reading(EVERYWHERE) as session:
            return (await session.exec(select(table.key))).all()

    await eventually(kept, lambda keys: keys == ["of yesterday"])
