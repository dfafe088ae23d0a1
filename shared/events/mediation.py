"""What the mediation service says: a resident's word, and its answer."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .audit import Checkpoint
from .envelope import Code, Payload, Severity
from .registry import event
from .rights import AnsweredPayload
from .volunteer import RequiredItem

OpinionKind = Literal["hazard", "need", "dispute", "idea"]


@event("mediation.opinion.received.v1")
class OpinionReceived(Payload):
    """Somebody spoke up. The words themselves stay in mediation; who may read them asks there."""

    opinion_id: UUID
    kind: OpinionKind
    topic: Code | None = Field(default=None, description="For a hazard its kind, for a need its item")
    severity: Severity | None = None
    place_id: UUID | None = Field(default=None, description="Courtyard, building or household of the register")
    items: list[RequiredItem] = Field(default_factory=list, description="For a need: what and how many")
    answer_due_at: AwareDatetime


@event("mediation.opinion.answered.v1")
class OpinionAnswered(Payload):
    """The person who spoke has an answer: from the loop's end, or from a worker with a reason."""

    opinion_id: UUID
    outcome: Code
    answered_by: Literal["loop", "worker"]


@event("mediation.opinion.overdue.v1")
class OpinionOverdue(Payload):
    """The promised day of the answer has passed without one."""

    opinion_id: UUID
    answer_due_at: AwareDatetime


@event("mediation.audit.checkpointed.v1")
class AuditCheckpointed(Checkpoint):
    """The service's log of who did and who read what has come this far, unbroken since the checkpoint before."""


@event("mediation.subject_request.answered.v1")
class SubjectRequestAnswered(AnsweredPayload):
    """This service did its part of what somebody asked for about their own data."""
