"""Consents 同意: append-only. A withdrawal is another record, which reverses the one it names."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.resources.rights.consents.purposes import Basis, Category
from services.resources.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, sealed
from shared.privacy.rights.standing import Standing
from shared.types import Code, Day, In, Line, Moment, Out

Step = Literal["given", "refused", "withdrawn"]
Method = Literal["paper_signed", "spoken_with_witness", "app"]
GivenBy = Literal["self", "guardian"]


class Consent(Entity, Table, table=True):
    """`evidence`: where the signed paper lies. `is_minor`: as the recorder stated it, where no day of birth was known. From `starts_on` up to and with `ends_on`. Never updated or deleted."""

    __tablename__ = "consent"
    __sealing__ = Sealing(lambda consent: consent.resident_id)
    __table_args__ = (
        UniqueConstraint("reverses_id"),
        CheckConstraint("(step = 'withdrawn') = (reverses_id is not null)", "only_a_withdrawal_reverses"),
        Index("ix_consent_resident_purpose", "resident_id", "purpose"),
    )

    resident_id: UUID = Field(foreign_key="resident.id")
    step: Step = Field(sa_type=String)
    purpose: str = Field(max_length=60)
    categories: list[str] = Field(sa_type=JSONB)
    recipient_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    basis: Basis = Field(sa_type=String)
    notice: str = Field(max_length=40)
    starts_on: date
    ends_on: date | None = None
    method: Method = Field(sa_type=String)
    given_by: GivenBy = Field(sa_type=String)
    is_minor: bool | None = None
    guardian_relation: str | None = Field(default=None, max_length=60)
    guardian_name: str | None = sealed(default=None)
    witness: str | None = sealed(default=None)
    evidence: str | None = sealed(default=None)
    recorded_by: str = Field(max_length=255)
    reverses_id: UUID | None = Field(default=None, foreign_key="consent.id")


class ConsentIn(In):
    """One purpose at a time: whoever agrees to several things agrees to each of them."""

    resident_id: UUID
    purpose: Code = Rule(examples=["home_safety_check"])
    categories: list[Category] = Rule(min_length=1, max_length=10, examples=[["home", "image"]])
    recipient_id: UUID | None = Rule(default=None, description="Organisation of the register; only to hand data over")
    refused: bool = Rule(default=False, description="They were asked and said no: nobody asks every week")
    notice: Line = Rule(description="Version of what they were told", examples=["general-2026-11"])
    starts_on: Day | None = Rule(default=None, description="Default: today")
    ends_on: Day | None = Rule(default=None, description="The last day")
    method: Method
    given_by: GivenBy = "self"
    is_minor: bool | None = Rule(
        default=None, description="Younger than 14? Must be said when the register does not know the day of birth")
    given_at: Moment | None = Rule(default=None, description="When they agreed, if not just now")
    guardian_relation: Code | None = Rule(default=None, examples=["daughter", "agreed_guardian"])
    guardian_name: Line | None = None
    witness: Line | None = Rule(default=None, description="Who heard it, when it was spoken")
    evidence: Line | None = Rule(default=None, description="Where the signed paper lies")


class WithdrawIn(In):
    """As easy as agreeing: no reason is asked for."""

    method: Method
    given_by: GivenBy = "self"
    guardian_relation: Code | None = None
    guardian_name: Line | None = None
    witness: Line | None = None
    evidence: Line | None = None


class ConsentOut(Out):
    id: UUID
    community: str
    resident_id: UUID
    step: Step
    purpose: str
    categories: list[str]
    recipient_id: UUID | None
    basis: Basis
    notice: str
    starts_on: date
    ends_on: date | None
    method: Method
    given_by: GivenBy
    is_minor: bool | None
    guardian_relation: str | None
    guardian_name: str | None
    witness: str | None
    evidence: str | None
    recorded_by: str
    reverses_id: UUID | None
    created_at: datetime


class EffectOut(Out):
    code: str
    zh: str
    en: str


class WithdrawnOut(ConsentOut):
    """What stops from now on, and what goes on all the same."""

    stops: list[EffectOut]
    goes_on: list[EffectOut]


class StandingOut(Out):
    """How one purpose stands today, for one recipient where it has any."""

    purpose: str
    zh: str
    en: str
    standing: Standing
    recipient_id: UUID | None
    consent_id: UUID | None
    ends_on: date | None


class StandingsOut(Out):
    resident_id: UUID
    signed_by_guardian: bool | None = Rule(
        description="Whether a guardian must agree; null when the register does not know the day of birth")
    barred_from: list[EffectOut] = Rule(description="What the law bars somebody of this age from")
    purposes: list[StandingOut]


class PurposeOut(Out):
    code: str
    version: str
    zh: str
    en: str
    bases: list[Basis]
    categories: list[Category]
    separate: str | None = Rule(description="The article that wants a consent for this alone")
    names_recipient: bool
    stops: list[EffectOut]
    goes_on: list[EffectOut]
    source: Literal["own"]


class NoticeOut(Out):
    version: str
    starts_on: date
    ends_on: date | None
    purposes: list[str]
    zh: str
    en: str
