"""What the volunteer service makes of a hazard comes back to the finding that began it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.eldercare.home_safety import actions, rules
from services.eldercare.home_safety.models import HeardHazard, HomeSafetyFinding
from shared.events import Event
from shared.events.volunteer import HazardPayload


async def hear(tx: AsyncSession, event: Event[Any], now: datetime) -> None:
    await remember(tx, event)
    for finding in await findings_about(tx, event.data):
        finding.hazard_id = finding.hazard_id or event.data.hazard_id
        follow(tx, finding, await standing_of(tx, finding.hazard_id), now)


def follow(tx: AsyncSession, finding: HomeSafetyFinding, hazard: rules.Hazard | None, now: datetime) -> None:
    step = rules.STEP_OF.get(hazard.standing) if hazard else None
    if step is None or not rules.allows(finding.state, step):
        return
    if step == "plan":
        actions.plan(finding, now)
    elif step == "reopen":
        actions.reopen(finding, now)
    else:
        actions.settle(tx, finding, step, hazard.reason, now)


async def findings_about(tx: AsyncSession, said: HazardPayload) -> Sequence[HomeSafetyFinding]:
    """The finding the hazard was reported from, and those whose hazard is the same as this one. Locked."""
    wanted = (HomeSafetyFinding.id == said.finding_id) | HomeSafetyFinding.hazard_id.in_(
        await same_as(tx, said.hazard_id))
    return (await tx.exec(select(HomeSafetyFinding).where(
        wanted, HomeSafetyFinding.result == "hazard").order_by(HomeSafetyFinding.id).with_for_update())).all()


async def same_as(tx: AsyncSession, hazard_id: UUID) -> set[UUID]:
    """The hazard and all that were found to be duplicates of it, directly or not."""
    same, found = {hazard_id}, {hazard_id}
    while found:
        wanted = select(HeardHazard.id).where(HeardHazard.duplicate_of.in_(found), HeardHazard.id.not_in(same))
        found = set((await tx.exec(wanted)).all())
        same |= found
    return same


async def remember(tx: AsyncSession, event: Event[Any]) -> None:
    """Writes down how the hazard stands. An event older than what is known changes nothing."""
    row = insert(HeardHazard).values(
        id=event.data.hazard_id, standing=rules.STANDINGS[event.type], reason=getattr(event.data, "reason", None),
        duplicate_of=getattr(event.data, "duplicate_of", None), sequence=event.sequence,
    )
    news = {column: row.excluded[column] for column in ("standing", "reason", "duplicate_of", "sequence")}
    await tx.exec(row.on_conflict_do_update(
        index_elements=[HeardHazard.id], set_=news, where=HeardHazard.sequence <= row.excluded.sequence))


async def standing_of(tx: AsyncSession, hazard_id: UUID) -> rules.Hazard | None:
    known: dict[UUID, rules.Hazard] = {}
    wanted = {hazard_id}
    while wanted:
        columns = select(HeardHazard.id, HeardHazard.standing, HeardHazard.duplicate_of, HeardHazard.reason)
        heard = {row.id: rules.Hazard(*row) for row in await tx.exec(columns.where(HeardHazard.id.in_(wanted)))}
        known |= heard
        wanted = {hazard.duplicate_of for hazard in heard.values() if hazard.duplicate_of} - known.keys()
    return rules.root_of(hazard_id, known)
