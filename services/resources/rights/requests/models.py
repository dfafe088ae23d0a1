"""What somebody asks about their own data 个人信息权利请求: one request over all services, until its signed result."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.resources.register.residents.models import ResidentPatch
from services.resources.tables import Table
from shared.db import Entity
from shared.events.rights import RequestKind
from shared.privacy.fields.columns import Sealing, sealed
from shared.types import Code, In, Out, Story

State = Literal["asked", "in_progress", "done", "refused"]
AskedBy = Literal["self", "guardian", "staff"]
PartState = Literal["waiting", "answered"]


class SubjectRequest(Entity, Table, table=True):
    """`account`: of who asked for themselves. `wish`: in their own words; sealed with their key, gone with it.

    `result` is the JWS that was signed when the last part was done.
    """

    __tablename__ = "subject_request"
    __sealing__ = Sealing(lambda request: request.resident_id)
    __table_args__ = (
        Index("ix_subject_request_open", "due_at", postgresql_where=text("finished_at is null")),
    )

    resident_id: UUID = Field(foreign_key="resident.id", index=True)
    kind: RequestKind = Field(sa_type=String)
    state: State = Field(default="asked", sa_type=String)
    asked_by: AskedBy = Field(sa_type=String)
    guardian_relation: str | None = Field(default=None, max_length=60)
    account: str | None = Field(default=None, max_length=255)
    wish: str | None = sealed(default=None)
    recorded_by: str = Field(max_length=255)
    owner: str | None = Field(default=None, max_length=255)
    correlation_id: UUID = Field(unique=True)
    opened_at: datetime
    due_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = Field(default=None, max_length=60)
    overdue_told_at: datetime | None = None
    result: str | None = Field(default=None, sa_type=Text)


class SubjectRequestPart(Table, table=True):
    """One service's part. `kept`: reason → rows."""

    __tablename__ = "subject_request_part"

    request_id: UUID = Field(primary_key=True, foreign_key="subject_request.id")
    service: str = Field(primary_key=True, max_length=20)
    community: str = Field(max_length=31)
    state: PartState = Field(default="waiting", sa_type=String)
    found: int = 0
    changed: int = 0
    kept: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    answered_at: datetime | None = None


class SubjectRequestIn(In):
    resident_id: UUID = Rule(description="Of the register: oneself, or whom staff write for")
    kind: RequestKind
    guardian_relation: Code | None = Rule(default=None, description="When a guardian asks", examples=["daughter"])
    wish: Story | None = Rule(default=None, description="For a correction: what is wrong, in their words")


class BeginIn(In):
    """`changes`: what the register writes from now on, for a correction."""

    changes: ResidentPatch | None = None


class RefuseIn(In):
    reason: Code = Rule(examples=["identity_not_shown"])


class KeptOut(Out):
    reason: str
    rows: int
    zh: str
    en: str


class PartOut(Out):
    service: str
    state: PartState
    found: int
    changed: int
    kept: list[KeptOut]
    answered_at: datetime | None


class SubjectRequestOut(Out):
    id: UUID
    community: str
    resident_id: UUID
    kind: RequestKind
    state: State
    asked_by: AskedBy
    guardian_relation: str | None
    wish: str | None
    recorded_by: str
    owner: str | None
    opened_at: datetime
    due_at: datetime
    overdue: bool
    finished_at: datetime | None
    outcome: str | None
    parts: list[PartOut]
    correlation_id: UUID
    version: int
    updated_at: datetime


class ResultOut(Out):
    """`result` as it was signed: a JWS (RFC 7515, ES256) that anybody can verify with `/v1/subject-requests/keys`."""

    result: dict[str, Any]
    jws: str


class HeldOut(Out):
    table: str
    zh: str
    en: str
    rows: list[dict[str, Any]]


class ExportOut(Out):
    """What all services hold about a person, as data. Assembled when it is asked for, and kept nowhere."""

    request_id: UUID
    resident_id: UUID
    assembled_at: datetime
    services: dict[str, list[HeldOut]]
