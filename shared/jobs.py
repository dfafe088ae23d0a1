"""What a service does by itself as time passes: a named action every so many seconds, one replica at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import trace
from shared.clock import Clock
from shared.db import Database
from shared.logs import log, what_failed
from shared.reach import EVERYWHERE

JOBS_LOCK = 0x11_11_02


@dataclass(frozen=True)
class Job:
    """`run(tx, now)` has one transaction and finds its own work in the tables, so running it again changes nothing.

    It takes a batch that commits within seconds, and gives True when more is waiting.
    """

    name: str
    every_seconds: float
    run: Callable[[AsyncSession, datetime], Awaitable[bool | None]]


def in_turns(
    jobs: Sequence[Job], database: Database, clock: Clock, wake_relay: Callable[[], None],
) -> list[Coroutine[Any, Any, None]]:
    """All of them, for ever. Their first turns come one after the other, so that a start does not open a connection for
    each."""
    first_turn = asyncio.Lock()
    return [keep_running(job, database, clock, wake_relay, first_turn) for job in jobs]


async def keep_running(
    job: Job, database: Database, clock: Clock, wake_relay: Callable[[], None], first_turn: asyncio.Lock,
) -> None:
    """For ever. A failure is told and tried again at the next turn."""
    async with first_turn:
        await turn(job, database, clock, wake_relay)
    while True:
        await asyncio.sleep(job.every_seconds)
        await turn(job, database, clock, wake_relay)


async def turn(job: Job, database: Database, clock: Clock, wake_relay: Callable[[], None]) -> None:
    try:
        while await run_once(job, database, clock(), wake_relay):
            continue
    except Exception as error:
        log.warning("job.failed", job=job.name, **what_failed(error))


async def run_once(job: Job, database: Database, now: datetime, wake_relay: Callable[[], None]) -> bool:
    """True when more is waiting. Does nothing while another replica runs the same job: the lock ends with the
    transaction, so no crash leaves it behind."""
    trace.current_traceparent.set(trace.continue_trace(None))
    async with database.transaction(EVERYWHERE, job=job.name) as tx:
        if not await tx.scalar(select(func.pg_try_advisory_xact_lock(JOBS_LOCK, func.hashtext(job.name)))):
            return False
        more = await job.run(tx, now)
    if "said" in tx.info:
        wake_relay()
    return bool(more)


async def end(tasks: Sequence[asyncio.Task]) -> None:
    """Asks until all have ended: a library in between may swallow one cancellation (nats-py while it connects)."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=0.5)
