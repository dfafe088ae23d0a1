"""How lines stand and which needs wait, counted from reservations and the ledger in one statement each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, and_, func, or_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue.models import CatalogItem
from services.resources.needs.models import LineOut, Need, NeedLine, NeedOut
from services.resources.needs.rules import Standing, coverage_of
from services.resources.reservations.models import Reservation
from services.resources.stock.models import StockLot, StockMovement
from shared.clock import local_day

AT_ONCE = 200
URGENCY = (Need.priority.desc(), Need.opened_at, Need.id)


def reserved(now: datetime) -> ColumnElement[int]:
    """What is promised to a line and not past its time."""
    living = select(func.coalesce(func.sum(Reservation.quantity - Reservation.consumed), 0)).where(
        Reservation.need_line_id == NeedLine.id, Reservation.state == "active", Reservation.expires_at > now)
    return living.scalar_subquery()


def issued() -> ColumnElement[int]:
    """What left stock for a line, less what was booked back."""
    moved = select(func.coalesce(-func.sum(StockMovement.quantity), 0)).where(
        StockMovement.need_line_id == NeedLine.id)
    return moved.scalar_subquery()


def is_missing(now: datetime) -> ColumnElement[bool]:
    """Predicate on `NeedLine`: it has neither got, nor been promised, what it wants."""
    return NeedLine.requested - NeedLine.cancelled > reserved(now) + issued()


def misses_something(now: datetime, *lines: ColumnElement[bool]) -> ColumnElement[bool]:
    """Predicate on `Need`: one of its lines, or of those that meet the conditions, is missing something."""
    return select(NeedLine.id).where(NeedLine.need_id == Need.id, is_missing(now), *lines).exists()


def on_offer(now: datetime) -> CTE:
    """(community, item, restriction) of which a lot has something to give."""
    last_day = StockLot.expires_on - CatalogItem.min_days_left
    usable = (
        select(StockLot.community, StockLot.item, StockLot.restriction)
        .join(CatalogItem, CatalogItem.code == StockLot.item)
        .where(
            StockLot.on_hand > StockLot.reserved, StockLot.on_hold.is_(False), StockLot.condition != "damaged",
            or_(StockLot.expires_on.is_(None), last_day >= local_day(now)))
    )
    return usable.distinct().cte("on_offer").prefix_with("materialized")


async def standings(session: AsyncSession, need_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Standing]]:
    """Need → its lines."""
    rows = await session.exec(
        select(NeedLine, reserved(now), issued()).where(NeedLine.need_id.in_(need_ids)).order_by(NeedLine.id))
    lines: dict[UUID, list[Standing]] = defaultdict(list)
    for line, held, gone in rows:
        lines[line.need_id].append(
            Standing(line.id, line.item, line.requested, line.cancelled, reserved=int(held), issued=int(gone)))
    return lines


async def waiting_for(tx: AsyncSession, community: str, items: Collection[str], now: datetime) -> Sequence[UUID]:
    """Open needs of the community that miss one of these items, the most urgent first."""
    wants = misses_something(now, NeedLine.item.in_(items))
    waiting = select(Need.id).where(Need.community == community, Need.state == "open", Need.covers_itself, wants)
    return (await tx.exec(waiting.order_by(*URGENCY).limit(AT_ONCE))).all()


async def overdue(tx: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Needs that hold reservations past their time."""
    late = select(Reservation.need_id).where(Reservation.state == "active", Reservation.expires_at <= now)
    return (await tx.exec(late.distinct().limit(AT_ONCE))).all()


async def no_longer_covered(tx: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Open needs that were told to be covered, and of which a promise ended since."""
    stale = select(Need.id).where(Need.state == "open", Need.is_covered.is_(True), misses_something(now))
    return (await tx.exec(stale.order_by(*URGENCY).limit(AT_ONCE))).all()


async def can_be_supplied(tx: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Open needs that miss something of which a lot that may serve them has something to give."""
    offer = on_offer(now).c
    allowed = or_(offer.restriction.is_(None), offer.restriction.in_((Need.phase, Need.source, Need.purpose)))
    waiting = (
        select(Need.id)
        .join(NeedLine, NeedLine.need_id == Need.id)
        .join(offer.item.table, and_(offer.item == NeedLine.item, offer.community == Need.community))
        .where(Need.state == "open", Need.covers_itself, allowed, is_missing(now))
        .group_by(Need.id)
    )
    return (await tx.exec(waiting.order_by(*URGENCY).limit(AT_ONCE))).all()


async def shown(session: AsyncSession, needs: Collection[Need], now: datetime) -> list[NeedOut]:
    """Needs as callers see them, with their lines."""
    lines = await standings(session, [need.id for need in needs], now)
    return [as_shown(need, lines[need.id]) for need in needs]


def as_shown(need: Need, lines: Sequence[Standing]) -> NeedOut:
    facts: dict[str, Any] = {name: getattr(need, name) for name in NeedOut.model_fields if name in Need.model_fields}
    return NeedOut(
        **facts, coverage=coverage_of(lines), lines=[LineOut.model_validate(line) for line in lines])
