"""What accounts were entrusted with, where and until when; and the tree of streets and communities."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field as Rule
from pydantic import StringConstraints
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, String

from shared.clock import system_clock
from shared.db import Entity
from shared.identity.tables import Table
from shared.types import Code, Community, In, Moment, Out

Place = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z][a-z0-9]{1,30})$", max_length=31)]
"""The slug of a community or of a street; `*` is the hub: everywhere."""

GivenRole = Literal[
    "resident", "volunteer", "squad_leader", "mediator", "social_worker", "doctor", "care_assistant",
    "committee_member", "supervisor", "coordinator", "community_admin", "integrator", "auditor", "operator"]
"""All but `service`, which nobody can be given."""

NodeKind = Literal["street", "community"]


class AccountGrant(Entity, Table, table=True):
    """Holds from `valid_from` until just before `valid_to`, or until it was ended. A row stays: it is the history.

    `community` is a place: also a street, or `*`; `unit` the one squad, case or elder of a community.
    """

    __tablename__ = "account_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "community", "unit", "valid_from", postgresql_nulls_not_distinct=True),
        CheckConstraint("valid_to > valid_from", name="ends_after_it_starts"),
        Index("ix_account_grant_community_id", "community", "id"),
    )

    account_id: UUID = Field(foreign_key="account.id", index=True)
    role: str = Field(max_length=30)
    unit: UUID | None = None
    valid_from: datetime = Field(default_factory=system_clock)
    valid_to: datetime | None = Field(default=None, index=True)
    reason: str | None = Field(default=None, max_length=60)
    given_by: str | None = Field(default=None, max_length=255)
    ended_at: datetime | None = None
    ended_by: str | None = Field(default=None, max_length=255)
    end_reason: str | None = Field(default=None, max_length=60)


class ScopeNode(Table, table=True):
    """A street, or a community. Above a street, and above a community without one, is the hub."""

    __tablename__ = "scope_node"

    code: str = Field(primary_key=True, max_length=31)
    kind: NodeKind = Field(sa_type=String)
    parent: str | None = Field(default=None, foreign_key="scope_node.code", max_length=31, index=True)


class GrantIn(In):
    account_id: UUID
    role: GivenRole
    community: Place
    unit: UUID | None = Rule(default=None, description="The squad, case or elder that is meant")
    valid_from: Moment | None = Rule(default=None, description="Default: now")
    valid_to: Moment | None = None
    reason: Code = Rule(examples=["appointed"])


class EndIn(In):
    reason: Code = Rule(examples=["moved_away"])


class LeaveIn(In):
    """Every grant at that place, and at those below it."""

    community: Place
    reason: Code = Rule(examples=["moved_away"])


class LeftOut(Out):
    ended: int


class GrantHeldOut(Out):
    """`label` names the account and holds no personal data."""

    id: UUID
    account_id: UUID
    label: str
    role: str
    community: str
    unit: UUID | None
    valid_from: datetime
    valid_to: datetime | None
    reason: str | None
    given_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str | None
    version: int


class NodeIn(In):
    kind: NodeKind
    parent: Community | None = Rule(default=None, description="The street of a community; left out: the hub")


class NodeOut(Out):
    code: str
    kind: NodeKind
    parent: str | None
