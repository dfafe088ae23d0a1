"""Works 工程: a repair or an installation, from the plan to the acceptance by a second person."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.resources.needs.models import MOST_LINES, LineIn
from services.resources.tables import Table
from shared.db import Entity
from shared.types import Code, Community, Day, In, Interval, Line, Moment, Out

State = Literal["planned", "provider_chosen", "scheduled", "installed", "refused", "accepted", "cancelled"]


class Works(Entity, Table, table=True):
    """`installers` are the accounts that ever reported an installation: none of them may accept it.

    Where one organisation installs and a worker only reports it, `installed_by` is the worker's account.
    `follows_id`: the works whose result did not last.
    """

    __tablename__ = "works"
    __table_args__ = (
        CheckConstraint("(starts_at is null) = (ends_at is null) and starts_at < ends_at", "interval"),
        Index("ix_works_community_state", "community", "state"),
        Index("uq_works_of_hazard", "hazard_id", unique=True,
              postgresql_where=text("state not in ('accepted', 'cancelled')")),
    )

    state: State = Field(default="planned", sa_type=String)
    purpose: str | None = Field(default=None, max_length=60)
    place_id: UUID | None = Field(default=None, index=True)
    licence: str | None = Field(default=None, max_length=60)
    due_on: date | None = None
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    licence_number: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    attempt: int = 0
    photos: list[str] = Field(default_factory=list, sa_type=JSONB)
    installers: list[str] = Field(default_factory=list, sa_type=JSONB)
    installed_by: str | None = Field(default=None, max_length=200)
    installed_at: datetime | None = None
    refused_because: str | None = Field(default=None, max_length=60)
    accepted_by: str | None = Field(default=None, max_length=200)
    accepted_at: datetime | None = None
    cancelled_because: str | None = Field(default=None, max_length=60)

    correlation_id: UUID = Field(index=True)
    hazard_id: UUID | None = Field(default=None, index=True)
    opinion_id: UUID | None = None
    need_id: UUID | None = Field(default=None, foreign_key="need.id", index=True)
    follows_id: UUID | None = Field(default=None, foreign_key="works.id")


class WorksIn(In):
    """For a need, or for a repair without goods. What is left out is taken from the need, and from its hazard's works."""

    community: Community
    need_id: UUID | None = None
    purpose: Code | None = Rule(default=None, examples=["missing_handrail"])
    place_id: UUID | None = None
    licence: Code | None = Rule(default=None, description="Licence the provider must hold, e.g. `electrician`")
    due_on: Day | None = None


class ProviderIn(In):
    organisation_id: UUID


class InstallIn(In):
    """What was done, with photos of it. Without `lines` all that is reserved for the need was used."""

    photos: list[Line] = Rule(default_factory=list, max_length=20, description="References to stored pictures")
    lines: list[LineIn] | None = Rule(default=None, max_length=MOST_LINES, description="[] when no goods were used")
    occurred_at: Moment | None = Rule(default=None, description="Default: now")
    document: Line | None = None


class RefuseIn(In):
    reason: Code = Rule(examples=["wrong_height"])


class CancelIn(In):
    reason: Code


class ScheduleIn(Interval):
    """Half-open: from `starts_at` up to, not including, `ends_at`."""


class WorksOut(Out):
    id: UUID
    community: str
    state: State
    purpose: str | None
    place_id: UUID | None
    licence: str | None
    due_on: date | None
    organisation_id: UUID | None
    licence_number: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    attempt: int
    photos: list[str]
    installed_by: str | None
    installed_at: datetime | None
    refused_because: str | None
    accepted_by: str | None
    accepted_at: datetime | None
    cancelled_because: str | None
    correlation_id: UUID
    hazard_id: UUID | None
    opinion_id: UUID | None
    need_id: UUID | None
    follows_id: UUID | None
    version: int
    updated_at: datetime
