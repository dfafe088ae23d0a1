"""A home safety check 居家安全检查: an elder's home seen room by room, and what became of each danger found."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.eldercare.consents.reliance import Basis
from services.eldercare.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, sealed
from shared.types import Code, Community, In, Line, Moment, Out, Severity, Story

Result = Literal["ok", "hazard", "not_applicable"]
State = Literal["open", "planned", "fixed", "not_fixed", "verified"]
AcceptedBy = Literal["elder", "family", "worker"]


class HomeSafetyCheck(Entity, Table, table=True):
    """The elder is known by the register's id alone; nobody types a name here. `basis`: what allows to keep it; none is
    known of checks from before it was asked."""

    __tablename__ = "home_safety_check"

    resident_id: UUID = Field(index=True)
    place_id: UUID | None = Field(default=None, index=True)
    checklist: str = Field(max_length=40)
    checked_by: str = Field(max_length=255)
    checked_at: datetime
    items_checked: int
    hazards_found: int
    basis: Basis | None = Field(default=None, sa_type=String)
    correlation_id: UUID = Field(index=True)


class HomeSafetyFinding(Entity, Table, table=True):
    """One item of one room. Only what is a hazard has a `kind`, a `severity` and a `state`."""

    __tablename__ = "home_safety_finding"
    __sealing__ = Sealing(lambda finding: finding.check_id)
    __table_args__ = (
        CheckConstraint("severity between 1 and 4", "severity"),
        CheckConstraint("(result = 'hazard') = (state is not null)", "only_hazards_have_a_state"),
        UniqueConstraint("check_id", "room", "item"),
        Index("ix_home_safety_finding_community_state", "community", "state"),
    )

    check_id: UUID = Field(foreign_key="home_safety_check.id")
    resident_id: UUID = Field(index=True)
    room: str = Field(max_length=60)
    item: str = Field(max_length=60)
    result: Result = Field(sa_type=String)
    kind: str | None = Field(default=None, max_length=60)
    severity: int | None = None
    note: str | None = sealed(default=None)
    photos: list[str] = Field(default_factory=list, sa_type=JSONB)

    state: State | None = Field(default=None, sa_type=String)
    outcome: str | None = Field(default=None, max_length=60)
    hazard_id: UUID | None = Field(default=None, index=True)
    correlation_id: UUID
    settled_at: datetime | None = None
    accepted_by: AcceptedBy | None = Field(default=None, sa_type=String)
    accepted_noted_by: str | None = Field(default=None, max_length=255)
    accepted_at: datetime | None = None


class HeardHazard(Table, table=True):
    """A hazard as last heard of; kept for all of them, because a finding may turn out to be the same as one."""

    __tablename__ = "heard_hazard"

    id: UUID = Field(primary_key=True)
    standing: str = Field(max_length=20)
    reason: str | None = Field(default=None, max_length=60)
    duplicate_of: UUID | None = Field(default=None, index=True)
    sequence: int


class FindingIn(In):
    """An item that is not named was not looked at."""

    room: Code = Rule(examples=["bathroom"])
    item: Code = Rule(examples=["toilet_handrail"])
    result: Result
    kind: Code | None = Rule(default=None, description="Of a hazard. Default: the usual one of the item")
    severity: Severity | None = Rule(default=None, description="Of a hazard. Default: the usual one of its kind")
    note: Story | None = None
    photos: list[Line] = Rule(default_factory=list, max_length=20, description="References to stored pictures")


class HomeSafetyCheckIn(In):
    community: Community
    resident_id: UUID = Rule(description="The elder, by the id of the register")
    place_id: UUID | None = Rule(default=None, description="Default: the household the register has for the elder")
    checklist: Line = Rule(examples=["home-2026-11"])
    checked_at: Moment | None = Rule(default=None, description="Default: now")
    findings: list[FindingIn] = Rule(min_length=1, max_length=200)
    basis: Basis | None = Rule(
        default=None, description="What allows to keep it. Default: the elder's consent, or else the legal duty")
    correlation_id: UUID | None = Rule(
        default=None, description="The loop this check belongs to, when somebody's word led to it")


class AcceptIn(In):
    accepted_by: AcceptedBy


class FindingOut(Out):
    id: UUID
    community: str
    check_id: UUID
    resident_id: UUID
    room: str
    item: str
    result: Result
    kind: str | None
    severity: int | None
    note: str | None
    photos: list[str]
    state: State | None
    outcome: str | None
    hazard_id: UUID | None
    correlation_id: UUID
    settled_at: datetime | None
    accepted_by: AcceptedBy | None
    accepted_at: datetime | None
    version: int
    updated_at: datetime


class HomeSafetyCheckOut(Out):
    id: UUID
    community: str
    resident_id: UUID
    place_id: UUID | None
    checklist: str
    checked_by: str
    checked_at: datetime
    items_checked: int
    hazards_found: int
    basis: Basis | None
    correlation_id: UUID
    version: int
    updated_at: datetime


class HomeSafetyCheckFileOut(HomeSafetyCheckOut):
    findings: list[FindingOut]
