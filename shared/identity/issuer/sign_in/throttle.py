"""Tries are counted in the database: for every replica of the issuer, and past a restart."""

import math
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.identity.issuer.refusals import TooManyTries
from shared.identity.issuer.sign_in import limits
from shared.identity.issuer.sign_in.limits import Key, Kind, Tally
from shared.identity.issuer.sign_in.models import SignInTally

FORGOTTEN_AT_ONCE = 5000


async def count(tx: AsyncSession, kind: Kind, who: str, network: str, now: datetime) -> None:
    """One more try. Raises `TooManyTries`, and then it is none: who waits is not made to wait longer."""
    keys = limits.keys(kind, who, network, known=await is_known(tx, who, network, now))
    rows = await locked(tx, keys, now)
    waits = [limits.still_waits(key.limit, Tally(row.count, row.last_at), now) for key, row in rows if key.limit]
    if seconds := math.ceil(max(waits).total_seconds()):
        raise TooManyTries(seconds)
    for key, row in rows:
        if key.limit:
            row.count, row.last_at = limits.one_more(key.limit, Tally(row.count, row.last_at), now)


async def is_known(tx: AsyncSession, who: str, network: str, now: datetime) -> bool:
    pair = await tx.get(SignInTally, ("sign_in", who, network)) if who else None
    return pair is not None and limits.is_known(pair.succeeded_at, now)


async def locked(tx: AsyncSession, keys: Sequence[Key], now: datetime) -> list[tuple[Key, SignInTally]]:
    new = [{"kind": key.kind, "who": key.who, "network": key.network, "count": 0, "last_at": now} for key in keys]
    await (await tx.connection()).execute(insert(SignInTally.__table__).on_conflict_do_nothing(), new)
    return await lock_existing(tx, keys)


async def lock_existing(tx: AsyncSession, keys: Sequence[Key]) -> list[tuple[Key, SignInTally]]:
    """Always in the same order, so that no two wait for each other."""
    named = tuple_(SignInTally.kind, SignInTally.who, SignInTally.network)
    held = select(SignInTally).where(named.in_(keys)).order_by(named).with_for_update()
    rows = (await tx.exec(held.execution_options(populate_existing=True))).all()
    return [(Key(row.kind, row.who, row.network), row) for row in rows]


async def forgive(tx: AsyncSession, who: str, network: str, now: datetime) -> None:
    """It was the owner: from here they are known, and what they tried does not count any more, codes sent included."""
    keys = {Key(kind, of, network) for kind in limits.KINDS for of in (who, "")} | {Key("send", who, "")}
    for key, row in await lock_existing(tx, sorted(key for key in keys if key.who or key.network)):
        row.count = 0 if key.who else max(0, row.count - 1)
        if key == Key("sign_in", who, network) and who:
            row.succeeded_at = now


async def forget_tallies(tx: AsyncSession, now: datetime) -> bool:
    """True when more is waiting."""
    named = (col(SignInTally.kind), col(SignInTally.who), col(SignInTally.network))
    over = select(*named).where(
        col(SignInTally.last_at) < now - limits.KEPT,
        or_(col(SignInTally.succeeded_at).is_(None), col(SignInTally.succeeded_at) < now - limits.KNOWN_FOR))
    old = over.limit(FORGOTTEN_AT_ONCE).subquery()
    gone = delete(SignInTally).where(tuple_(*named).in_(select(old)))
    return (await tx.exec(gone)).rowcount == FORGOTTEN_AT_ONCE
