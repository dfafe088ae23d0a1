"""An event is a row written in the transaction of the change it tells of. Nothing is published any other way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import trace
from shared.clock import system_clock
from shared.db import Entity
from shared.events import Event, Payload, schema_name
from shared.types import new_id


class OutboxRow(SQLModel):
    """Rows stay after publication: PostgreSQL is the record, the stream is a copy that can be rebuilt."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    event_id: UUID = Field(default_factory=new_id, unique=True)
    type: str = Field(max_length=100)
    subject: str = Field(max_length=60)
    community: str = Field(max_length=31)
    sequence: int
    correlation_id: UUID = Field(index=True)
    causation_id: UUID | None = None
    traceparent: str | None = Field(default=None, max_length=55)
    data: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(default_factory=system_clock, index=True)
    published_at: datetime | None = None


def unpublished_index(table: str) -> Index:
    """The relay's index: small, because almost every row is published."""
    return Index(f"ix_{table}_unpublished", "id", postgresql_where=text("published_at is null"))


@dataclass
class Said:
    """What a transaction will write into its outbox just before it commits."""

    outbox: type[OutboxRow]
    rows: list[dict[str, Any]] = field(default_factory=list)


def emit(
    tx: AsyncSession, payload: Payload, *, of: Entity, correlation_id: UUID, causation_id: UUID | None = None,
) -> None:
    """Tells that `of` changed. `causation_id` is the event that led here; inside a listener it is known already."""
    said = tx.info.setdefault("said", Said(of.metadata.info["tables"].outbox))
    said.rows.append({
        "event_id": new_id(),
        "type": payload.event_type,
        "subject": str(of.id),
        "community": of.community,
        "sequence": of.version,
        "correlation_id": correlation_id,
        "causation_id": causation_id or tx.info.get("causation_id"),
        "traceparent": trace.current_traceparent.get(),
        "data": payload.model_dump(mode="json"),
    })


def as_event(row: Mapping[str, Any], service: str) -> Event[Payload]:
    """The envelope of an outbox row."""
    return Event[dict].model_construct(
        id=row["event_id"],
        source=f"/{service}",
        type=row["type"],
        subject=row["subject"],
        time=row["created_at"],
        dataschema=schema_name(row["type"]),
        community=row["community"],
        sequence=row["sequence"],
        correlationid=row["correlation_id"],
        causationid=row["causation_id"],
        traceparent=row["traceparent"],
        data=row["data"],
    )
