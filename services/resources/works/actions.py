"""Changes to works: called from routes and from listeners alike. Works are locked before their need."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from services.resources.needs import supply
from services.resources.needs.models import LineIn, Need
from services.resources.needs.rules import must_name_each_item_once
from services.resources.needs.standing import standings
from services.resources.register.organisations.actions import licences_of
from services.resources.register.organisations.models import Licence, Organisation
from services.resources.reservations.actions import keep_until
from services.resources.stock.rules import must_not_be_ahead
from services.resources.works import rules
from services.resources.works.models import InstallIn, ScheduleIn, Works, WorksIn
from shared.clock import local_day
from shared.db import changed, locked
from shared.events import Payload
from shared.events import resources as events
from shared.http.problems import invalid
from shared.messaging.outbox import emit
from shared.types import new_id


def tell(tx: AsyncSession, works: Works, said: type[Payload], **facts: object) -> None:
    loop = {"works_id": works.id, "hazard_id": works.hazard_id, "need_id": works.need_id}
    emit(tx, said(**loop, **facts), of=works, correlation_id=works.correlation_id)


def plan(tx: AsyncSession, community: str, *, now: datetime, correlation_id: UUID, **facts: Any) -> Works:
    works = Works(community=community, correlation_id=correlation_id, created_at=now, updated_at=now, **facts)
    tx.add(works)
    tell(tx, works, events.WorksPlanned, licence=works.licence)
    return works


async def plan_by_person(tx: AsyncSession, body: WorksIn, now: datetime) -> Works:
    """In the loop of the need when there is one, else in one of its own.

    Works of a need that a hazard began are that hazard's, and need the licence that its works before them did.
    """
    facts = body.model_dump(exclude={"community"})
    if body.need_id is None:
        return plan(tx, body.community, now=now, correlation_id=new_id(), **facts)
    need = await tx.get(Need, body.need_id, with_for_update=True)
    if need is None or need.community != body.community or need.ended_at is not None:
        raise invalid("body.need_id", "本社区没有这个未结束的需求", "No such open need in this community")
    facts |= {"opinion_id": need.opinion_id, "place_id": body.place_id or need.place_id,
              "purpose": body.purpose or need.purpose, "due_on": body.due_on or need.needed_by}
    if need.hazard_id is not None:
        last = (await tx.exec(newest_of(need.hazard_id))).one_or_none()
        rules.must_be_the_only_ones(last.id if last else None, last.state if last else None)
        facts |= {"hazard_id": need.hazard_id, "licence": body.licence or (last.licence if last else None)}
    return plan(tx, body.community, now=now, correlation_id=need.correlation_id, **facts)


async def choose_provider(tx: AsyncSession, works: Works, organisation_id: UUID, now: datetime) -> Works:
    """Raises `NoLicence` when the organisation holds no licence of the kind that is valid or will be."""
    works.state = rules.next_state(works.state, "choose_provider")
    licences = await licences_held(tx, works, organisation_id)
    licence = rules.licence_for(rules.not_ended(licences, local_day(now)), works.licence, [])
    works.organisation_id = organisation_id
    works.licence_number = licence.number if licence else None
    works.starts_at = works.ends_at = None
    changed(works, now)
    tell(tx, works, events.WorksProviderChosen, organisation_id=organisation_id)
    return works


async def licences_held(tx: AsyncSession, works: Works, organisation_id: UUID) -> list[Licence]:
    organisation = await tx.get(Organisation, organisation_id)
    if organisation is None or organisation.community != works.community:
        raise invalid("body.organisation_id", "本社区没有登记这个组织", "Not in the register of this community")
    return licences_of(organisation)


async def schedule(tx: AsyncSession, works: Works, body: ScheduleIn, now: datetime) -> Works:
    """The licence must hold on the first and on the last day; reserved goods wait until the works are done."""
    works.state = rules.next_state(works.state, "schedule")
    rules.must_have_provider(works.licence, works.organisation_id)
    await must_hold_licence(tx, works, rules.days_of(body.starts_at, body.ends_at))
    works.starts_at, works.ends_at = body.starts_at, body.ends_at
    changed(works, now)
    if works.need_id is not None:
        await keep_until(tx, works.need_id, body.ends_at, now)
    tell(tx, works, events.WorksScheduled, starts_at=works.starts_at, ends_at=works.ends_at)
    return works


async def must_hold_licence(tx: AsyncSession, works: Works, days: Collection[date]) -> None:
    """Keeps the number of the licence that allows the works on these days. Raises `NoLicence`."""
    if works.organisation_id is None:
        return
    licences = await licences_held(tx, works, works.organisation_id)
    licence = rules.licence_for(licences, works.licence, days)
    works.licence_number = licence.number if licence else None


async def install(tx: AsyncSession, works: Works, body: InstallIn, *, by: str, now: datetime) -> Works:
    """Uses what is reserved for the need, or the part that `lines` names; can be called again for the rest."""
    happened = must_not_be_ahead(body.occurred_at, now, "body.occurred_at")
    following = rules.next_state(works.state, "install")
    rules.must_show_photos(works.licence, body.photos)
    await must_hold_licence(tx, works, [local_day(happened)])
    works.attempt = rules.attempt_after(works.state, works.attempt)
    works.state = following
    works.installed_by, works.installed_at = by, happened
    works.installers = sorted({*works.installers, by})
    works.photos = [*works.photos, *body.photos]
    changed(works, now)
    await use_goods(tx, works, body.lines, by=by, now=now, occurred_at=happened, document=body.document)
    tell(tx, works, events.WorksInstalled, installed_by=by, attempt=works.attempt)
    return works


async def use_goods(
    tx: AsyncSession, works: Works, lines: list[LineIn] | None, *, by: str, now: datetime, occurred_at: datetime,
    document: str | None,
) -> None:
    need = await need_of(tx, works)
    if need is None or need.ended_at is not None:
        if lines:
            raise invalid("body.lines", "没有可发放物资的需求", "There is no open need to take goods from")
        return
    must_name_each_item_once([line.item for line in lines or []])
    wanted = None if lines is None else {line.item: line.quantity for line in lines}
    await supply.issue(tx, need, wanted, by=by, now=now, occurred_at=occurred_at, document=document)


async def need_of(tx: AsyncSession, works: Works) -> Need | None:
    return await locked(tx, Need, works.need_id) if works.need_id else None


async def accept(tx: AsyncSession, works: Works, *, by: str, now: datetime) -> Works:
    """By a second person, when everything is installed or the rest was closed short."""
    following = rules.next_state(works.state, "accept")
    rules.must_be_a_second_person(by, works.installers)
    need = await need_of(tx, works)
    if need is not None:
        rules.must_be_complete((await standings(tx, [need.id], now))[need.id])
    works.state, works.accepted_by, works.accepted_at = following, by, now
    changed(works, now)
    tell(tx, works, events.WorksAccepted, installed_by=works.installed_by, accepted_by=by)
    if need is not None:
        await supply.settle(tx, need, now)
    return works


def refuse(tx: AsyncSession, works: Works, reason: str, *, by: str, now: datetime) -> Works:
    """It is done again, by the same provider or another."""
    following = rules.next_state(works.state, "refuse")
    rules.must_be_a_second_person(by, works.installers)
    works.state, works.refused_because = following, reason
    changed(works, now)
    tell(tx, works, events.WorksRefused, reason=reason, attempt=works.attempt)
    return works


async def cancel(tx: AsyncSession, works: Works, reason: str, now: datetime) -> Works:
    works.state, works.cancelled_because = rules.next_state(works.state, "cancel"), reason
    changed(works, now)
    tell(tx, works, events.WorksCancelled, reason=reason)
    need = await need_of(tx, works)
    if need is not None:
        await supply.settle(tx, need, now)
    return works


async def latest_for(tx: AsyncSession, hazard_id: UUID) -> Works | None:
    """The newest works of a hazard, locked."""
    return (await tx.exec(newest_of(hazard_id).with_for_update())).one_or_none()


def newest_of(hazard_id: UUID) -> SelectOfScalar[Works]:
    return select(Works).where(Works.hazard_id == hazard_id).order_by(Works.id.desc()).limit(1)


def plan_again(tx: AsyncSession, works: Works, now: datetime) -> Works:
    """The result did not last: the same works once more, in the same loop."""
    return plan(
        tx, works.community, now=now, correlation_id=works.correlation_id, follows_id=works.id,
        purpose=works.purpose, place_id=works.place_id, licence=works.licence, hazard_id=works.hazard_id,
        opinion_id=works.opinion_id)
