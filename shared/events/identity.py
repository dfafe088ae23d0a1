"""What the issuer says: that tokens are good no more before their time, and who was entrusted with what."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .audit import Checkpoint
from .envelope import Code, Community, Payload
from .registry import event


@event("identity.session.revoked.v1")
class SessionRevoked(Payload):
    """Somebody signed out, or was: tokens of this session, or all that the account had by then, are refused from now on."""

    reason: Code
    revoked_at: AwareDatetime
    session_id: UUID | None = Field(default=None, description="The `sid` of the tokens; left out: all of the account's")
    account_id: UUID = Field(description="The `sub` of the tokens")


@event("identity.membership.changed.v1")
class MembershipChanged(Payload):
    """An account was given a role somewhere, or has it no more. Tokens from before `at` that still say so are refused."""

    account_id: UUID = Field(description="The `sub` of its tokens")
    role: Code
    change: Literal["given", "ended", "expired"]
    at: AwareDatetime
    community: Community | None = Field(default=None, description="Of a community or a street; left out: everywhere")
    unit: UUID | None = Field(default=None, description="The squad, case or elder, for a role that is for one alone")


@event("identity.audit.checkpointed.v1")
class AuditCheckpointed(Checkpoint):
    """The issuer's log of who did what has come this far, unbroken since the checkpoint before."""
