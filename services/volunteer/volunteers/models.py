"""A volunteer 志愿者. Who is in the register already is fetched from there, not typed again."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field as Rule
from pydantic import model_validator
from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.volunteer.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import sealed
from shared.types import Community, Day, In, Line, Out

Status = Literal["applied", "active", "on_leave", "suspended", "exited"]
SquadRole = Literal["leader", "deputy", "secretary", "member"]


class Qualification(In):
    name: Line
    valid_until: date | None = None


class Volunteer(Entity, Table, table=True):
    """`details`: what else a list said, by its column."""

    __tablename__ = "volunteer"
    __table_args__ = (
        Index("uq_volunteer_resident", "community", "resident_id", unique=True,
              postgresql_where=text("resident_id is not null")),
        Index("uq_squad_leader", "squad_id", unique=True, postgresql_where=text("squad_role = 'leader'")),
    )

    name: str = sealed()
    sex: str | None = Field(default=None, max_length=6)
    birth_date: date | None = sealed("date", default=None)
    id_number: str | None = sealed(default=None)
    phones: list[str] = sealed("list", default_factory=list)
    resident_id: UUID | None = None
    subject: str | None = Field(default=None, max_length=255, index=True)
    squad_id: UUID | None = Field(default=None, foreign_key="squad.id", index=True)
    squad_role: SquadRole = Field(default="member", sa_type=String)
    skills: list[str] = Field(default_factory=list, sa_type=JSONB)
    qualifications: list[dict] = Field(default_factory=list, sa_type=JSONB)
    availability: str | None = sealed(default=None)
    organisation: str | None = None
    joined_on: date | None = None
    status: Status = Field(default="active", sa_type=String)
    notes: str | None = sealed(default=None)
    aliases: list[str] = sealed("list", default_factory=list)
    details: dict = sealed("dict", default_factory=dict)


class VolunteerIn(In):
    """Either `resident_id` (name and phones come from the register) or a name, for those who live elsewhere."""

    community: Community
    resident_id: UUID | None = None
    name: Line | None = None
    phones: list[Line] = Rule(default_factory=list, max_length=5)
    subject: Line | None = Rule(default=None, description="Account of the volunteer, when there is one")
    squad_id: UUID | None = None
    squad_role: SquadRole = "member"
    skills: list[Line] = Rule(default_factory=list, max_length=30)
    qualifications: list[Qualification] = Rule(default_factory=list, max_length=30)
    availability: Line | None = None
    organisation: Line | None = None
    joined_on: date | None = None
    birth_date: Day | None = Rule(default=None, description="Of somebody who is not in the register")
    guardian: Line | None = Rule(default=None, description="Under 18: which guardian agreed, and how")

    @model_validator(mode="after")
    def is_somebody(self) -> Self:
        if self.resident_id is None and self.name is None:
            raise ValueError("give resident_id or name")
        return self


class VolunteerPatch(In):
    """What is not given stays as it is; `squad_id: null` leaves the squad, and the role in it.

    `subject` is for those who work for the whole community: whoever leads a squad by account reaches its people.
    """

    subject: Line | None = None
    squad_id: UUID | None = None
    squad_role: SquadRole | None = None
    skills: list[Line] | None = Rule(default=None, max_length=30)
    qualifications: list[Qualification] | None = Rule(default=None, max_length=30)
    availability: Line | None = None


class StatusIn(In):
    status: Status
    guardian: Line | None = Rule(default=None, description="Under 18, to become active: which guardian agreed, and how")


class VolunteerOut(Out):
    """`masked`: name and phones show only what recognises somebody one knows."""

    id: UUID
    community: str
    masked: bool = False
    name: str
    phones: list[str]
    resident_id: UUID | None
    squad_id: UUID | None
    squad_role: SquadRole
    skills: list[str]
    qualifications: list[Qualification]
    availability: str | None
    organisation: str | None
    joined_on: date | None
    status: Status
    version: int
    updated_at: datetime
