"""Consents as last heard of from the register of consents."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.eldercare.tables import Table


class HeardConsent(Table, table=True):
    """Without `starts_on` it was refused from the start, or its giving has not been heard yet. `stopped_id`: of the
    record that withdrew or refused it."""

    __tablename__ = "heard_consent"

    id: UUID = Field(primary_key=True)
    community: str = Field(max_length=31)
    resident_id: UUID = Field(index=True)
    purpose: str = Field(max_length=60)
    recipient_id: UUID | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    stopped_id: UUID | None = None
