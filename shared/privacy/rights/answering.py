"""What a service does when a request about somebody is opened: its part, by its holdings, in one transaction."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import ColumnElement, delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import Entity, Reader, changed
from shared.events import Event
from shared.privacy.fields.columns import sealing_of
from shared.privacy.rights.burying import decide
from shared.privacy.rights.holdings import Holding, Subject
from shared.privacy.rights.models import RightsTables, SubjectPartRow


async def answer(
    tx: AsyncSession, event: Event[Any], holdings: Sequence[Holding], tables: RightsTables, now: datetime,
) -> SubjectPartRow:
    """`event` is a `SubjectRequestOpened`. Erasure destroys keys, which cannot be taken back: after the commit."""
    said = event.data
    part = tables.part(id=said.request_id, community=event.community, resident_id=said.resident_id, kind=said.kind,
                       account=said.account, answered_at=now)
    await do_part(tx, part, holdings, tables, now)
    tx.add(part)
    return part


async def do_part(
    tx: AsyncSession, part: SubjectPartRow, holdings: Sequence[Holding], tables: RightsTables, now: datetime,
) -> None:
    subject = Subject(part.resident_id, part.account)
    rows = [(holding, await rows_of(tx, holding, subject)) for holding in holdings]
    part.found = sum(len(found) for _, found in rows)
    if part.kind == "restriction":
        await restrict(tx, tables, part, now)
        part.changed = part.found
    elif part.kind == "lifting":
        part.changed = part.found if await lift(tx, tables, part.resident_id) else 0
    elif part.kind == "erasure":
        kept, part.changed = await erase(tx, tables, rows, now)
        part.kept = dict(kept)
        if "other_party" in kept:
            await restrict(tx, tables, part, now)


def told(part: SubjectPartRow) -> dict[str, Any]:
    """What a service says of its part: the fields of an `AnsweredPayload`."""
    return {"request_id": part.id, "resident_id": part.resident_id, "kind": part.kind, "found": part.found,
            "changed": part.changed, "kept": [{"reason": reason, "rows": rows} for reason, rows in part.kept.items()]}


async def rows_of(
    session: AsyncSession | Reader, holding: Holding, subject: Subject, *narrower: ColumnElement[bool],
) -> Sequence[Any]:
    return (await session.exec(select(holding.table).where(holding.found(subject), *narrower))).all()


async def exported(
    session: AsyncSession | Reader, holdings: Sequence[Holding], subject: Subject, *, to_asker: bool,
) -> list[dict[str, Any]]:
    """What is held, table by table, as JSON. `to_asker`: to the person, who gets all of it."""
    return [
        {"table": holding.table.__tablename__, "zh": holding.what.zh, "en": holding.what.en, "rows": [
            {column: to_jsonable_python(getattr(row, column)) for column in holding.exported}
            for row in await rows_of(session, holding, subject, *(() if to_asker else (holding.staff_get(),)))]}
        for holding in holdings
    ]


async def restrict(tx: AsyncSession, tables: RightsTables, part: SubjectPartRow, now: datetime) -> None:
    """An erasure takes over an earlier restriction, so that it is not lifted with that."""
    row = insert(tables.restricted).values(
        resident_id=part.resident_id, community=part.community, request_id=part.id, since=now)
    taken_over = row.on_conflict_do_update(index_elements=["resident_id"], set_={"request_id": part.id})
    await tx.exec(taken_over if part.kind == "erasure" else row.on_conflict_do_nothing())


async def lift(tx: AsyncSession, tables: RightsTables, resident_id: UUID) -> bool:
    """True when there was one to lift. What an erasure left is the other party's file, which stays unused."""
    left_by_erasure = select(tables.part.id).where(tables.part.resident_id == resident_id, tables.part.kind == "erasure")
    lifted = await tx.exec(delete(tables.restricted).where(
        tables.restricted.resident_id == resident_id, tables.restricted.request_id.not_in(left_by_erasure)))
    return lifted.rowcount > 0


async def erase(
    tx: AsyncSession, tables: RightsTables, rows: Sequence[tuple[Holding, Sequence[Any]]], now: datetime,
) -> tuple[Counter[str], int]:
    """(reason → rows kept, rows erased). The keys are destroyed when this transaction is committed."""
    kept: Counter[str] = Counter()
    keys: set[UUID] = set()
    erased = 0
    for holding, found in rows:
        for row in found:
            if (reason := holding.kept(row)) is not None:
                kept[reason] += 1
                continue
            keys |= {holding.key(row)} if holding.key else set()
            await erase_row(tx, holding, row, now)
            erased += 1
    await tx.flush()
    await decide(tx, tables, keys, now)
    return kept, erased


async def erase_row(tx: AsyncSession, holding: Holding, row: Any, now: datetime) -> None:
    fields = [f"{row.__tablename__}.{column}" for column in sealing_of(holding.table).found_by]
    for statement in tx.info["vault"].index.forget({field: [row.id] for field in fields}):
        await tx.exec(statement)
    if holding.deleted:
        await tx.delete(row)
        return
    if isinstance(row, Entity):
        changed(row, now)
    for column, value in holding.blanked.items():
        setattr(row, column, value)
