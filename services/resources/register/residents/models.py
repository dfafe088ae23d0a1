"""A resident 居民 of the register, and the rows of lists in which they were found."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field as Rule
from pydantic import model_validator
from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.imports.models import LinkRow
from shared.types import Community, Day, In, Line, Out, Story

Sex = Literal["male", "female"]


class Resident(Entity, Table, table=True):
    """`name_key`, `id_number` and `phones` are what people are looked up by (lookup.py).

    `family`: whom to call, who are no people of the register. `details`: what else a list said, by its column.
    `kept`: what a list said and could not be used, e.g. a mistyped ID number; shown, never compared.
    """

    __tablename__ = "resident"
    __table_args__ = (
        Index("uq_resident_id_number", "community", "id_number", unique=True,
              postgresql_where=text("id_number is not null")),
        Index("ix_resident_name_key", "community", "name_key"),
        Index("ix_resident_phones", "phones", postgresql_using="gin", postgresql_ops={"phones": "jsonb_path_ops"}),
    )

    name: str
    name_key: str
    sex: Sex | None = Field(default=None, sa_type=String)
    birth_date: date | None = None
    id_number: str | None = Field(default=None, max_length=18)
    phones: list[str] = Field(default_factory=list, sa_type=JSONB)
    household_id: UUID | None = Field(default=None, foreign_key="household.id", index=True)
    relation: str | None = None
    address: str | None = None
    residence: str | None = None
    tags: list[str] = Field(default_factory=list, sa_type=JSONB)
    notes: str | None = None
    aliases: list[str] = Field(default_factory=list, sa_type=JSONB)
    family: list[dict] = Field(default_factory=list, sa_type=JSONB)
    details: dict = Field(default_factory=dict, sa_type=JSONB)
    kept: dict = Field(default_factory=dict, sa_type=JSONB)

class ResidentLink(LinkRow, Table, table=True):
    __tablename__ = "resident_link"
    __table_args__ = (UniqueConstraint("community", "file_digest", "sheet", "row", "block"),)

    resident_id: UUID = Field(foreign_key="resident.id", index=True)


class FamilyContact(In):
    """Somebody to call about a resident."""

    name: Line | None = None
    relation: Line | None = Rule(default=None, examples=["女儿"])
    phones: list[Line] = Rule(default_factory=list, max_length=5)


class ResidentIn(In):
    community: Community
    name: Line
    sex: Sex | None = None
    birth_date: Day | None = None
    id_number: Line | None = Rule(default=None, description="18 characters, with a right check character")
    phones: list[Line] = Rule(default_factory=list, max_length=5)
    household_id: UUID | None = None
    relation: Line | None = Rule(default=None, description="To the head of the household", examples=["配偶"])
    address: Line | None = None
    residence: Line | None = Rule(default=None, examples=["户籍", "租住"])
    tags: list[Line] = Rule(default_factory=list, max_length=30, examples=[["独居", "高龄"]])
    notes: Story | None = None
    family: list[FamilyContact] = Rule(default_factory=list, max_length=10)


class ResidentPatch(In):
    name: Line | None = None
    sex: Sex | None = None
    birth_date: Day | None = None
    id_number: Line | None = None
    phones: list[Line] | None = Rule(default=None, max_length=5)
    household_id: UUID | None = None
    relation: Line | None = None
    address: Line | None = None
    residence: Line | None = None
    tags: list[Line] | None = Rule(default=None, max_length=30)
    notes: Story | None = None
    family: list[FamilyContact] | None = Rule(default=None, max_length=10)


class ResidentSearchIn(In):
    """In a body, because names and numbers have no place in a URL. What is given must all fit."""

    community: Community
    name: Line | None = None
    phone: Line | None = None
    id_number: Line | None = None


class FamilyContactOut(Out):
    name: str | None
    relation: str | None
    phones: list[str]


class ResidentOut(Out):
    """`masked`: name, phones and ID number show only what recognises somebody one knows; the rest is left out."""

    id: UUID
    community: str
    masked: bool = False
    name: str
    sex: Sex | None
    birth_year: int | None = None
    birth_date: date | None
    id_number: str | None
    phones: list[str]
    household_id: UUID | None
    relation: str | None
    address: str | None
    residence: str | None
    tags: list[str]
    notes: str | None
    aliases: list[str]
    family: list[FamilyContactOut]
    details: dict[str, str]
    kept: dict[str, str]
    version: int
    updated_at: datetime

    @model_validator(mode="after")
    def year_of_birth(self) -> Self:
        self.birth_year = self.birth_date.year if self.birth_date else self.birth_year
        return self


class ResidentLinkOut(Out):
    list_kind: str
    file_name: str
    sheet: str
    row: int
    import_id: UUID
    linked_at: datetime
