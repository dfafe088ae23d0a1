"""A reservation: goods of one lot, promised to one line of one need, until they are handed out or the promise ends."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.types import Code, In, Moment, Out, Quantity

State = Literal["active", "consumed", "released", "expired"]
ACTIVE = text("state = 'active'")


class Reservation(Entity, Table, table=True):
    """Changes only while its lot's row is locked; so each ends once, and the lot's `reserved` follows."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("0 <= consumed and consumed <= quantity and quantity > 0", "consumed_within_quantity"),
        CheckConstraint("(state = 'active') = (ended_at is null)", "ends_once"),
        CheckConstraint("(state = 'consumed') = (consumed = quantity)", "consumed_is_all"),
        Index("ix_reservation_lot_active", "lot_id", postgresql_where=ACTIVE),
        Index("ix_reservation_line_active", "need_line_id", postgresql_where=ACTIVE),
        Index("ix_reservation_overdue", "expires_at", postgresql_where=ACTIVE),
    )

    need_id: UUID = Field(foreign_key="need.id", index=True)
    need_line_id: UUID = Field(foreign_key="need_line.id")
    lot_id: UUID = Field(foreign_key="stock_lot.id")
    item: str = Field(max_length=60)
    quantity: int
    consumed: int = 0
    state: State = Field(default="active", sa_type=String)
    expires_at: datetime
    ended_at: datetime | None = None
    ended_because: str | None = Field(default=None, max_length=60)
    correlation_id: UUID

    @property
    def left(self) -> int:
        return self.quantity - self.consumed


class LineWanted(In):
    item: Code
    quantity: Quantity


class ReservationsIn(In):
    """Holds goods for lines of an open need, from the lots that go off first."""

    need_id: UUID
    lines: list[LineWanted] | None = Rule(
        default=None, min_length=1, max_length=50, description="Default: all that the need still misses")
    all_or_nothing: bool = True
    expires_at: Moment | None = Rule(default=None, description="Default: two weeks from now")


class ReleaseIn(In):
    reason: Code = Rule(examples=["wanted_elsewhere"])


class ReservationOut(Out):
    id: UUID
    community: str
    need_id: UUID
    need_line_id: UUID
    lot_id: UUID
    item: str
    quantity: int
    consumed: int
    state: State
    expires_at: datetime
    ended_at: datetime | None
    ended_because: str | None
    correlation_id: UUID
    version: int
    updated_at: datetime


class ShortOut(Out):
    item: str
    requested: int
    available: int


class ReservationsOut(Out):
    reservations: list[ReservationOut]
    short: list[ShortOut]
