"""The committee that decides what a fund gives: who sits in it, and by which charter it decides."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.types import Code, Day, In, Line, Out, new_id

Role = Literal["chair", "member", "supervisor"]
CommitteeState = Literal["active", "ended"]


class Committee(Entity, Table, table=True):
    """Whoever changes its members forms a new one; a running vote stays with the one it was opened for."""

    __tablename__ = "committee"
    __table_args__ = (
        Index("uq_committee_active", "fund_id", unique=True, postgresql_where=text("state = 'active'")),
    )

    fund_id: UUID = Field(foreign_key="fund.id")
    charter: str = Field(max_length=60)
    starts_on: date
    ends_on: date
    state: CommitteeState = Field(default="active", sa_type=String)
    ended_because: str | None = Field(default=None, max_length=60)
    correlation_id: UUID


class CommitteeMember(Table, table=True):
    """`account` casts the ballots; `resident_id` tells whose family must not be decided on by them."""

    __tablename__ = "committee_member"
    __table_args__ = (UniqueConstraint("committee_id", "account"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    committee_id: UUID = Field(foreign_key="committee.id")
    account: str = Field(max_length=255)
    resident_id: UUID | None = Field(default=None, foreign_key="resident.id", index=True)
    role: Role = Field(sa_type=String)


class MemberIn(In):
    account: Line = Rule(description="Who signs in as this member")
    resident_id: UUID | None = Rule(default=None, description="Whom of the register they are")
    role: Role = "member"


class CommitteeIn(In):
    fund_id: UUID
    charter: Code = Rule(examples=["community_fund_2025"])
    members: list[MemberIn] = Rule(min_length=1, max_length=50)
    ends_on: Day = Rule(description="The last day of its term")


class MemberOut(Out):
    id: UUID
    account: str
    resident_id: UUID | None
    role: Role


class CommitteeOut(Out):
    id: UUID
    community: str
    fund_id: UUID
    charter: str
    starts_on: date
    ends_on: date
    state: CommitteeState
    ended_because: str | None
    version: int
    updated_at: datetime


class CommitteeWithMembers(CommitteeOut):
    members: list[MemberOut]


class CharterOut(Out):
    version: str
    starts_on: date
    least_members: int
    odd: bool
    least_supervisors: int
    quorum: tuple[int, int]
    threshold: tuple[int, int]
    notice_days: int
    composition_source: str
    voting_source: str
    verified: bool
