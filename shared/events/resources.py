"""What the resources service says: the register, stock, needs and works."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .audit import Checkpoint
from .envelope import Code, Payload
from .registry import event
from .rights import SubjectRequestPayload
from .volunteer import RequiredItem


@event("resources.resident.registered.v1")
class ResidentRegistered(Payload):
    """Somebody entered the register. Who it is, the register says over HTTP to those who may know."""

    resident_id: UUID
    household_id: UUID | None = None


@event("resources.resident.updated.v1")
class ResidentUpdated(Payload):
    """Something about a resident changed: whoever holds a copy fetches it again."""

    resident_id: UUID


@event("resources.stock.received.v1")
class StockReceived(Payload):
    """A lot of goods came in, owned or entrusted to the community by a donor."""

    lot_id: UUID
    item: Code
    quantity: int = Field(gt=0)
    expires_on: date | None = None
    owner_mode: Literal["owned", "entrusted"]


@event("resources.stock.adjusted.v1")
class StockAdjusted(Payload):
    """What lies there changed by `quantity` otherwise than by handing out: counted, thrown away, booked back."""

    lot_id: UUID
    item: Code
    quantity: int
    reason: Code


@event("resources.reservation.created.v1")
class ReservationCreated(Payload):
    """Goods of one lot are held for a need until `expires_at`."""

    reservation_id: UUID
    need_id: UUID
    lot_id: UUID
    item: Code
    quantity: int = Field(gt=0)
    expires_at: AwareDatetime


@event("resources.reservation.expired.v1")
class ReservationExpired(Payload):
    """Goods that were held and not handed out in time are free again."""

    reservation_id: UUID
    need_id: UUID
    item: Code
    quantity: int = Field(gt=0)


@event("resources.reservation.consumed.v1")
class ReservationConsumed(Payload):
    """All that a reservation held has been handed over."""

    reservation_id: UUID
    need_id: UUID
    lot_id: UUID
    item: Code
    quantity: int = Field(gt=0)


@event("resources.reservation.released.v1")
class ReservationReleased(Payload):
    """Goods that were held are free again: they were taken from the need, or the need ended. `quantity` is what was left."""

    reservation_id: UUID
    need_id: UUID
    lot_id: UUID
    item: Code
    quantity: int = Field(gt=0)
    reason: Code


class ShortLine(Payload):
    item: Code
    requested: int = Field(gt=0)
    supplied: int = Field(ge=0)


class NeedPayload(Payload):
    """Says which need, and which hazard or opinion it serves."""

    need_id: UUID
    hazard_id: UUID | None = None
    opinion_id: UUID | None = None


@event("resources.need.submitted.v1")
class NeedSubmitted(NeedPayload):
    """Somebody says that something is wanted; a worker looks at it and opens it. `lines` may still be empty."""

    lines: list[RequiredItem] = Field(default_factory=list)


@event("resources.need.opened.v1")
class NeedOpened(NeedPayload):
    """Goods or works are wanted, line by line."""

    lines: list[RequiredItem]


@event("resources.need.short.v1")
class NeedShort(NeedPayload):
    """Stock does not cover the need now: every short line is named at once."""

    lines: list[ShortLine]


@event("resources.need.covered.v1")
class NeedCovered(NeedPayload):
    """Every line is reserved."""


@event("resources.need.fulfilled.v1")
class NeedFulfilled(NeedPayload):
    """All that was wanted has been handed over."""


@event("resources.need.closed_short.v1")
class NeedClosedShort(NeedPayload):
    """The need ended with less than was wanted: how much, and why."""

    reason: Code
    lines: list[ShortLine]


@event("resources.need.cancelled.v1")
class NeedCancelled(NeedPayload):
    """The need ended before anything was handed over, for the reason given."""

    reason: Code


class WorksPayload(Payload):
    works_id: UUID
    hazard_id: UUID | None = None
    need_id: UUID | None = None


@event("resources.works.planned.v1")
class WorksPlanned(WorksPayload):
    """A repair or an installation is to be done, by somebody with `licence` if one is named."""

    licence: Code | None = None


@event("resources.works.provider_chosen.v1")
class WorksProviderChosen(WorksPayload):
    """An organisation of the register will do the works."""

    organisation_id: UUID


@event("resources.works.scheduled.v1")
class WorksScheduled(WorksPayload):
    """The works have their dates: from `starts_at` up to, not including, `ends_at`."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime


