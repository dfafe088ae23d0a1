"""The telephone of an account, and what administrators say and see of accounts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field as Described
from pydantic import StringConstraints
from sqlmodel import Field

from shared.clock import system_clock
from shared.identity.policy import EVERYWHERE
from shared.identity.tables import Table
from shared.privacy.fields.columns import Sealing, sealed
from shared.types import Community, In, Line, Out, new_id

USERNAME = r"^[a-z0-9][a-z0-9._-]{2,59}$"
Username = Annotated[str, StringConstraints(pattern=USERNAME)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9 ]{6,10}$")]


class AccountPhone(Table, table=True):
    """One for an account, and one account for a telephone: sealed, and found by a keyed digest alone."""

    __tablename__ = "account_phone"
    __sealing__ = Sealing(subject=lambda row: row.account_id, found_by={"phone": lambda phone: [phone]})

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", unique=True)
    phone: str = sealed()
    proved_at: datetime | None = None
    created_at: datetime = Field(default_factory=system_clock)

    @property
    def community(self) -> str:
        """Whoever is about to sign in is found wherever they belong; nobody else looks for a telephone."""
        return EVERYWHERE


class AccountIn(In):
    """With a `username` somebody of the staff, who is invited; with a `phone` somebody who signs in by text message."""

    community: Community
    username: Username | None = None
    phone: Line | None = None
    person_id: UUID | None = Described(default=None, description="Whom of the register it belongs to")


class AccountOut(Out):
    id: UUID
    community: str | None
    username: str | None
    label: str
    phone: str | None = Described(default=None, description="Masked: 138****8000")
    person_id: UUID | None
    created_at: datetime
    disabled_at: datetime | None


class InvitationOut(Out):
    """Shown this once. To be handed over in person. Asked for again by the same Idempotency-Key it is null."""

    invitation: str | None
    expires_at: datetime


class AccountMadeOut(AccountOut):
    invitation: InvitationOut | None = None


class PhoneChangeIn(In):
    phone: Line
    code: Digits


class PhoneOut(Out):
    phone: str = Described(description="Masked: 138****8000")
