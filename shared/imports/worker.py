"""The process that imports: `python -m shared.imports.worker package.module:importer`, settings on standard input.

It takes every file that waits, one after the other, and ends. Whatever interrupts it, the next one begins the file
anew: nothing of a file is saved before all of it is.
"""

import asyncio
import importlib
import os
import resource
import signal
import sys
import threading
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import logs, trace
from shared.db import Database, is_away
from shared.imports.companion import IMPORTS_LOCK
from shared.imports.importer import Importer
from shared.imports.rules import UNFINISHED
from shared.imports.run import Run
from shared.logs import log, what_failed
from shared.privacy.fields.vault import Vault
from shared.settings import Settings

MOST_MEMORY = 4 * 2**30
"""Of address space, which is several times what is used: a file that unpacks to more ends this process alone."""
POLITENESS = 5
STANDARD_INPUT = 0


async def take_all(importer: Importer, database: Database) -> None:
    """Raises what says that PostgreSQL is away. After any other error the import is taken up again, but not for ever."""
    async with database.everywhere.connect() as holder:
        while claimed := await claim(holder, importer):
            import_id, community = claimed
            try:
                await take(importer, database, import_id)
            finally:
                await holder.execute(select(func.pg_advisory_unlock(IMPORTS_LOCK, func.hashtext(community))))


async def claim(holder: AsyncConnection, importer: Importer) -> tuple[UUID, str] | None:
    """The oldest unfinished import whose community is free, with the lock on that community held by `holder`."""
    job = importer.tables.job
    waiting = select(job.id, job.community).where(job.state.in_(UNFINISHED)).order_by(job.id)
    for import_id, community in (await holder.execute(waiting)).all():
        lock = func.hashtext(community)
        if not await holder.scalar(select(func.pg_try_advisory_lock(IMPORTS_LOCK, lock))):
            continue
        # Whoever held the lock until now may just have finished it.
        if await holder.scalar(select(job.state).where(job.id == import_id)) in UNFINISHED:
            return import_id, community
        await holder.execute(select(func.pg_advisory_unlock(IMPORTS_LOCK, lock)))
    return None


async def take(importer: Importer, database: Database, import_id: UUID) -> None:
    trace.current_traceparent.set(trace.continue_trace(None))
    try:
        await Run(importer, database, import_id).whole()
    except Exception as error:
        log.error("import.failed", import_id=str(import_id), **what_failed(error))
        if is_away(error):
            raise


def end_with_parent() -> None:
    """The parent keeps our standard input open as long as it lives, and writes nothing more into it."""
    # Not through sys.stdin: a thread that waits in its lock aborts the interpreter when it ends.
    os.read(STANDARD_INPUT, 1)
    os._exit(1)


def cap_memory() -> None:
    """Where the system can: macOS has no such limit, and a lower one that stands already is kept."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if sys.platform == "linux" and (hard == resource.RLIM_INFINITY or hard > MOST_MEMORY):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, hard))


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cap_memory()
    os.nice(POLITENESS)
    settings = Settings.model_validate_json(sys.stdin.buffer.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    logs.configure(settings.service, settings.log_format)
    module, _, name = sys.argv[1].partition(":")
    asyncio.run(work(getattr(importlib.import_module(module), name), settings))


async def work(importer: Importer, settings: Settings) -> None:
    tables = importer.tables.job.metadata.info["tables"]
    vault = Vault.of(settings.service, settings.database, settings.field_keys_file, tables.blind_index)
    database = Database(settings.database, settings.service, pool_size=3, vault=vault)
    try:
        await take_all(importer, database)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
