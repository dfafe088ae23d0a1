"""Stock: lots of goods that lie somewhere, and the ledger of everything that ever moved them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.clock import system_clock
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, by_community, sealed
from shared.types import GREATEST_COUNT, Code, Community, Day, In, Line, Moment, Out, Quantity, Story, new_id

OwnerMode = Literal["owned", "entrusted"]
Condition = Literal["new", "used", "damaged"]
MovementReason = Literal["received", "issued", "adjusted", "reversed", "disposed"]


class StockLot(Entity, Table, table=True):
    """`on_hand` is the sum of the lot's movements, `reserved` what is left of its active reservations."""

    __tablename__ = "stock_lot"
    __sealing__ = Sealing(by_community)
    __table_args__ = (
        CheckConstraint("0 <= reserved and reserved <= on_hand", "reserved_within_on_hand"),
        UniqueConstraint("community", "import_key"),
        Index("ix_stock_lot_on_hand", "community", "item", postgresql_where=text("on_hand > 0")),
    )

    item: str = Field(max_length=60, foreign_key="catalog_item.code")
    site: str | None = None
    lot_no: str | None = None
    produced_on: date | None = None
    expires_on: date | None = None
    owner_mode: OwnerMode = Field(default="owned", sa_type=String)
    donor_organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    restriction: str | None = Field(default=None, max_length=60)
    condition: Condition = Field(default="new", sa_type=String)
    on_hold: bool = False
    held_because: str | None = Field(default=None, max_length=60)
    on_hand: int = 0
    reserved: int = 0
    document: str | None = None
    remark: str | None = sealed(default=None)
    received_at: datetime
    import_key: str | None = Field(default=None, max_length=200)


class StockMovement(Table, table=True):
    """One line of the ledger. Never changed or deleted, a trigger sees to that; a mistake is reversed by a new line."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint(
            "case reason when 'received' then quantity > 0 when 'issued' then quantity < 0 "
            "when 'disposed' then quantity < 0 else quantity <> 0 end", "sign"),
        CheckConstraint("(reason = 'reversed') = (reverses_id is not null)", "reversal"),
        Index("ix_stock_movement_lot_id", "lot_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    lot_id: UUID = Field(foreign_key="stock_lot.id")
    item: str = Field(max_length=60)
    quantity: int
    reason: MovementReason = Field(sa_type=String)
    because: str | None = Field(default=None, max_length=60)
    document: str | None = None
    need_id: UUID | None = Field(default=None, foreign_key="need.id", index=True)
    need_line_id: UUID | None = Field(default=None, foreign_key="need_line.id", index=True)
    reservation_id: UUID | None = Field(default=None, foreign_key="reservation.id")
    reverses_id: UUID | None = Field(default=None, foreign_key="stock_movement.id", unique=True)
    actor: str = Field(max_length=200)
    occurred_at: datetime
    recorded_at: datetime = Field(default_factory=system_clock)


class LotIn(In):
    """Goods that came in, by donation or purchase. With `pack`, `quantity` counts packs of the item."""

    community: Community
    item: Code = Rule(examples=["smoke_detector"])
    quantity: Quantity
    pack: Code | None = Rule(default=None, examples=["box"])
    site: Line | None = Rule(default=None, description="Where it lies")
    lot_no: Line | None = None
    produced_on: Day | None = None
    expires_on: Day | None = Rule(default=None, description="The last day it may be used")
    owner_mode: OwnerMode = Rule(default="owned", description="`entrusted`: it is the donor's until handed out")
    donor_organisation_id: UUID | None = None
    restriction: Code | None = Rule(
        default=None, description="The only purpose it may serve: a phase, a source or a purpose of needs")
    condition: Condition = "new"
    document: Line | None = Rule(default=None, description="Delivery note, receipt or agreement")
    remark: Story | None = None
    received_at: Moment | None = Rule(default=None, description="Default: now")


class HoldIn(In):
    reason: Code = Rule(examples=["waits_for_inspection"])


class CountIn(In):
    """A stock-take: how many lie there now."""

    counted: int = Rule(strict=True, ge=0, le=GREATEST_COUNT)
    reason: Code = Rule(examples=["stock_take"])
    document: Line | None = None
    occurred_at: Moment | None = None


class DisposeIn(In):
    quantity: Quantity
    reason: Code = Rule(examples=["out_of_date"])
    document: Line | None = None
    occurred_at: Moment | None = None


class ReverseIn(In):
    reason: Code = Rule(examples=["entered_twice"])
    document: Line | None = None
    occurred_at: Moment | None = None


class LotOut(Out):
    id: UUID
    community: str
    item: str
    site: str | None
    lot_no: str | None
    produced_on: date | None
    expires_on: date | None
    owner_mode: OwnerMode
    donor_organisation_id: UUID | None
    restriction: str | None
    condition: Condition
    on_hold: bool
    held_because: str | None
    on_hand: int
    reserved: int
    document: str | None
    remark: str | None
    received_at: datetime
    version: int
    updated_at: datetime


class MovementOut(Out):
    id: UUID
    community: str
    lot_id: UUID
    item: str
    quantity: int
    reason: MovementReason
    because: str | None
    document: str | None
    need_id: UUID | None
    reservation_id: UUID | None
    reverses_id: UUID | None
    actor: str
    occurred_at: datetime
    recorded_at: datetime


class AvailabilityOut(Out):
    """Of one item in one community, in base units: what lies there, and how much of it a need could have now."""

    community: str
    item: str
    zh: str
    en: str
    base_unit: str
    on_hand: int
    reserved: int
    unusable: int = Rule(description="On hold, damaged, or with too few days left")
    available: int
    earliest_expiry: date | None
