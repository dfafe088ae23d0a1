"""What the resources service does when the others speak."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.needs import actions as needs
from services.resources.needs.models import Need
from services.resources.needs.rules import PRIORITY_WHEN_UNKNOWN, items_summed
from services.resources.rights.requests import actions as requests
from services.resources.tables import TABLES
from services.resources.works import actions as works
from services.resources.works import rules as works_rules
from shared.events import Event, eldercare, mediation, volunteer
from shared.events.identity import MembershipChanged, SessionRevoked
from shared.events.mediation import OpinionReceived
from shared.events.volunteer import (
    HazardClosed,
    HazardDuplicateFound,
    HazardReopened,
    HazardRejected,
    HazardVerified,
    RequiredItem,
)
from shared.identity.ended import hearing
from shared.messaging.listen import Listeners

listeners = Listeners()
listeners.on(SessionRevoked, MembershipChanged)(hearing(TABLES.ended_session))


@listeners.on(HazardVerified)
async def open_need_and_plan_works(tx: AsyncSession, event: Event[HazardVerified], now: datetime) -> None:
    """A need for its items, works to put them in. A hazard that wants neither items nor a licence wants nothing here."""
    if not await is_in_hand(tx, event.data.hazard_id):
        await begin_what_it_takes(tx, event, items_summed(event.data.required_items), now)


async def begin_what_it_takes(
    tx: AsyncSession, event: Event[HazardVerified | HazardReopened], items: list[RequiredItem], now: datetime,
) -> None:
    hazard = event.data
    if not items and hazard.licence is None:
        return
    loop = {"correlation_id": event.correlationid, "hazard_id": hazard.hazard_id, "opinion_id": hazard.opinion_id,
            "place_id": hazard.place_id, "purpose": hazard.kind}
    need = await open_need(tx, event, items, now, loop) if items else None
    works.plan(tx, event.community, now=now, licence=hazard.licence, due_on=hazard.due_on,
               need_id=need.id if need else None, **loop)


async def open_need(
    tx: AsyncSession, event: Event[HazardVerified | HazardReopened], items: list[RequiredItem], now: datetime,
    loop: dict,
) -> Need:
    hazard = event.data
    by = f"hazard:{hazard.hazard_id}"
    need = await needs.record(tx, event.community, items, by=by, now=now, source="hazard",
                              priority=hazard.severity or PRIORITY_WHEN_UNKNOWN, needed_by=hazard.due_on, **loop)
    await needs.begin(tx, need, by=by, now=now)
    return need


async def is_in_hand(tx: AsyncSession, hazard_id: UUID) -> bool:
    last = await works.latest_for(tx, hazard_id)
    return await open_need_of(tx, hazard_id) is not None or (
        last is not None and last.state not in works_rules.ENDED)


async def open_need_of(tx: AsyncSession, hazard_id: UUID) -> Need | None:
    """The need that a hazard began and that has not ended, locked."""
    statement = select(Need).where(
        Need.hazard_id == hazard_id, Need.source == "hazard", Need.ended_at.is_(None)).with_for_update()
    return (await tx.exec(statement)).one_or_none()


@listeners.on(OpinionReceived)
async def submit_what_was_asked(tx: AsyncSession, event: Event[OpinionReceived], now: datetime) -> None:
    said = event.data
    if said.kind != "need":
        return
    items = list(said.items) or ([RequiredItem(item=said.topic, quantity=1)] if said.topic else [])
    await needs.submit(
        tx, event.community, items_summed(items), by=f"opinion:{said.opinion_id}", now=now, source="opinion",
        priority=said.severity or PRIORITY_WHEN_UNKNOWN, place_id=said.place_id, opinion_id=said.opinion_id,
        correlation_id=event.correlationid)


@listeners.on(HazardRejected, HazardDuplicateFound, HazardClosed)
async def withdraw(
    tx: AsyncSession, event: Event[HazardRejected | HazardDuplicateFound | HazardClosed], now: datetime,
) -> None:
    """There is no such hazard, or no longer: nothing is held for it, and nobody comes for it."""
    reason = "hazard_" + event.type.split(".")[2]
    last = await works.latest_for(tx, event.data.hazard_id)
    if last is not None and works_rules.allows(last.state, "cancel"):
        await works.cancel(tx, last, reason, now)
    need = await open_need_of(tx, event.data.hazard_id)
    if need is not None:
        await needs.withdraw(tx, need, reason, now)


@listeners.on(HazardReopened)
async def begin_again(tx: AsyncSession, event: Event[HazardReopened], now: datetime) -> None:
    """The works were accepted and it is not safe after all; or all was withdrawn, and is wanted again."""
    hazard_id = event.data.hazard_id
    last = await works.latest_for(tx, hazard_id)
    if last is not None and last.state == "accepted":
        works.plan_again(tx, last, now)
    elif not await is_in_hand(tx, hazard_id):
        items = [] if await was_supplied(tx, hazard_id) else items_summed(event.data.required_items)
        await begin_what_it_takes(tx, event, items, now)


async def was_supplied(tx: AsyncSession, hazard_id: UUID) -> bool:
    """What a hazard needed was handed over: it is there, and not fetched a second time."""
    states = select(Need.state).where(Need.hazard_id == hazard_id, Need.source == "hazard")
    return (await tx.exec(states.order_by(Need.id.desc()).limit(1))).first() == "fulfilled"


@listeners.on(volunteer.SubjectRequestAnswered, mediation.SubjectRequestAnswered, eldercare.SubjectRequestAnswered)
async def collect_a_part(tx: AsyncSession, event: Event[Any], now: datetime) -> None:
    await requests.hear_answer(tx, event, event.type.partition(".")[0], now)
