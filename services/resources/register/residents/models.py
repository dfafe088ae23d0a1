"""A resident 居民 of the register, and the rows of lists in which they were found."""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field as Rule
from pydantic import model_validator
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.imports.models import LinkRow
from shared.privacy.fields.columns import Sealing, sealed
from shared.spreadsheets.cells import name_key
from shared.types import Community, Day, In, Line, Out, Story

Sex = Literal["male", "female"]


class Resident(Entity, Table, table=True):
    """Found by name, ID number and telephone (lookup.py), through the blind index.

    `family`: whom to call, who are no people of the register. `details`: what else a list said, by its column.
    `kept`: what a list said and could not be used, e.g. a mistyped ID number; shown, never compared.
    `left_on`: the day they moved away or died; from then on a period runs (retention/classes.py).
    """

    __tablename__ = "resident"
    __sealing__ = Sealing(found_by={
        "name": lambda name: [name_key(name)], "id_number": lambda number: [number], "phones": list})

    name: str = sealed()
    sex: Sex | None = Field(default=None, sa_type=String)
    birth_date: date | None = sealed("date", default=None)
    id_number: str | None = sealed(default=None)
    phones: list[str] = sealed("list", default_factory=list)
    household_id: UUID | None = Field(default=None, foreign_key="household.id", index=True)
    relation: str | None = sealed(default=None)
    address: str | None = sealed(default=None)
    residence: str | None = sealed(default=None)
    tags: list[str] = sealed("list", default_factory=list)
    notes: str | None = sealed(default=None)
    aliases: list[str] = sealed("list", default_factory=list)
    family: list[dict] = sealed("list", default_factory=list)
    details: dict = sealed("dict", default_factory=dict)
    kept: dict = sealed("dict", default_factory=dict)
    left_on: date | None = None

    @property
    def name_key(self) -> str:
        return name_key(self.name)


class ResidentLink(LinkRow, Table, table=True):
    __tablename__ = "resident_link"
    __sealing__ = Sealing(lambda link: link.resident_id)
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
    left_on: Day | None = Rule(default=None, description="The day they moved away or died")


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
    left_on: date | None = None
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