@event("resources.works.installed.v1")
class WorksInstalled(WorksPayload):
    """The provider says that it is done; now a second person looks at it."""

    installed_by: str = Field(description="Subject of the account that reported the installation")
    attempt: int = Field(ge=1)


@event("resources.works.refused.v1")
class WorksRefused(WorksPayload):
    """The second person did not accept the works: they are done again."""

    reason: Code
    attempt: int = Field(ge=1)


@event("resources.works.accepted.v1")
class WorksAccepted(WorksPayload):
    """A second person, never the one who installed, accepted the works."""

    installed_by: str
    accepted_by: str


@event("resources.works.cancelled.v1")
class WorksCancelled(WorksPayload):
    """The works will not be done, for the reason given."""

    reason: Code


@event("resources.audit.checkpointed.v1")
class AuditCheckpointed(Checkpoint):
    """The service's log of who did and who read what has come this far, unbroken since the checkpoint before."""


class ConsentPayload(Payload):
    """`recipient_id`: the organisation of the register that data may be handed to, for the purposes that have one."""

    consent_id: UUID
    resident_id: UUID
    purpose: Code
    recipient_id: UUID | None = None


@event("resources.consent.given.v1")
class ConsentGiven(ConsentPayload):
    """A resident, or their guardian, agreed to one purpose, from `starts_on` up to and with `ends_on`."""

    starts_on: date
    ends_on: date | None = None


@event("resources.consent.withdrawn.v1")
class ConsentWithdrawn(ConsentPayload):
    """A consent was taken back, or refused from the start: what would rest on it stops; what helps the person goes on."""


@event("resources.subject_request.opened.v1")
class SubjectRequestOpened(SubjectRequestPayload):
    """Somebody asked for what is held about them, or that it be corrected, restricted or erased: every service does
    its part and says so."""

    account: str | None = Field(
        default=None, max_length=255, description="Subject of the person's own account, when they asked by themselves")


@event("resources.subject_request.finished.v1")
class SubjectRequestFinished(SubjectRequestPayload):
    """All parts are done, or the request was refused: the signed result can be read."""

    outcome: Code


@event("resources.subject_request.overdue.v1")
class SubjectRequestOverdue(SubjectRequestPayload):
    """Its day has passed and it is not finished; said once."""

    due_at: AwareDatetime


class EmergencyAccessPayload(Payload):
    access_id: UUID
    resident_id: UUID


@event("resources.emergency_access.opened.v1")
class EmergencyAccessOpened(EmergencyAccessPayload):
    """One account may read one person's file until `ends_at`, without being in charge of them; another person judges
    that by `review_due_at`."""

    opened_by: str = Field(max_length=255, description="Subject of the account")
    reason: Code
    ends_at: AwareDatetime
    review_due_at: AwareDatetime


@event("resources.emergency_access.ended.v1")
class EmergencyAccessEnded(EmergencyAccessPayload):
    """The hour is over, or whoever opened it was done before."""

    because: Literal["time", "by_hand"]


@event("resources.emergency_access.reviewed.v1")
class EmergencyAccessReviewed(EmergencyAccessPayload):
    """Another person judged whether it was right."""

    verdict: Code


@event("resources.emergency_access.review_overdue.v1")
class EmergencyAccessReviewOverdue(EmergencyAccessPayload):
    """Nobody judged it in time; said once."""

    review_due_at: AwareDatetime
