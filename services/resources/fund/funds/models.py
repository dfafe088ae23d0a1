"""A community fund: a separate account in the books of the charity that hosts it, or neighbours' mutual aid."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.types import Community, Day, In, Line, Out, Title

FundMode = Literal["host_fund", "community_mutual_aid"]
FundState = Literal["forming", "active", "frozen", "closing", "closed"]
GENESIS = "0" * 64
"""What the first transfer of every fund is chained to."""


class Fund(Entity, Table, table=True):
    """`entries` transfers are chained; `head` is the hash of the last. Nothing is booked on or before `closed_through`.

    `agreement`: reference of the agreement with the host; there are none of its papers here.
    """

    __tablename__ = "fund"
    __table_args__ = (
        CheckConstraint("(mode = 'host_fund') = (host_organisation_id is not null)", "hosted"),
    )

    title: str = Field(max_length=120)
    mode: FundMode = Field(sa_type=String)
    host_organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    agreement: str | None = Field(default=None, max_length=200)
    agreement_ends_on: date | None = None
    state: FundState = Field(default="forming", sa_type=String)
    state_because: str | None = Field(default=None, max_length=60)
    closed_through: date | None = None
    entries: int = 0
    head: str = Field(default=GENESIS, max_length=64)
    correlation_id: UUID


class FundIn(In):
    """Of a `host_fund` all money lies with the host, who is named here; mutual aid stays inside the community."""

    community: Community
    title: Title = Rule(examples=["社区慈善基金"])
    mode: FundMode = "community_mutual_aid"
    host_organisation_id: UUID | None = Rule(default=None, description="A charity of the community's register")
    agreement: Line | None = Rule(default=None, description="Reference of the agreement with the host")
    agreement_ends_on: Day | None = None


class FundOut(Out):
    id: UUID
    community: str
    title: str
    mode: FundMode
    host_organisation_id: UUID | None
    agreement: str | None
    agreement_ends_on: date | None
    state: FundState
    state_because: str | None
    closed_through: date | None
    entries: int
    head: str
    version: int
    created_at: datetime
    updated_at: datetime
