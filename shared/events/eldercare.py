"""What the eldercare service says: hazards found in an elder's home, and that they were fixed."""

from uuid import UUID

from pydantic import Field

from .audit import Checkpoint
from .envelope import Code, Payload, Severity
from .registry import event
from .rights import AnsweredPayload


@event("eldercare.home_safety_check.completed.v1")
class HomeSafetyCheckCompleted(Payload):
    """An elder's home was checked room by room."""

    check_id: UUID
    items_checked: int = Field(ge=0)
    hazards_found: int = Field(ge=0)


@event("eldercare.hazard.found.v1")
class HazardFound(Payload):
    """A home safety check found something dangerous: the volunteer service takes it up as a hazard."""

    finding_id: UUID
    check_id: UUID
    kind: Code
    severity: Severity
    room: Code
    place_id: UUID | None = Field(default=None, description="Household or building of the register")


@event("eldercare.hazard.fixed.v1")
class HazardFixed(Payload):
    """What the check found is no longer dangerous, or was judged not to be: `outcome` says which."""

    finding_id: UUID
    check_id: UUID
    outcome: Code


@event("eldercare.audit.checkpointed.v1")
class AuditCheckpointed(Checkpoint):
    """The service's log of who did and who read what has come this far, unbroken since the checkpoint before."""


@event("eldercare.subject_request.answered.v1")
class SubjectRequestAnswered(AnsweredPayload):
    """This service did its part of what somebody asked for about their own data."""
