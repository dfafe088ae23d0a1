"""Goods that were handed out without a need, as ledgers of the past tell: 500 masks to 26 communities."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from services.resources.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, by_community, sealed
from shared.types import Out


class Handout(Entity, Table, table=True):
    """`booked` of `quantity` was taken from lots in stock; of the rest no lot is known.

    `recipient_id` is an organisation of the register, when the name fits one. `import_key` is the same for the same
    line of a list read again.
    """

    __tablename__ = "handout"
    __sealing__ = Sealing(by_community, found_by={"import_key": lambda key: [key]})
    __table_args__ = (
        CheckConstraint("0 < quantity and 0 <= booked and booked <= quantity", "booked_within_quantity"),
    )

    item: str = Field(max_length=60, foreign_key="catalog_item.code", index=True)
    quantity: int
    booked: int = 0
    handed_out_on: date | None = None
    recipient: str | None = sealed(default=None)
    recipient_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    received_by: str | None = sealed(default=None)
    remark: str | None = sealed(default=None)
    import_key: str = sealed()


class HandoutOut(Out):
    """`received_by` is masked."""

    id: UUID
    community: str
    item: str
    quantity: int
    booked: int
    handed_out_on: date | None
    recipient: str | None
    recipient_id: UUID | None
    received_by: str | None
    remark: str | None
    version: int
    updated_at: datetime
