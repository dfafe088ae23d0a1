"""What the volunteer service says: squads, volunteers, patrols and hazards."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from .envelope import Code, Payload, Severity
from .registry import event


@event("volunteer.squad.formed.v1")
class SquadFormed(Payload):
    squad_id: UUID
    courtyard_id: UUID | None = None


@event("volunteer.volunteer.registered.v1")
class VolunteerRegistered(Payload):
    volunteer_id: UUID
    squad_id: UUID | None = None
    resident_id: UUID | None = None


@event("volunteer.volunteer.status_changed.v1")
class VolunteerStatusChanged(Payload):
    volunteer_id: UUID
    before: Code
    after: Code


@event("volunteer.patrol.submitted.v1")
class PatrolSubmitted(Payload):
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
    kind: Code
    severity: Severity
    origin: Literal["person", "patrol", "opinion", "home_safety"]
    place_id: UUID | None = Field(default=None, description="Courtyard, building or household of the register")
    patrol_id: UUID | None = None


@event("volunteer.hazard.verified.v1")
class HazardVerified(HazardPayload):
    kind: Code
    severity: Severity
    place_id: UUID | None = None
    required_items: list[RequiredItem] = Field(default_factory=list)
    licence: Code | None = Field(default=None, description="Licence the fixer must hold, e.g. `electrician`")
    due_on: date | None = None


@event("volunteer.hazard.rejected.v1")
class HazardRejected(HazardPayload):
    reason: Code


@event("volunteer.hazard.duplicate_found.v1")
class HazardDuplicateFound(HazardPayload):
    duplicate_of: UUID


@event("volunteer.hazard.assigned.v1")
class HazardAssigned(HazardPayload):
    squad_id: UUID | None = None
    volunteer_id: UUID | None = None


@event("volunteer.hazard.mitigation_started.v1")
class HazardMitigationStarted(HazardPayload):
    works_id: UUID | None = None


@event("volunteer.hazard.mitigated.v1")
class HazardMitigated(HazardPayload):
    works_id: UUID | None = None
    need_id: UUID | None = None


@event("volunteer.hazard.reinspected.v1")
class HazardReinspected(HazardPayload):
    passed: bool


@event("volunteer.hazard.closed.v1")
class HazardClosed(HazardPayload):
    kind: Code


@event("volunteer.hazard.reopened.v1")
class HazardReopened(HazardPayload):
    reason: Code


@event("volunteer.hazard.escalated.v1")
class HazardEscalated(HazardPayload):
    reason: Code
    severity: Severity
