"""The catalogue of goods: one code, one base unit and the names people use, the same in every community."""

from datetime import datetime
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.resources.tables import Table
from shared.clock import system_clock
from shared.types import Code, In, Line, Out, Quantity, new_id

MOST_DAYS = 3650


class CatalogItem(Table, table=True):
    """`packs` says how many base units a pack holds. `min_days_left`: days a unit must still be good when handed out."""

    __tablename__ = "catalog_item"
    __table_args__ = (CheckConstraint("min_days_left >= 0", "min_days_left"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = Field(max_length=60, unique=True)
    zh: str
    en: str
    aliases: list[str] = Field(default_factory=list, sa_type=JSONB)
    base_unit: str = Field(max_length=60)
    packs: dict[str, int] = Field(default_factory=dict, sa_type=JSONB)
    perishable: bool = False
    min_days_left: int = 0
    licence: str | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=system_clock)
    updated_at: datetime = Field(default_factory=system_clock)


class ItemIn(In):
    code: Code = Rule(examples=["smoke_detector"])
    zh: Line
    en: Line
    aliases: list[Line] = Rule(default_factory=list, max_length=50, description="Other words for it in lists and ledgers")
    base_unit: Code = Rule(examples=["piece"])
    packs: dict[Code, Quantity] = Rule(default_factory=dict, max_length=20, examples=[{"box": 50}])
    perishable: bool = False
    min_days_left: int = Rule(default=0, ge=0, le=MOST_DAYS)
    licence: Code | None = Rule(default=None, description="Licence whoever installs it must hold")


class ItemPatch(In):
    """Not the base unit: what lies in stock is counted in it."""

    zh: Line | None = None
    en: Line | None = None
    aliases: list[Line] | None = Rule(default=None, max_length=50)
    packs: dict[Code, Quantity] | None = Rule(default=None, max_length=20)
    perishable: bool | None = None
    min_days_left: int | None = Rule(default=None, ge=0, le=MOST_DAYS)
    licence: Code | None = None


class ItemOut(Out):
    code: str
    zh: str
    en: str
    aliases: list[str]
    base_unit: str
    packs: dict[str, int]
    perishable: bool
    min_days_left: int
    licence: str | None
    version: int
    updated_at: datetime
