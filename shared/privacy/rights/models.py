"""What a service remembers of the requests it was told of, and whose data it no longer uses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, String

from shared.events.rights import RequestKind


class SubjectPartRow(SQLModel):
    """This service's part of a request; its id is the request's. `kept`: reason → how many rows."""

    id: UUID = Field(primary_key=True)
    community: str = Field(max_length=31)
    version: int = 1
    resident_id: UUID = Field(index=True)
    kind: RequestKind = Field(sa_type=String)
    account: str | None = Field(default=None, max_length=255)
    found: int = 0
    changed: int = 0
    kept: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    answered_at: datetime


class RestrictedSubjectRow(SQLModel):
    """As long as the row is there, nobody uses what is held of this resident but for what the law leaves."""

    resident_id: UUID = Field(primary_key=True)
    community: str = Field(max_length=31)
    request_id: UUID
    since: datetime


class ErasedSubjectRow(SQLModel):
    """Whose key is destroyed, or will be in a moment (`buried_at` is not set yet). An id that names nobody any more:
    it has no community, and stays for ever."""

    subject: UUID = Field(primary_key=True)
    decided_at: datetime
    buried_at: datetime | None = None


def waiting_index(table: str) -> Index:
    return Index(f"ix_{table}_waiting", "subject", postgresql_where=text("buried_at is null"))


@dataclass(frozen=True)
class RightsTables:
    part: type[SubjectPartRow]
    restricted: type[RestrictedSubjectRow]
    erased: type[ErasedSubjectRow]
