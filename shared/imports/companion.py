"""Runs imports beside the requests: starts the worker when a file waits, and only then.

The worker is a process of its own, so that reading a large file holds up no request, a malicious one takes no memory
but the worker's, and the spreadsheet libraries are in memory no longer than they are needed.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import Database
from shared.imports.actions import forget_rows, let_lapse
from shared.imports.importer import Importer
from shared.imports.rules import UNFINISHED
from shared.jobs import Job
from shared.logs import log, what_failed
from shared.reach import EVERYWHERE
from shared.settings import Settings

LOOK_EVERY_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 0.5
"""After a worker that did not end well: what it left is taken up again soon, but not in a circle."""
LAPSE_EVERY_SECONDS = 3600.0
IMPORTS_LOCK = 0x11_11_03
"""With the community's hash: one import of a community at a time, in whichever replica. It ends with the connection."""


def importing(importer: Importer) -> Callable[[FastAPI], Coroutine[Any, Any, None]]:
    """A companion for `build_app`. What an earlier run left unfinished is taken up at once."""

    async def keep_importing(app: FastAPI) -> None:
        state = app.state
        state.wake_imports = asyncio.Event()
        while True:
            well = True
            try:
                if await something_waits(state.database, importer):
                    well = await run_worker(importer, state.settings)
                    state.relay.wake()
            except Exception as error:
                log.warning("imports.interrupted", **what_failed(error))
            await woken(state.wake_imports, LOOK_EVERY_SECONDS if well else LOOK_AGAIN_SECONDS)

    return keep_importing


def lapsing(importer: Importer) -> Job:
    async def run(tx: AsyncSession, now: datetime) -> None:
        await let_lapse(tx, importer.tables, now)
        await forget_rows(tx, importer.tables, now)

    return Job("let_imports_lapse", LAPSE_EVERY_SECONDS, run)


async def woken(wake: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(wake.wait(), seconds)
    except TimeoutError:
        return
    finally:
        wake.clear()


async def something_waits(database: Database, importer: Importer) -> bool:
    """True when a file waits whose community nobody is importing for; the locks tried here end with the statement."""
    job = importer.tables.job
    is_free = func.pg_try_advisory_xact_lock(IMPORTS_LOCK, func.hashtext(job.community))
    async with database.reading(EVERYWHERE) as session:
        return bool(await session.scalar(select(func.bool_or(is_free)).where(job.state.in_(UNFINISHED))))


async def run_worker(importer: Importer, settings: Settings) -> bool:
    """Until it has nothing more to do; False when something ended it before. Its standard input is our leash: it ends
    when that closes, however we ended."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shared.imports.worker", importer.path, stdin=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        worker.stdin.write(settings.model_dump_json().encode() + b"\n")
        await worker.stdin.drain()
        if await worker.wait():
            log.warning("imports.worker_ended", exit_code=worker.returncode)
        return worker.returncode == 0
    finally:
        if worker.returncode is None:
            worker.terminate()
            await worker.wait()
