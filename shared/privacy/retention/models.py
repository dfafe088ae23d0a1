"""What a person approved to be forgotten, how far that has come, and the rows it was done to."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import Field, SQLModel

from shared.clock import system_clock
from shared.db import Entity
from shared.privacy.retention.classes import Action, Source
from shared.types import Code, Community, In, Moment, Out


class RetentionApprovalRow(Entity):
    """`rows` is how many were seen when it was approved, of those due at `as_of`; `done` how many it was done to."""

    code: str = Field(max_length=60)
    as_of: datetime
    rows: int
    done: int = 0
    approved_by: str = Field(max_length=255)
    finished_at: datetime | None = Field(default=None, index=True)


class RetainedRow(SQLModel):
    """A row of a class that was dealt with stays, without what was forgotten: it is not due again."""

    code: str = Field(primary_key=True, max_length=60)
    row_id: UUID = Field(primary_key=True)
    community: str = Field(max_length=31)
    done_at: datetime = Field(default_factory=system_clock)


@dataclass(frozen=True)
class RetentionTables:
    approval: type[RetentionApprovalRow]
    retained: type[RetainedRow]


class ApprovalIn(In):
    """Of one class, as the preview showed it: another number of rows is refused, so that nobody approves unseen."""

    community: Community
    code: Code
    as_of: Moment = Rule(description="`as_of` of the preview")
    rows: int = Rule(ge=1, le=2**31 - 1, description="`rows` of the preview")


class DueOut(Out):
    """`rows`: what would be dealt with now. Nothing has happened yet."""

    code: str
    zh: str
    en: str
    period: str = Rule(description="ISO 8601", examples=["P36M"])
    action: Action
    source: Source
    since: date
    rows: int


class PreviewOut(Out):
    community: str
    as_of: datetime
    classes: list[DueOut]


class ApprovalOut(Out):
    id: UUID
    community: str
    code: str
    as_of: datetime
    rows: int
    done: int
    approved_by: str
    finished_at: datetime | None
    created_at: datetime
    version: int
    updated_at: datetime
