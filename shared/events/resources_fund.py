"""What the resources service says of funds: their books, gifts and receipts. Amounts are whole fen; nobody is named."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from .envelope import Code, Payload
from .registry import event

FundState = Literal["forming", "active", "frozen", "closing", "closed"]
GiftKind = Literal["cash", "in_kind"]


class FundPayload(Payload):
    fund_id: UUID


@event("resources.fund.opened.v1")
class FundOpened(FundPayload):
    """A community fund exists; it takes gifts once it is active."""

    mode: Literal["host_fund", "community_mutual_aid"]
    host_organisation_id: UUID | None = None


@event("resources.fund.state_changed.v1")
class FundStateChanged(FundPayload):
    """A fund was activated, frozen, wound up or closed."""

    state: FundState


@event("resources.fund.hold_created.v1")
class FundHoldCreated(FundPayload):
    """Money is held until `expires_at` for what it `concerns`, an application."""

    hold_id: UUID
    amount: int = Field(gt=0)
    concerns: UUID | None = None
    expires_at: AwareDatetime


@event("resources.fund.hold_posted.v1")
class FundHoldPosted(FundPayload):
    """Of `held` fen `posted` were paid; the rest is free again."""

    hold_id: UUID
    held: int = Field(gt=0)
    posted: int = Field(gt=0)
    concerns: UUID | None = None


@event("resources.fund.hold_voided.v1")
class FundHoldVoided(FundPayload):
    """Money that was held is free again."""

    hold_id: UUID
    reason: Code
    concerns: UUID | None = None


@event("resources.fund.hold_expired.v1")
class FundHoldExpired(FundPayload):
    """Money that was held and not paid in time is free again."""

    hold_id: UUID
    concerns: UUID | None = None


@event("resources.fund.transfer_reversed.v1")
class FundTransferReversed(FundPayload):
    """A mistake was booked back by a new transfer."""

    transfer_id: UUID
    reason: Code
    concerns: UUID | None = None


@event("resources.fund.period_closed.v1")
class FundPeriodClosed(FundPayload):
    """Nothing is booked any more on a day up to and with `through`. `entries` transfers were in the chain by then."""

    through: date
    entries: int = Field(ge=0)


class GiftPayload(Payload):
    gift_id: UUID
    fund_id: UUID


@event("resources.gift.recorded.v1")
class GiftRecorded(GiftPayload):
    """A gift came in; of goods, `amount` is what they are worth."""

    kind: GiftKind
    amount: int = Field(ge=0)
    restriction: Code
    lot_id: UUID | None = None


@event("resources.gift.reversed.v1")
class GiftReversed(GiftPayload):
    """A gift was recorded by mistake, or given back."""

    reason: Code


class ReceiptPayload(Payload):
    receipt_id: UUID
    gift_id: UUID


@event("resources.receipt.registered.v1")
class ReceiptRegistered(ReceiptPayload):
    """A donor has a receipt. `replaces_id`: the void one before it."""

    replaces_id: UUID | None = None


@event("resources.receipt.voided.v1")
class ReceiptVoided(ReceiptPayload):
    """A receipt is void and counts as none."""

    reason: Code


@event("resources.receipt.waived.v1")
class ReceiptWaived(GiftPayload):
    """The donor wants no receipt."""
