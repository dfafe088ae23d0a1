"""Sessions: somebody signed in once, on one device, with one client; and the refresh tokens that keep it open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, String
from sqlmodel import Field

from shared.clock import system_clock
from shared.identity.tables import Table
from shared.types import Out, new_id


class UserSession(Table, table=True):
    """`id` is the `sid` of its tokens. A family of refresh tokens: who ends it, ends them all."""

    __tablename__ = "user_session"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    client_id: str = Field(foreign_key="oauth_client.id", max_length=60)
    scope: str = Field(default="", max_length=100)
    amr: list[str] = Field(sa_type=ARRAY(String))
    auth_time: datetime
    device: str = Field(max_length=80)
    address: str = Field(max_length=60)
    created_at: datetime = Field(default_factory=system_clock)
    last_used_at: datetime = Field(index=True)
    expires_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = Field(default=None, max_length=30)


class RefreshToken(Table, table=True):
    """On the wire `selector.secret`; of the secret only the SHA-256 is here.

    `child_sealed` is the token this one was exchanged for, encrypted with a key that follows from this one's secret:
    for a client that lost the answer, and of no use to whoever reads this table. It is gone once the child is used.
    """

    __tablename__ = "refresh_token"

    selector: str = Field(primary_key=True, max_length=30)
    session_id: UUID = Field(foreign_key="user_session.id", index=True)
    secret_hash: str = Field(max_length=64)
    parent: str | None = Field(default=None, max_length=30)
    created_at: datetime
    expires_at: datetime
    replaced_at: datetime | None = None
    child: str | None = Field(default=None, max_length=30)
    child_sealed: bytes | None = None


class SessionOut(Out):
    """Where somebody is signed in, as they recognise it. `address` is coarse: a network, never one address."""

    id: UUID
    client: str = Field(description="Name of the client")
    device: str
    address: str
    amr: list[str] = Field(description="How they signed in, in the words of RFC 8176")
    signed_in_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool = Field(description="Whether it is the session that asks")


class SessionsEndedOut(Out):
    ended: int
