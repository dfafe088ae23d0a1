"""Who can sign in."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from shared.clock import system_clock
from shared.identity.policy import Role
from shared.identity.tables import Table
from shared.types import Out, new_id


class Account(Table, table=True):
    """`id` is the `sub` of its tokens. `label` names the account to others and holds no personal data.

    Who signs in by telephone or WeChat alone has neither `username` nor `password_hash`. `community` is whose
    administrator looks after the account; nobody's yet, when somebody has made it by signing in.
    """

    __tablename__ = "account"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    username: str | None = Field(default=None, max_length=100, unique=True)
    label: str = Field(max_length=60)
    password_hash: str | None = Field(default=None, max_length=200)
    community: str | None = Field(default=None, max_length=31, index=True)
    person_id: UUID | None = None
    created_at: datetime = Field(default_factory=system_clock)
    updated_at: datetime = Field(default_factory=system_clock)
    disabled_at: datetime | None = None


class GrantOut(Out):
    role: Role
    community: str = Field(description="`*` is every community")


class MeOut(Out):
    """What the token says of its bearer."""

    subject: str
    grants: list[GrantOut]
    person_id: str | None
