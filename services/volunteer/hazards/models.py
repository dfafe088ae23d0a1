"""A hazard 隐患: something in the neighbourhood that can hurt people, until somebody else has seen that it no longer can."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.volunteer.tables import Table
from shared.db import Entity
from shared.events.volunteer import RequiredItem
from shared.privacy.fields.columns import Sealing, by_community, sealed
from shared.types import Code, Community, GeoPoint, In, Line, Out, Severity, Story

State = Literal[
    "reported", "verified", "duplicate", "rejected", "assigned", "mitigating", "mitigated", "reinspected", "closed",
]
Origin = Literal["person", "patrol", "opinion", "home_safety"]

IS_OPEN = "state not in ('closed', 'duplicate', 'rejected')"
"""As the index says it: few hazards are open, however many there were."""


class Hazard(Entity, Table, table=True):
    """`is_supplied`: the goods of its need are handed over, which ends it only once no works are left.

    `overdue_told`: the due day of which it was said that it has passed.
    """

    __tablename__ = "hazard"
    __sealing__ = Sealing(by_community)
    __table_args__ = (
        CheckConstraint("severity between 1 and 4", "severity"),
        Index("ix_hazard_community_state", "community", "state"),
        Index("ix_hazard_open", "due_on", postgresql_where=text(IS_OPEN)),
    )

    kind: str = Field(max_length=60)
    severity: int
    state: State = Field(default="reported", sa_type=String)
    origin: Origin = Field(sa_type=String)
    description: str | None = sealed(default=None)
    place_id: UUID | None = Field(default=None, index=True)
    place_label: str | None = sealed(default=None)
    longitude: float | None = None
    latitude: float | None = None
    photos: list[str] = Field(default=[], sa_type=JSONB)

    correlation_id: UUID = Field(index=True)
    opinion_id: UUID | None = None
    finding_id: UUID | None = Field(default=None, unique=True)
    patrol_id: UUID | None = Field(default=None, index=True)
    duplicate_of: UUID | None = Field(default=None, foreign_key="hazard.id")
    works_id: UUID | None = None
    need_id: UUID | None = None
    is_supplied: bool = False

    reported_by: str = Field(max_length=255, index=True)
    reported_at: datetime
    verified_by: str | None = Field(default=None, max_length=255)
    rejected_because: str | None = None
    required_items: list[dict] = Field(default=[], sa_type=JSONB)
    licence: str | None = None
    squad_id: UUID | None = Field(default=None, foreign_key="squad.id")
    volunteer_id: UUID | None = Field(default=None, foreign_key="volunteer.id")
    due_on: date | None = None
    fixed_by: list[str] = Field(default=[], sa_type=JSONB)
    reinspection_due_on: date | None = None
    reinspected_by: str | None = Field(default=None, max_length=255)
    escalated_at: datetime | None = None
    escalated_because: str | None = None
    overdue_told: date | None = None
    closed_at: datetime | None = None


class HazardIn(In):
    community: Community
    kind: Code = Rule(examples=["no_smoke_detector"])
    severity: Severity | None = Rule(default=None, description="Default: that of the kind")
    description: Story | None = None
    place_id: UUID | None = Rule(default=None, description="Courtyard, building or household of the register")
    place_label: Line | None = Rule(default=None, examples=["5栋2单元楼梯间"])
    point: GeoPoint | None = None
    photos: list[Line] = Rule(default_factory=list, max_length=20, description="References to stored pictures")


class HazardVerifyIn(In):
    severity: Severity | None = None
    required_items: list[RequiredItem] | None = Rule(
        default=None, max_length=30, description="Default: what the kind usually needs; [] when nothing is needed")
    due_on: date | None = None


class HazardRejectIn(In):
    reason: Code = Rule(examples=["not_found_on_site"])


class HazardDuplicateIn(In):
    duplicate_of: UUID


class HazardAssignIn(In):
    squad_id: UUID | None = None
    volunteer_id: UUID | None = None
    due_on: date | None = None


class HazardReinspectIn(In):
    passed: bool
    reason: Code | None = Rule(default=None, description="Why not, when it did not pass")


class HazardReopenIn(In):
    reason: Code


class HazardEscalateIn(In):
    reason: Code
    severity: Severity | None = None


class HazardOut(Out):
    id: UUID
    community: str
    kind: str
    severity: int
    state: State
    origin: Origin
    description: str | None
    place_id: UUID | None
    place_label: str | None
    longitude: float | None
    latitude: float | None
    photos: list[str]
    correlation_id: UUID
    opinion_id: UUID | None
    finding_id: UUID | None
    patrol_id: UUID | None
    duplicate_of: UUID | None
    works_id: UUID | None
    need_id: UUID | None
    required_items: list[dict]
    licence: str | None
    squad_id: UUID | None
    volunteer_id: UUID | None
    due_on: date | None
    reinspection_due_on: date | None
    escalated_at: datetime | None
    reported_at: datetime
    closed_at: datetime | None
    version: int
    updated_at: datetime
