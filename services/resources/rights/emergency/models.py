"""Access for an emergency 紧急查阅: one person's file, for one account, for an hour, judged afterwards by another."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import Index, text
from sqlmodel import Field, String

from services.resources.register.residents.models import ResidentOut
from services.resources.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, sealed
from shared.types import Code, In, Moment, Out, Story

Verdict = Literal["justified", "not_justified"]
EndedBecause = Literal["time", "by_hand"]
ToldTo = Literal["elder", "family"]
Channel = Literal["in_person", "phone", "letter", "wechat"]


class EmergencyAccess(Entity, Table, table=True):
    """`why`: in the opener's words. What is still owed: a verdict by `review_due_at`, and that somebody was told."""

    __tablename__ = "emergency_access"
    __sealing__ = Sealing(lambda access: access.resident_id)
    __table_args__ = (
        Index("ix_emergency_access_open", "ends_at", postgresql_where=text("ended_at is null")),
        Index("uq_emergency_access_open", "resident_id", "opened_by", unique=True,
              postgresql_where=text("ended_at is null")),
    )

    resident_id: UUID = Field(foreign_key="resident.id", index=True)
    opened_by: str = Field(max_length=255, index=True)
    reason: str = Field(max_length=60)
    why: str | None = sealed(default=None)
    opened_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    ended_because: EndedBecause | None = Field(default=None, sa_type=String)
    reads: int = 0
    review_due_at: datetime
    reviewed_by: str | None = Field(default=None, max_length=255)
    reviewed_at: datetime | None = None
    verdict: Verdict | None = Field(default=None, sa_type=String)
    review_note: str | None = sealed(default=None)
    told_to: ToldTo | None = Field(default=None, sa_type=String)
    told_channel: Channel | None = Field(default=None, sa_type=String)
    told_by: str | None = Field(default=None, max_length=255)
    told_at: datetime | None = None
    overdue_told_at: datetime | None = None
    correlation_id: UUID = Field(index=True)


class EmergencyAccessIn(In):
    """Without a reason and its words there is no access: 403."""

    resident_id: UUID
    reason: Code | None = Rule(default=None, examples=["threat_to_life"])
    why: Story | None = None


class ReviewIn(In):
    verdict: Verdict
    note: Story | None = None


class EmergencyToldIn(In):
    told_to: ToldTo
    channel: Channel
    told_at: Moment | None = Rule(default=None, description="Default: now")


class EmergencyAccessOut(Out):
    id: UUID
    community: str
    resident_id: UUID
    opened_by: str
    reason: str
    why: str | None
    opened_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    ended_because: EndedBecause | None
    reads: int
    review_due_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    verdict: Verdict | None
    told_to: ToldTo | None
    told_channel: Channel | None
    told_at: datetime | None
    correlation_id: UUID
    version: int
    updated_at: datetime


class EmergencyFileOut(Out):
    """The whole file of the one person, until `ends_at`."""

    access_id: UUID
    ends_at: datetime
    resident: ResidentOut


class ReasonOut(Out):
    code: str
    zh: str
    en: str
