"""Follows what the other services make of a resident's word, and answers it when that has come to its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.mediation.opinions import actions, rules
from services.mediation.opinions.models import LoopPart, Opinion, OpinionStep
from shared.events import Event


async def hear(tx: AsyncSession, event: Event[Any], now: datetime) -> None:
    opinions = await opinions_about(tx, event)
    before = [await end_of(tx, opinion) for opinion in opinions]
    await remember(tx, event)
    for opinion, end_before in zip(opinions, before, strict=True):
        await tell(tx, opinion, event, now)
        follow_on(tx, opinion, end_before, await end_of(tx, opinion), now)


def follow_on(
    tx: AsyncSession, opinion: Opinion, before: rules.LoopEnd | None, after: rules.LoopEnd | None, now: datetime,
) -> None:
    """Only a change counts: what a worker answered meanwhile stands until the loop ends, or opens again."""
    if rules.allows(opinion.state, "follow"):
        actions.move(opinion, "follow", now)
    if after and (before is None or before.outcome != after.outcome):
        actions.answer_by_loop(tx, opinion, after, now)
    elif before and after is None and rules.allows(opinion.state, "take_up_again"):
        actions.take_up_again(tx, opinion, now)


async def opinions_about(tx: AsyncSession, event: Event[Any]) -> Sequence[Opinion]:
    """Those whose loop the event belongs to, and those whose hazard is the same as the one it speaks of. Locked."""
    loops = {event.correlationid}
    if hazard_id := getattr(event.data, "hazard_id", None):
        same = await same_as(tx, hazard_id)
        loops |= set((await tx.exec(select(LoopPart.correlation_id).where(LoopPart.id.in_(same)))).all())
    wanted = select(Opinion).where(Opinion.correlation_id.in_(loops), Opinion.community == event.community)
    return (await tx.exec(wanted.order_by(Opinion.id).with_for_update())).all()


async def same_as(tx: AsyncSession, hazard_id: UUID) -> set[UUID]:
    """All hazards that were found to be duplicates of this one, directly or not."""
    same: set[UUID] = set()
    found = {hazard_id}
    while found:
        wanted = select(LoopPart.id).where(LoopPart.duplicate_of.in_(found), LoopPart.id.not_in(same))
        found = set((await tx.exec(wanted)).all())
        same |= found
    return same


async def remember(tx: AsyncSession, event: Event[Any]) -> None:
    """Writes down how the hazard or need stands. An event older than what is known changes nothing."""
    name = rules.kind_of_event(event.type)
    standing = rules.STANDINGS.get(name)
    if standing is None:
        return
    kind = name.split(".")[1]
    row = insert(LoopPart).values(
        id=getattr(event.data, f"{kind}_id"), kind=kind, community=event.community,
        correlation_id=event.correlationid, standing=standing,
        duplicate_of=getattr(event.data, "duplicate_of", None), facts=rules.facts_of(event.data),
        sequence=event.sequence,
    )
    news = {column: row.excluded[column] for column in ("standing", "duplicate_of", "facts", "sequence")}
    await tx.exec(row.on_conflict_do_update(
        index_elements=[LoopPart.id], set_=news, where=LoopPart.sequence <= row.excluded.sequence))


async def end_of(tx: AsyncSession, opinion: Opinion) -> rules.LoopEnd | None:
    own = await parts(tx, LoopPart.correlation_id == opinion.correlation_id, LoopPart.kind == opinion.kind,
                      LoopPart.community == opinion.community)
    known = dict(own)
    while missing := {part.duplicate_of for part in known.values() if part.duplicate_of} - known.keys():
        known |= {id: rules.Part(id, "open") for id in missing} | await parts(tx, LoopPart.id.in_(missing))
    return rules.end_of_loop(opinion.kind, own, known)


async def parts(tx: AsyncSession, *conditions: Any) -> dict[UUID, rules.Part]:
    columns = select(LoopPart.id, LoopPart.standing, LoopPart.duplicate_of, LoopPart.facts)
    rows = await tx.exec(columns.where(*conditions).order_by(LoopPart.id))
    return {row.id: rules.Part(*row) for row in rows}


async def tell(tx: AsyncSession, opinion: Opinion, event: Event[Any], now: datetime) -> None:
    """One step for the reader. It is no new version: who answers need not have seen it."""
    told = insert(OpinionStep).values(
        opinion_id=opinion.id, id=event.id, code=rules.kind_of_event(event.type), about=about(event),
        facts=rules.facts_of(event.data), at=event.time, updated_at=now,
    )
    if (await tx.exec(told.on_conflict_do_nothing())).rowcount:
        opinion.updated_at = now


def about(event: Event[Any]) -> UUID:
    return getattr(event.data, f"{event.type.split('.')[1]}_id")
