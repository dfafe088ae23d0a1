"""An organisation of the neighbourhood: who can do what, and which licences allow it."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field as Rule
from pydantic import model_validator
from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import sealed
from shared.types import Code, Community, Day, GeoPoint, In, Line, Out, Story

OrganisationKind = Literal[
    "community", "office", "station", "association", "charity", "company", "contractor", "shop", "school", "clinic", "other",
]


class Licence(In):
    """A permit to do something dangerous. Both days belong to it; without `valid_to` it does not end."""

    kind: Code = Rule(examples=["electrician"])
    number: Line
    valid_from: Day | None = None
    valid_to: Day | None = None

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to must not be earlier than valid_from")
        return self


class Organisation(Entity, Table, table=True):
    """`kind` community: another one of the same network. `key` is what two spellings of its name have in common."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("community", "key"),)

    key: str
    name: str
    kind: OrganisationKind = Field(sa_type=String)
    contact_name: str | None = sealed(default=None)
    contact_phones: list[str] = sealed("list", default_factory=list)
    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    licences: list[dict] = Field(default_factory=list, sa_type=JSONB)
    services: list[str] = Field(default_factory=list, sa_type=JSONB)
    notes: str | None = sealed(default=None)
    details: dict = sealed("dict", default_factory=dict)


class OrganisationIn(In):
    community: Community
    name: Line
    kind: OrganisationKind
    contact_name: Line | None = None
    contact_phones: list[Line] = Rule(default_factory=list, max_length=5)
    address: Line | None = None
    point: GeoPoint | None = None
    licences: list[Licence] = Rule(default_factory=list, max_length=30)
    services: list[Line] = Rule(default_factory=list, max_length=50)
    notes: Story | None = None


class OrganisationPatch(In):
    kind: OrganisationKind | None = None
    contact_name: Line | None = None
    contact_phones: list[Line] | None = Rule(default=None, max_length=5)
    address: Line | None = None
    point: GeoPoint | None = None
    licences: list[Licence] | None = Rule(default=None, max_length=30)
    services: list[Line] | None = Rule(default=None, max_length=50)
    notes: Story | None = None


class OrganisationOut(Out):
    id: UUID
    community: str
    name: str
    kind: OrganisationKind
    contact_name: str | None
    contact_phones: list[str]
    address: str | None
    longitude: float | None
    latitude: float | None
    licences: list[Licence]
    services: list[str]
    notes: str | None
    details: dict[str, str]
    version: int
    updated_at: datetime
