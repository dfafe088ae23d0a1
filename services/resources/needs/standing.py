"""How lines stand and which needs wait, counted from reservations and the ledger in one statement each."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.catalogue.models import CatalogItem
from services.resources.needs.models import LineOut, Need, NeedLine, NeedOut
from services.resources.needs.rules import Standing, coverage_of
from services.resources.reservations.models import Reservation
from services.resources.stock.models import StockLot, StockMovement
from shared.clock import local_day

AT_ONCE = 200


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


def misses_something(now: datetime) -> ColumnElement[bool]:
    """Predicate on `Need`: a line has neither got, nor been promised, what it wants."""
    short = select(NeedLine.id).where(
        NeedLine.need_id == Need.id, NeedLine.requested - NeedLine.cancelled > reserved(now) + issued())
    return short.exists()


def can_be_supplied(now: datetime) -> ColumnElement[bool]:
    """Predicate on `Need`: a line misses something of which there is a lot that may serve it."""
    last_day = StockLot.expires_on - CatalogItem.min_days_left
    good = or_(StockLot.expires_on.is_(None), last_day >= local_day(now))
    allowed = or_(StockLot.restriction.is_(None), StockLot.restriction.in_((Need.phase, Need.source, Need.purpose)))
    waiting = (
        select(NeedLine.id)
        .join(StockLot, and_(StockLot.item == NeedLine.item, StockLot.community == Need.community))
        .join(CatalogItem, CatalogItem.code == StockLot.item)
        .where(
            NeedLine.need_id == Need.id, NeedLine.requested - NeedLine.cancelled > reserved(now) + issued(),
            StockLot.on_hand > StockLot.reserved, StockLot.on_hold.is_(False), StockLot.condition != "damaged",
            good, allowed,
        )
    )
    return waiting.exists()


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
    wants = select(NeedLine.id).where(
        NeedLine.need_id == Need.id, NeedLine.item.in_(items),
        NeedLine.requested - NeedLine.cancelled > reserved(now) + issued()).exists()
    return (await tx.exec(
        select(Need.id).where(Need.community == community, Need.state == "open", Need.covers_itself, wants)
        .order_by(Need.priority.desc(), Need.opened_at, Need.id).limit(AT_ONCE)
    )).all()


async def overdue(tx: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Needs that hold reservations past their time."""
    late = select(Reservation.need_id).where(Reservation.state == "active", Reservation.expires_at <= now)
    return (await tx.exec(late.distinct().limit(AT_ONCE))).all()


async def to_look_at(tx: AsyncSession, now: datetime) -> Sequence[UUID]:
    """Open needs that were told to be covered and no longer are, or that stock could serve now."""
    stale = and_(Need.is_covered.is_(True), misses_something(now))
    return (await tx.exec(
        select(Need.id).where(Need.state == "open", or_(stale, and_(Need.covers_itself, can_be_supplied(now))))
        .order_by(Need.priority.desc(), Need.opened_at, Need.id).limit(AT_ONCE)
    )).all()


async def shown(session: AsyncSession, needs: Collection[Need], now: datetime) -> list[NeedOut]:
    """Needs as callers see them, with their lines."""
    lines = await standings(session, [need.id for need in needs], now)
    return [as_shown(need, lines[need.id]) for need in needs]


def as_shown(need: Need, lines: Sequence[Standing]) -> NeedOut:
    facts: dict[str, Any] = {name: getattr(need, name) for name in NeedOut.model_fields if name in Need.model_fields}
    return NeedOut(
        **facts, coverage=coverage_of(lines), lines=[LineOut.model_validate(line) for line in lines])
