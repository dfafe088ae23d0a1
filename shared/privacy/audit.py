"""Reading somebody's file leaves an entry, written in the transaction of the read: no entry, no file."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import system_clock
from shared.db import Entity
from shared.types import new_id


class AuditEntryRow(SQLModel):
    """Who read what, when and what for. Entries are only ever added. They hold ids and codes, never what was read."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(default_factory=system_clock, index=True)
    reader: str = Field(max_length=255, index=True)
    community: str = Field(max_length=31)
    kind: str = Field(max_length=60)
    file_id: UUID = Field(index=True)
    resident_id: UUID | None = Field(default=None, index=True)
    purpose: str = Field(max_length=60)


def record_read(
    tx: AsyncSession, table: type[AuditEntryRow], file: Entity, *, reader: str, purpose: str, now: datetime,
    resident_id: UUID | None = None,
) -> None:
    """`table` is the service's own; `resident_id` is whom the file is about, by the register."""
    tx.add(table(
        at=now, reader=reader, community=file.community, kind=file.__tablename__, file_id=file.id,
        resident_id=resident_id, purpose=purpose,
    ))
