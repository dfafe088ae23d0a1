"""A patrol round 巡查: places walked with a checklist; what is not in order becomes hazards at once."""

from datetime import datetime
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import Field

from services.volunteer.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, by_community, sealed
from shared.types import Code, Community, GeoPoint, In, Interval, Line, Out, Severity, Story


class Patrol(Entity, Table, table=True):
    __tablename__ = "patrol"
    __sealing__ = Sealing(by_community)

    squad_id: UUID | None = Field(default=None, foreign_key="squad.id")
    checklist: str = Field(max_length=40)
    starts_at: datetime
    ends_at: datetime
    places: list[dict] = sealed("list")
    places_checked: int
    hazards_found: int
    submitted_by: str = Field(max_length=255)
    correlation_id: UUID = Field(index=True)


class Finding(In):
    """One item of the checklist that is not in order."""

    kind: Code
    severity: Severity | None = None
    description: Story | None = None
    photos: list[Line] = Rule(default_factory=list, max_length=20)


class PlaceVisit(In):
    """Every item of the checklist not named in `findings` or `skipped` was seen to be in order."""

    place_id: UUID | None = None
    place_label: Line
    point: GeoPoint | None = None
    findings: list[Finding] = Rule(default_factory=list, max_length=40)
    skipped: list[Code] = Rule(default_factory=list, max_length=40)


class PatrolIn(In):
    community: Community
    squad_id: UUID | None = None
    checklist: Line = Rule(examples=["rental-2026-11"])
    walked: Interval
    places: list[PlaceVisit] = Rule(min_length=1, max_length=300)
    correlation_id: UUID | None = Rule(
        default=None, description="The loop this round answers, when somebody's word sent the squad out")


class PatrolOut(Out):
    id: UUID
    community: str
    squad_id: UUID | None
    checklist: str
    starts_at: datetime
    ends_at: datetime
    places: list[dict]
    places_checked: int
    hazards_found: int
    correlation_id: UUID
    version: int
    updated_at: datetime


class PatrolSubmittedOut(PatrolOut):
    hazard_ids: list[UUID]
