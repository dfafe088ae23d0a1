"""What the resources service says: the register, stock, needs and works."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .envelope import Code, Payload
from .registry import event
from .volunteer import RequiredItem


@event("resources.resident.registered.v1")
class ResidentRegistered(Payload):
    resident_id: UUID
    household_id: UUID | None = None


@event("resources.resident.updated.v1")
class ResidentUpdated(Payload):
    resident_id: UUID


@event("resources.stock.received.v1")
class StockReceived(Payload):
    lot_id: UUID
    item: Code
    quantity: int = Field(gt=0)
    expires_on: date | None = None
    owner_mode: Literal["owned", "entrusted"]


@event("resources.reservation.created.v1")
class ReservationCreated(Payload):
    reservation_id: UUID
    need_id: UUID
    lot_id: UUID
    item: Code
    quantity: int = Field(gt=0)
    expires_at: AwareDatetime


@event("resources.reservation.expired.v1")
class ReservationExpired(Payload):
    reservation_id: UUID
    need_id: UUID
    item: Code
    quantity: int = Field(gt=0)


class ShortLine(Payload):
    item: Code
    requested: int = Field(gt=0)
    supplied: int = Field(ge=0)


class NeedPayload(Payload):
    """Says which need, and which hazard or opinion it serves."""

    need_id: UUID
    hazard_id: UUID | None = None
    opinion_id: UUID | None = None


@event("resources.need.opened.v1")
class NeedOpened(NeedPayload):
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
    pass


@event("resources.need.closed_short.v1")
class NeedClosedShort(NeedPayload):
    reason: Code
    lines: list[ShortLine]


class WorksPayload(Payload):
    works_id: UUID
    hazard_id: UUID | None = None
    need_id: UUID | None = None


@event("resources.works.planned.v1")
class WorksPlanned(WorksPayload):
    licence: Code | None = None


@event("resources.works.provider_chosen.v1")
class WorksProviderChosen(WorksPayload):
    organisation_id: UUID


@event("resources.works.scheduled.v1")
class WorksScheduled(WorksPayload):
    starts_at: AwareDatetime
    ends_at: AwareDatetime


@event("resources.works.installed.v1")
class WorksInstalled(WorksPayload):
    installed_by: str = Field(description="Subject of the account that reported the installation")
    attempt: int = Field(ge=1)


@event("resources.works.refused.v1")
class WorksRefused(WorksPayload):
    reason: Code
    attempt: int = Field(ge=1)


@event("resources.works.accepted.v1")
class WorksAccepted(WorksPayload):
    installed_by: str
    accepted_by: str
