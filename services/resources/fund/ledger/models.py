"""The fund's ledger: accounts, transfers of two or more postings, and what they sum up to. Whole fen, CNY alone."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.clock import system_clock
from shared.types import Code, Day, In, Line, Out, new_id

AccountKind = Literal["cash", "gifts", "aid", "costs"]
TransferKind = Literal["post", "hold", "post_hold", "void_hold", "expire_hold", "reverse"]
Layer = Literal["posted", "pending"]
HoldState = Literal["pending", "posted", "part_posted", "voided", "expired"]
UNRESTRICTED = "unrestricted"
"""The restriction of money that may serve any of the fund's purposes."""


class LedgerAccount(Table, table=True):
    """The balance row. What came in is positive, what went out negative: `cash` is what the fund has, `gifts` minus
    what it was given, `aid` and `costs` what it spent; together they are zero. `pending_out` is held and not free."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("fund_id", "kind", "restriction"),
        CheckConstraint("pending_in >= 0 and pending_out <= 0", "pending_sides"),
        CheckConstraint("not no_overdraft or posted + pending_out >= 0", "no_overdraft"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    fund_id: UUID = Field(foreign_key="fund.id")
    kind: AccountKind = Field(sa_type=String)
    restriction: str = Field(max_length=60)
    no_overdraft: bool
    posted: int = Field(default=0, sa_type=BigInteger)
    pending_in: int = Field(default=0, sa_type=BigInteger)
    pending_out: int = Field(default=0, sa_type=BigInteger)


class LedgerTransfer(Table, table=True):
    """Never changed or deleted: a mistake is reversed, a hold is resolved, by another one, once.

    `hash` chains it to the one before in its fund. `consent`: where the donor's consent to another use is kept.
    """

    __tablename__ = "ledger_transfer"
    __table_args__ = (
        UniqueConstraint("fund_id", "sequence"),
        UniqueConstraint("hold_id"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("(kind = 'hold') = (expires_at is not null)", "expiry"),
        CheckConstraint("(kind in ('post_hold', 'void_hold', 'expire_hold')) = (hold_id is not null)", "resolution"),
        CheckConstraint("(kind = 'reverse') = (reverses_id is not null)", "reversal"),
        Index("ix_ledger_transfer_holds", "expires_at", postgresql_where=text("kind = 'hold'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    fund_id: UUID = Field(foreign_key="fund.id")
    sequence: int
    kind: TransferKind = Field(sa_type=String)
    reason: str = Field(max_length=60)
    hold_id: UUID | None = Field(default=None, foreign_key="ledger_transfer.id")
    reverses_id: UUID | None = Field(default=None, foreign_key="ledger_transfer.id")
    expires_at: datetime | None = None
    concerns: UUID | None = Field(default=None, index=True)
    document: str | None = Field(default=None, max_length=200)
    consent: str | None = Field(default=None, max_length=200)
    actor: str = Field(max_length=200)
    occurred_on: date
    recorded_at: datetime = Field(default_factory=system_clock)
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class LedgerPosting(Table, table=True):
    """One account's part in a transfer. In each layer the postings of a transfer sum to zero, for each restriction."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        CheckConstraint("amount <> 0", "something"),
        Index("ix_ledger_posting_transfer_id", "transfer_id"),
        Index("ix_ledger_posting_account_id", "account_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    transfer_id: UUID = Field(foreign_key="ledger_transfer.id")
    account_id: UUID = Field(foreign_key="ledger_account.id")
    layer: Layer = Field(sa_type=String)
    amount: int = Field(sa_type=BigInteger)


class ReversalIn(In):
    reason: Code = Rule(examples=["entered_twice"])
    document: Line | None = None
    occurred_on: Day | None = Rule(default=None, description="Default: today")


class PurposeIn(In):
    """Money given for one purpose may serve another only with the donor's consent, which is kept somewhere."""

    amount: int = Rule(strict=True, gt=0, le=100_000_000_000, description="Fen")
    from_restriction: Code
    to_restriction: Code = UNRESTRICTED
    consent: Line = Rule(description="Where the donor's consent is kept")
    occurred_on: Day | None = None


class PeriodIn(In):
    through: Day = Rule(description="The last day that is closed")


class AccountOut(Out):
    """`available`: what may still be spent. Holds that are past their time count as free, whether swept or not."""

    kind: AccountKind
    restriction: str
    posted: int
    pending_in: int
    pending_out: int
    available: int | None = Rule(description="Of accounts that may not be overdrawn")


class PostingOut(Out):
    kind: AccountKind
    restriction: str
    layer: Layer
    amount: int


class TransferOut(Out):
    id: UUID
    community: str
    fund_id: UUID
    sequence: int
    kind: TransferKind
    reason: str
    hold_id: UUID | None
    reverses_id: UUID | None
    expires_at: datetime | None
    concerns: UUID | None
    document: str | None
    consent: str | None
    actor: str
    occurred_on: date
    recorded_at: datetime
    prev_hash: str
    hash: str


class BookedOut(TransferOut):
    """`hold_state`: of a hold, what became of it."""

    postings: list[PostingOut]
    hold_state: HoldState | None


class ChainOut(Out):
    """Whether every transfer follows from the one before and the balances are the sums of their postings."""

    fund_id: UUID
    entries: int
    head: str
    whole: bool
    broken_at: int | None = Rule(description="`sequence` of the first transfer that does not fit")
    balances_agree: bool
