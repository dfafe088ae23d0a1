"""A need 需求: goods that somebody in the neighbourhood wants, line by line, until they have them or are told why not."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, by_community, sealed
from shared.types import Code, Community, Day, In, Line, Moment, Out, Quantity, Severity, Story, new_id

Source = Literal["opinion", "hazard", "person"]
Phase = Literal["prepare", "response", "recovery", "normal"]
State = Literal["submitted", "open", "fulfilled", "closed_short", "cancelled"]
Coverage = Literal["none", "partly_reserved", "reserved", "partly_issued", "issued"]

MOST_LINES = 50


class Need(Entity, Table, table=True):
    """`state` follows from what happened; how far the lines are supplied is counted when somebody looks.

    `is_covered` is what was told last, `need.covered` or `need.short`. `covers_itself`: stock that comes in is
    reserved for it by itself; a person who releases a reservation switches that off.
    """

    __tablename__ = "need"
    __sealing__ = Sealing(by_community)
    __table_args__ = (
        CheckConstraint("priority between 1 and 4", "priority"),
        CheckConstraint("(state in ('submitted', 'open')) = (ended_at is null)", "ends_once"),
        Index("ix_need_community_state", "community", "state"),
        Index("ix_need_open", "community", "priority", "opened_at", postgresql_where=text("state = 'open'")),
        Index("uq_need_of_hazard", "hazard_id", unique=True,
              postgresql_where=text("source = 'hazard' and ended_at is null")),
    )

    source: Source = Field(sa_type=String)
    phase: Phase = Field(default="normal", sa_type=String)
    purpose: str | None = Field(default=None, max_length=60)
    priority: int
    needed_by: date | None = None
    place_id: UUID | None = Field(default=None, index=True)
    note: str | None = sealed(default=None)
    state: State = Field(default="submitted", sa_type=String)
    is_covered: bool | None = None
    covers_itself: bool = True

    correlation_id: UUID = Field(index=True)
    hazard_id: UUID | None = Field(default=None, index=True)
    opinion_id: UUID | None = Field(default=None, index=True)
    requested_by: str = Field(max_length=200)
    opened_by: str | None = Field(default=None, max_length=200)
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: str | None = Field(default=None, max_length=60)


class NeedLine(Table, table=True):
    """What is reserved of a line is in its reservations, what was issued in the ledger."""

    __tablename__ = "need_line"
    __table_args__ = (
        UniqueConstraint("need_id", "item"),
        CheckConstraint("requested > 0 and 0 <= cancelled and cancelled <= requested", "cancelled_within_requested"),
        Index("ix_need_line_item", "item"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    need_id: UUID = Field(foreign_key="need.id")
    item: str = Field(max_length=60)
    requested: int
    cancelled: int = 0


class LineIn(In):
    item: Code = Rule(examples=["smoke_detector"])
    quantity: Quantity


class NeedIn(In):
    community: Community
    lines: list[LineIn] = Rule(min_length=1, max_length=MOST_LINES)
    phase: Phase = "normal"
    purpose: Code | None = Rule(default=None, description="Lots with this restriction may serve it")
    priority: Severity = 2
    needed_by: Day | None = None
    place_id: UUID | None = Rule(default=None, description="Courtyard, building or household of the register")
    note: Story | None = None
    all_or_nothing: bool = Rule(default=False, description="Refuse when stock does not cover every line now")


class NeedOpenIn(In):
    lines: list[LineIn] | None = Rule(
        default=None, min_length=1, max_length=MOST_LINES, description="Default: as it was submitted")
    phase: Phase | None = None
    purpose: Code | None = None
    priority: Severity | None = None
    needed_by: Day | None = None


class CoverIn(In):
    all_or_nothing: bool = False


class IssueIn(In):
    """Hands over what is reserved."""

    lines: list[LineIn] | None = Rule(
        default=None, min_length=1, max_length=MOST_LINES, description="Default: all that is reserved")
    document: Line | None = None
    occurred_at: Moment | None = Rule(default=None, description="Default: now")


class EndIn(In):
    reason: Code = Rule(examples=["not_to_be_had"])


class LineOut(Out):
    id: UUID
    item: str
    requested: int
    reserved: int
    issued: int
    cancelled: int
    missing: int = Rule(description="Neither issued, nor reserved, nor cancelled")


class NeedOut(Out):
    id: UUID
    community: str
    source: Source
    phase: Phase
    purpose: str | None
    priority: int
    needed_by: date | None
    place_id: UUID | None
    note: str | None
    state: State
    coverage: Coverage
    covers_itself: bool
    lines: list[LineOut]
    correlation_id: UUID
    hazard_id: UUID | None
    opinion_id: UUID | None
    opened_at: datetime | None
    ended_at: datetime | None
    ended_because: str | None
    version: int
    created_at: datetime
    updated_at: datetime
