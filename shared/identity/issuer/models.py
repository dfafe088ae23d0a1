"""Who can sign in and what they were entrusted with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from shared.clock import system_clock
from shared.identity.policy import Role
from shared.identity.tables import Table
from shared.types import Out, new_id


class Account(Table, table=True):
    """`id` is the `sub` of its tokens. `label` names the account to others and holds no personal data."""

    __tablename__ = "account"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    username: str = Field(max_length=100, unique=True)
    label: str = Field(max_length=60)
    password_hash: str = Field(max_length=200)
    person_id: UUID | None = None
    created_at: datetime = Field(default_factory=system_clock)
    disabled_at: datetime | None = None


class AccountGrant(Table, table=True):
    """Holds from `valid_from` until just before `valid_to`; without an end when that is null."""

    __tablename__ = "account_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "community", "valid_from"),
        CheckConstraint("valid_to > valid_from", name="ends_after_it_starts"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id")
    role: str = Field(max_length=30)
    community: str = Field(max_length=31)
    valid_from: datetime = Field(default_factory=system_clock)
    valid_to: datetime | None = None


class GrantOut(Out):
    role: Role
    community: str = Field(description="`*` is every community")


class MeOut(Out):
    """What the token says of its bearer."""

    subject: str
    grants: list[GrantOut]
    person_id: str | None
