"""What the volunteer service says: squads, volunteers, patrols and hazards."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from .audit import Checkpoint
from .envelope import Code, Payload, Severity
from .registry import event
from .rights import AnsweredPayload


@event("volunteer.squad.formed.v1")
class SquadFormed(Payload):
    """A squad of volunteers exists, for a courtyard or for the whole community."""

    squad_id: UUID
    courtyard_id: UUID | None = None


@event("volunteer.volunteer.registered.v1")
class VolunteerRegistered(Payload):
    """Somebody became a volunteer."""

    volunteer_id: UUID
    squad_id: UUID | None = None
    resident_id: UUID | None = None


@event("volunteer.volunteer.status_changed.v1")
class VolunteerStatusChanged(Payload):
    """A volunteer paused, came back or left."""

    volunteer_id: UUID
    before: Code
    after: Code


@event("volunteer.patrol.submitted.v1")
class PatrolSubmitted(Payload):
    """A squad finished a round; the hazards it found are told one by one."""

    patrol_id: UUID
    squad_id: UUID | None = None
    places_checked: int = Field(ge=0)
    hazards_found: int = Field(ge=0)


class RequiredItem(Payload):
    """An item of the resources catalogue and how many base units of it."""

    item: Code
    quantity: int = Field(gt=0)


class HazardPayload(Payload):
    """Says which hazard, and which word or finding began it, so that the answer finds its way back."""

    hazard_id: UUID
    opinion_id: UUID | None = None
    finding_id: UUID | None = None


@event("volunteer.hazard.reported.v1")
class HazardReported(HazardPayload):
    """Somebody said that something is dangerous. Not yet verified."""

    kind: Code
    severity: Severity
    origin: Literal["person", "patrol", "opinion", "home_safety"]
    place_id: UUID | None = Field(default=None, description="Courtyard, building or household of the register")
    patrol_id: UUID | None = None


@event("volunteer.hazard.verified.v1")
class HazardVerified(HazardPayload):
    """The danger is real; what and who is needed to remove it is known."""

    kind: Code
    severity: Severity
    place_id: UUID | None = None
    required_items: list[RequiredItem] = Field(default_factory=list)
    licence: Code | None = Field(default=None, description="Licence the fixer must hold, e.g. `electrician`")
    due_on: date | None = None


@event("volunteer.hazard.rejected.v1")
class HazardRejected(HazardPayload):
    """There was no danger, for the reason given."""

    reason: Code


@event("volunteer.hazard.duplicate_found.v1")
class HazardDuplicateFound(HazardPayload):
    """The same danger is already known as `duplicate_of`."""

    duplicate_of: UUID


@event("volunteer.hazard.assigned.v1")
class HazardAssigned(HazardPayload):
    """A squad or a volunteer has the hazard in hand."""

    squad_id: UUID | None = None
    volunteer_id: UUID | None = None


@event("volunteer.hazard.mitigation_started.v1")
class HazardMitigationStarted(HazardPayload):
    """Work on the hazard has begun."""

    works_id: UUID | None = None


@event("volunteer.hazard.mitigated.v1")
class HazardMitigated(HazardPayload):
    """The danger is said to be removed; somebody other than the fixer will look."""

    works_id: UUID | None = None
    need_id: UUID | None = None


@event("volunteer.hazard.reinspected.v1")
class HazardReinspected(HazardPayload):
    """Somebody other than the fixer looked again."""

    passed: bool


@event("volunteer.hazard.closed.v1")
class HazardClosed(HazardPayload):
    """Re-inspected and safe: whoever spoke up is told."""

    kind: Code


@event("volunteer.hazard.reopened.v1")
class HazardReopened(HazardPayload):
    """Not safe after all. Where it is verified again at once, what it takes to remove it is told again."""

    reason: Code
    kind: Code | None = None
    severity: Severity | None = None
    place_id: UUID | None = None
    required_items: list[RequiredItem] = Field(default_factory=list)
    licence: Code | None = None
    due_on: date | None = None


@event("volunteer.hazard.escalated.v1")
class HazardEscalated(HazardPayload):
    """The hazard waited too long, or is worse than thought."""

    reason: Code
    severity: Severity


@event("volunteer.audit.checkpointed.v1")
class AuditCheckpointed(Checkpoint):
    """The service's log of who did and who read what has come this far, unbroken since the checkpoint before."""


@event("volunteer.subject_request.answered.v1")
class SubjectRequestAnswered(AnsweredPayload):
    """This service did its part of what somebody asked for about their own data."""
