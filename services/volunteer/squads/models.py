"""A squad 小分队: the volunteers of a courtyard or of a task."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import Index
from sqlmodel import Field, String

from services.volunteer.tables import Table
from shared.db import Entity
from shared.types import Community, In, Out, Title

SquadState = Literal["forming", "ready", "under_strength"]


class Squad(Entity, Table, table=True):
    __tablename__ = "squad"
    __table_args__ = (Index("uq_squad_community_name", "community", "name", unique=True),)

    name: str = Field(max_length=120)
    courtyard_id: UUID | None = Field(default=None, index=True)
    minimum_strength: int = 3
    strength: int = 0
    state: SquadState = Field(default="forming", sa_type=String)


class SquadIn(In):
    community: Community
    name: Title
    courtyard_id: UUID | None = Rule(default=None, description="Courtyard of the register")
    minimum_strength: int = Rule(default=3, ge=1, le=500)


class SquadPatch(In):
    """What is not given stays as it is; `courtyard_id: null` makes it a squad of the whole community."""

    name: Title | None = None
    courtyard_id: UUID | None = None
    minimum_strength: int | None = Rule(default=None, ge=1, le=500)


class SquadOut(Out):
    id: UUID
    community: str
    name: str
    courtyard_id: UUID | None
    minimum_strength: int
    strength: int = Rule(description="Active volunteers whose home squad this is")
    state: SquadState
    version: int
    updated_at: datetime
