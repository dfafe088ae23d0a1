"""Gifts in money and in goods, and the receipts donors get for them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, String

from services.resources.fund.ledger.models import UNRESTRICTED
from services.resources.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import sealed
from shared.types import Code, Community, Day, In, Line, Out, Story

GiftKind = Literal["cash", "in_kind"]
Method = Literal["cash", "bank_transfer", "wechat", "scan_code", "platform", "other"]
Valuation = Literal["invoice", "agreement", "fair_value"]
GiftState = Literal["recorded", "reversed"]
ReceiptState = Literal["registered", "void"]
MOST_FEN = 100_000_000_000


class Gift(Entity, Table, table=True):
    """Money is in the ledger (`transfer_id`); goods are a lot of the stock, and `amount` is what they are worth.

    Whoever gave is known to few: without `publish_name` they are named nowhere else.
    """

    __tablename__ = "gift"
    __table_args__ = (
        CheckConstraint("(kind = 'cash') = (transfer_id is not null)", "money_is_booked"),
        CheckConstraint("(kind = 'in_kind') = (lot_id is not null)", "goods_are_in_stock"),
        CheckConstraint("not (anonymous and publish_name)", "anonymous_is_not_published"),
        UniqueConstraint("community", "import_key"),
        UniqueConstraint("lot_id"),
        Index("ix_gift_fund_id", "fund_id", "id"),
        Index("ix_gift_donor_resident_id", "donor_resident_id"),
    )

    fund_id: UUID = Field(foreign_key="fund.id")
    kind: GiftKind = Field(sa_type=String)
    amount: int = Field(sa_type=BigInteger)
    restriction: str = Field(default=UNRESTRICTED, max_length=60)
    method: Method | None = Field(default=None, sa_type=String)
    received_on: date
    anonymous: bool = False
    publish_name: bool = False
    donor_organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    donor_resident_id: UUID | None = Field(default=None, foreign_key="resident.id")
    donor_name: str | None = sealed(default=None)
    donor_phone: str | None = sealed(default=None)
    lot_id: UUID | None = Field(default=None, foreign_key="stock_lot.id")
    valuation: Valuation | None = Field(default=None, sa_type=String)
    evidence: str | None = Field(default=None, max_length=200)
    remark: str | None = sealed(default=None)
    state: GiftState = Field(default="recorded", sa_type=String)
    transfer_id: UUID | None = Field(default=None, foreign_key="ledger_transfer.id")
    receipt_waived_at: datetime | None = None
    import_key: str | None = Field(default=None, max_length=200)
    recorded_by: str = Field(max_length=255)
    correlation_id: UUID


class Receipt(Entity, Table, table=True):
    """A receipt of the finance bureau's form, which has its number already: it is registered, not made, here."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("community", "receipt_no"),
        UniqueConstraint("replaces_id"),
        Index("uq_receipt_registered", "gift_id", unique=True, postgresql_where=text("state = 'registered'")),
        Index("ix_receipt_gift_id", "gift_id"),
    )

    gift_id: UUID = Field(foreign_key="gift.id")
    receipt_no: str = Field(max_length=200)
    check_code: str | None = Field(default=None, max_length=200)
    issued_on: date
    state: ReceiptState = Field(default="registered", sa_type=String)
    void_because: str | None = Field(default=None, max_length=60)
    replaces_id: UUID | None = Field(default=None, foreign_key="receipt.id")
    recorded_by: str = Field(max_length=255)


class GiftIn(In):
    """Of whom: an organisation or a resident of the register, or a name; or `anonymous`, and then none of them."""

    fund_id: UUID
    kind: GiftKind = "cash"
    amount: int = Rule(strict=True, ge=0, le=MOST_FEN, description="Fen; of goods, what they are worth", examples=[38000])
    restriction: Code = Rule(default=UNRESTRICTED, description="The only purpose that the donor gave it for")
    method: Method | None = Rule(default="cash", description="How the money came; null for goods")
    received_on: Day | None = Rule(default=None, description="Default: today")
    anonymous: bool = False
    publish_name: bool = Rule(default=False, description="The donor agreed to be named in public")
    donor_organisation_id: UUID | None = None
    donor_resident_id: UUID | None = None
    donor_name: Line | None = Rule(default=None, examples=["老街理发店"])
    donor_phone: Line | None = None
    lot_id: UUID | None = Rule(default=None, description="Goods: the lot they came in as")
    valuation: Valuation | None = Rule(default=None, description="Goods: on what their value rests")
    evidence: Line | None = Rule(default=None, description="Voucher, invoice or agreement")
    remark: Story | None = None
    receipt_no: Line | None = Rule(default=None, description="Number of the receipt that was given, if one was")


class ReceiptIn(In):
    """After a void one it is the re-issue, and is linked to it."""

    receipt_no: Line = Rule(examples=["No.20230001"])
    check_code: Line | None = None
    issued_on: Day | None = Rule(default=None, description="Default: today")


class WhyIn(In):
    reason: Code = Rule(examples=["entered_twice"])


class ReceiptOut(Out):
    id: UUID
    community: str
    gift_id: UUID
    receipt_no: str
    check_code: str | None
    issued_on: date
    state: ReceiptState
    void_because: str | None
    replaces_id: UUID | None
    version: int


class GiftOut(Out):
    id: UUID
    community: str
    fund_id: UUID
    kind: GiftKind
    amount: int
    restriction: str
    method: Method | None
    received_on: date
    anonymous: bool
    publish_name: bool
    donor_organisation_id: UUID | None
    donor_resident_id: UUID | None
    donor_name: str | None
    donor_phone: str | None
    lot_id: UUID | None
    valuation: Valuation | None
    evidence: str | None
    remark: str | None
    state: GiftState
    transfer_id: UUID | None
    receipt_waived_at: datetime | None
    version: int
    updated_at: datetime


class GiftWithReceipts(GiftOut):
    receipts: list[ReceiptOut]
