"""Erasure in two steps, so that no failure between them loses one: that somebody is erased is committed first, with
everything else of the request; only then are their keys destroyed.

At once after the commit when all goes well (shared/db.py), by the job after a crash. The service's own table of whom it
erased also outlives an older copy of the keyring: `bury_again` is a step of deploy/seal.py.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.jobs import Job
from shared.privacy.fields.keyring import Keyring
from shared.privacy.rights.models import RightsTables

BATCH = 500
LOOK_EVERY_SECONDS = 10


async def decide(tx: AsyncSession, tables: RightsTables, subjects: Iterable[UUID], now: datetime) -> None:
    """Written with the transaction; the keys are destroyed when it is committed, and never before."""
    rows = [{"subject": subject, "decided_at": now} for subject in subjects]
    if rows:
        await tx.exec(insert(tables.erased).values(rows).on_conflict_do_nothing())
        tx.info.setdefault("erased", {}).update({row["subject"]: now for row in rows})


def burying(tables: RightsTables) -> Job:
    """Finishes what a crash or a keyring that was away left undone. Destroying a key twice changes nothing."""

    async def bury(tx: AsyncSession, now: datetime) -> bool:
        waiting = select(tables.erased.subject, tables.erased.decided_at).where(tables.erased.buried_at.is_(None))
        rows = (await tx.exec(waiting.limit(BATCH).with_for_update(skip_locked=True))).all()
        await tx.info["vault"].keyring.bury(dict(map(tuple, rows)))
        await tx.exec(update(tables.erased).where(tables.erased.subject.in_([row.subject for row in rows]))
                      .values(buried_at=now))
        return len(rows) == BATCH

    return Job("bury", LOOK_EVERY_SECONDS, bury)


async def bury_again(erased: Table, keyring: Keyring, engine: AsyncEngine) -> int:
    """The keyring and the service's table learn from each other whom one of them, restored from an older copy, no longer
    knew. Gives how many came to be erased again in the keyring; none when run a second time."""
    async with engine.connect() as connection:
        decided: dict[UUID, Any] = dict(map(tuple, await connection.execute(select(erased.c.subject, erased.c.decided_at))))
        buried = await keyring.buried()
        await keyring.bury(decided)
        if missing := [{"subject": subject, "decided_at": at, "buried_at": at}
                       for subject, at in buried.items() if subject not in decided]:
            await connection.execute(insert(erased).on_conflict_do_nothing(), missing)
    return len(decided.keys() - buried.keys())
