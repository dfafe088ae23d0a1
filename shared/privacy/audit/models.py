"""One entry of the log as a row, and as auditors and the people it is about see it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from shared.types import Out


class AuditEntryRow(SQLModel):
    """Written by the function `append_audit` alone. `body` is what is hashed; the columns repeat it for searches.

    `action`: the type of the event that was said, `<kind>.read`, or a permission that was refused. `outcome`: `done`,
    `read` or `denied`. `subject_id`: which file; `resident_id`: whom of the register it is about.
    """

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime
    actor: str = Field(max_length=255)
    action: str = Field(max_length=100)
    kind: str | None = Field(default=None, max_length=60)
    subject_id: UUID | None = None
    resident_id: UUID | None = None
    community: str | None = Field(default=None, max_length=31)
    purpose: str | None = Field(default=None, max_length=60)
    outcome: str = Field(max_length=10)
    prev_hash: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary)
    body: str = Field(sa_type=Text)


def audit_indexes() -> tuple[Index, ...]:
    """Every search goes newest first, within what it asks for."""
    always = [Index(f"ix_audit_entry_{column}", column, "seq") for column in ("actor", "action", "community")]
    known = [Index(f"ix_audit_entry_{column}", column, "seq", postgresql_where=text(f"{column} is not null"))
             for column in ("subject_id", "resident_id")]
    return (*always, *known, Index("ix_audit_entry_at", "at", postgresql_using="brin"))


class AuditEntryOut(Out):
    """`details`: all that was written down, e.g. roles, permission, trace, the event that led to it."""

    seq: int
    at: datetime
    actor: str
    action: str
    kind: str | None
    subject_id: UUID | None
    resident_id: UUID | None
    community: str | None
    purpose: str | None
    outcome: str
    hash: str
    details: dict[str, Any]
