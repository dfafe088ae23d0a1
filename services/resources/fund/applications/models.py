"""Applications to a fund: help for a family, or a micro-grant 微创投; and the ballots that decide them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.clock import system_clock
from shared.db import Entity
from shared.privacy.fields.columns import sealed
from shared.types import Code, Day, In, Line, Moment, Out, Story, new_id

ApplicationKind = Literal["family_aid", "micro_grant"]
ApplicationState = Literal[
    "submitted", "eligible", "in_vote", "approved", "public_notice", "appealed", "rejected", "paid", "reported", "closed",
    "returned", "withdrawn",
]
Choice = Literal["approve", "reject", "abstain", "recused", "attended"]
MOST_FEN = 100_000_000_000


class Application(Entity, Table, table=True):
    """`author`, whoever approves and `paid_by` are three people. `hold_id`: the ledger keeps the money from approval on.

    `charter` and `committee_id` stay what they were when the vote was opened. Who applies is known to those who decide.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("applicant_resident_id is null or applicant_organisation_id is null", "one_applicant"),
        CheckConstraint("awarded is null or awarded between 1 and amount", "awarded_within"),
        Index("ix_application_fund_id", "fund_id", "id"),
        Index("ix_application_applicant_resident_id", "applicant_resident_id"),
    )

    fund_id: UUID = Field(foreign_key="fund.id")
    kind: ApplicationKind = Field(sa_type=String)
    applicant_resident_id: UUID | None = Field(default=None, foreign_key="resident.id")
    applicant_organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    purpose: str = Field(max_length=60)
    amount: int = Field(sa_type=BigInteger)
    story: str | None = sealed(default=None)
    evidence: list[str] = sealed("list", default_factory=list)
    state: ApplicationState = Field(default="submitted", sa_type=String)
    state_because: str | None = Field(default=None, max_length=60)
    author: str = Field(max_length=255)
    examined_by: str | None = Field(default=None, max_length=255)
    committee_id: UUID | None = Field(default=None, foreign_key="committee.id")
    charter: str | None = Field(default=None, max_length=60)
    round: int = 0
    vote_closes_at: datetime | None = None
    awarded: int | None = Field(default=None, sa_type=BigInteger)
    decided_by: str | None = Field(default=None, max_length=255)
    decided_at: datetime | None = None
    hold_id: UUID | None = Field(default=None, foreign_key="ledger_transfer.id")
    notice_until: date | None = None
    appealed_from: str | None = Field(default=None, max_length=20)
    appeal: str | None = sealed(default=None)
    appealed_by: str | None = Field(default=None, max_length=255)
    payment_id: UUID | None = Field(default=None, foreign_key="ledger_transfer.id")
    paid_by: str | None = Field(default=None, max_length=255)
    report: str | None = sealed(default=None)
    correlation_id: UUID


class Ballot(Table, table=True):
    """One voice of one member in one round. Never changed, a trigger sees to that."""

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("application_id", "round", "member_id"),
        CheckConstraint("choice not in ('reject', 'recused') or reason is not null", "reason"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    community: str = Field(max_length=31)
    application_id: UUID = Field(foreign_key="application.id")
    round: int
    member_id: UUID = Field(foreign_key="committee_member.id")
    account: str = Field(max_length=255)
    choice: Choice = Field(sa_type=String)
    reason: str | None = Field(default=None, max_length=60)
    cast_at: datetime = Field(default_factory=system_clock)


class ApplicationIn(In):
    """A family is a resident of the register; a micro-grant goes to an organisation or to a resident."""

    fund_id: UUID
    kind: ApplicationKind = "family_aid"
    applicant_resident_id: UUID | None = None
    applicant_organisation_id: UUID | None = None
    purpose: Code = Rule(examples=["medical"], description="What it is for: restricted money serves its own purpose alone")
    amount: int = Rule(strict=True, gt=0, le=MOST_FEN, description="Fen asked for", examples=[200000])
    story: Story | None = None
    evidence: list[Line] = Rule(default_factory=list, max_length=20, description="Where the papers lie")


class ReasonIn(In):
    reason: Code = Rule(examples=["not_in_scope"])


class VoteIn(In):
    closes_at: Moment = Rule(description="Until when ballots are cast")


class BallotIn(In):
    """`recused`, with the reason, whoever is related; a supervisor's is `attended`."""

    choice: Choice
    reason: Code | None = Rule(default=None, examples=["relative"])


class DecideIn(In):
    awarded: int | None = Rule(default=None, strict=True, gt=0, le=MOST_FEN, description="Fen; default: all that was asked")


class AppealIn(In):
    words: Story


class JudgeIn(In):
    upheld: bool
    reason: Code = Rule(examples=["facts_confirmed"])


class PayIn(In):
    """Less than was awarded frees the rest."""

    amount: int | None = Rule(default=None, strict=True, gt=0, le=MOST_FEN)
    document: Line = Rule(description="Voucher of the payment", examples=["支01"])
    occurred_on: Day | None = None


class ReportIn(In):
    words: Story = Rule(description="What the money did")


class ApplicationOut(Out):
    id: UUID
    community: str
    fund_id: UUID
    kind: ApplicationKind
    applicant_resident_id: UUID | None
    applicant_organisation_id: UUID | None
    purpose: str
    amount: int
    story: str | None
    evidence: list[str]
    state: ApplicationState
    state_because: str | None
    author: str
    examined_by: str | None
    committee_id: UUID | None
    charter: str | None
    round: int
    vote_closes_at: datetime | None
    awarded: int | None
    decided_at: datetime | None
    hold_id: UUID | None
    notice_until: date | None
    appeal: str | None
    payment_id: UUID | None
    paid_by: str | None
    report: str | None
    version: int
    updated_at: datetime


class BallotOut(Out):
    id: UUID
    community: str
    application_id: UUID
    round: int
    member_id: UUID
    choice: Choice
    reason: str | None
    cast_at: datetime


class NoticeOut(Out):
    """What is shown to all before money is paid: for what, how much, until when; not for whom."""

    id: UUID
    community: str
    fund_id: UUID
    kind: ApplicationKind
    purpose: str
    awarded: int | None
    notice_until: date | None
