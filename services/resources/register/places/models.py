"""Places of a community, one id space: a community holds courtyards 院落/小区, those buildings, those households.

`key` is what two spellings of one place have in common: an import finds by it the place that is there already. It
follows the names; what it was before stays among `former_keys` (of a courtyard: the former names).
"""

from datetime import datetime
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.resources.tables import Table
from shared.db import Entity
from shared.privacy.fields.columns import Sealing, sealed
from shared.types import Community, GeoPoint, In, Line, Out

Count = int | None
COUNT = Rule(default=None, ge=0, le=1_000_000)


class Courtyard(Entity, Table, table=True):
    """院落, 小区, an urban village's row of houses, a villagers' group, or a community of a street."""

    __tablename__ = "courtyard"
    __table_args__ = (
        UniqueConstraint("community", "key"),
        CheckConstraint("building_count >= 0 and household_count >= 0", "counts"),
    )

    key: str
    name: str
    former_names: list[str] = Field(default_factory=list, sa_type=JSONB)
    number: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    building_count: int | None = None
    household_count: int | None = None
    gate: str | None = None
    built_year: int | None = None
    management: str | None = None
    contact_name: str | None = sealed(default=None)
    contact_phones: list[str] = sealed("list", default_factory=list)
    details: dict = sealed("dict", default_factory=dict)


class Building(Entity, Table, table=True):
    """Part of a courtyard, or a house with an address of its own. A rental house 出租屋 has a `code` such as CZW001.

    What is written of an owner who is a resident is sealed under their key, and goes with them.
    """

    __tablename__ = "building"
    __sealing__ = Sealing(
        lambda building: building.owner_id or building.id, depends_on="owner_id",
        found_by={"owner_id_number": lambda number: [number], "owner_phones": list})
    __table_args__ = (
        UniqueConstraint("community", "key"),
        CheckConstraint("unit_count >= 0 and storeys >= 0 and rooms >= 0", "counts"),
    )

    key: str
    former_keys: list[str] = Field(default_factory=list, sa_type=JSONB)
    name: str
    courtyard_id: UUID | None = Field(default=None, foreign_key="courtyard.id", index=True)
    code: str | None = None
    address: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    is_rental: bool = False
    unit_count: int | None = None
    storeys: int | None = None
    rooms: int | None = None
    owner_name: str | None = sealed(default=None)
    owner_phones: list[str] = sealed("list", default_factory=list)
    owner_id_number: str | None = sealed(default=None)
    owner_id: UUID | None = Field(default=None, index=True)
    details: dict = sealed("dict", default_factory=dict)


class Household(Entity, Table, table=True):
    """The people behind one door, or under one number 户号; `ordinal` tells several households of one door apart.

    `head_id` is the resident 户主, when the register knows one.
    """

    __tablename__ = "household"
    __table_args__ = (
        UniqueConstraint("community", "key", "ordinal"),
        CheckConstraint("people_count >= 0", "people_count"),
    )

    key: str
    former_keys: list[str] = Field(default_factory=list, sa_type=JSONB)
    ordinal: int = 1
    number: str | None = None
    courtyard_id: UUID | None = Field(default=None, foreign_key="courtyard.id", index=True)
    building_id: UUID | None = Field(default=None, foreign_key="building.id", index=True)
    unit: str | None = None
    door: str | None = None
    address: str | None = None
    head_id: UUID | None = Field(default=None, index=True)
    people_count: int | None = None
    details: dict = sealed("dict", default_factory=dict)


class CourtyardIn(In):
    community: Community
    name: Line
    former_names: list[Line] = Rule(default_factory=list, max_length=10)
    number: Line | None = None
    point: GeoPoint | None = None
    building_count: Count = COUNT
    household_count: Count = COUNT
    gate: Line | None = None
    built_year: int | None = Rule(default=None, ge=1800, le=2200)
    management: Line | None = None
    contact_name: Line | None = None
    contact_phones: list[Line] = Rule(default_factory=list, max_length=5)
    details: dict[Line, Line] = Rule(default_factory=dict, max_length=50)


class CourtyardPatch(In):
    name: Line | None = None
    former_names: list[Line] | None = Rule(default=None, max_length=10)
    number: Line | None = None
    point: GeoPoint | None = None
    building_count: Count = COUNT
    household_count: Count = COUNT
    gate: Line | None = None
    built_year: int | None = Rule(default=None, ge=1800, le=2200)
    management: Line | None = None
    contact_name: Line | None = None
    contact_phones: list[Line] | None = Rule(default=None, max_length=5)
    details: dict[Line, Line] | None = Rule(default=None, max_length=50)


class CourtyardOut(Out):
    id: UUID
    community: str
    name: str
    former_names: list[str]
    number: str | None
    longitude: float | None
    latitude: float | None
    building_count: int | None
    household_count: int | None
    gate: str | None
    built_year: int | None
    management: str | None
    contact_name: str | None
    contact_phones: list[str]
    details: dict[str, str]
    version: int
    updated_at: datetime


class BuildingIn(In):
    community: Community
    name: Line
    courtyard_id: UUID | None = None
    code: Line | None = Rule(default=None, examples=["CZW001"])
    address: Line | None = None
    point: GeoPoint | None = None
    is_rental: bool = False
    unit_count: Count = COUNT
    storeys: Count = COUNT
    rooms: Count = COUNT
    owner_id: UUID | None = Rule(default=None, description="Resident who owns it")
    owner_name: Line | None = None
    owner_phones: list[Line] = Rule(default_factory=list, max_length=5)
    details: dict[Line, Line] = Rule(default_factory=dict, max_length=50)


class BuildingPatch(In):
    name: Line | None = None
    address: Line | None = None
    point: GeoPoint | None = None
    is_rental: bool | None = None
    unit_count: Count = COUNT
    storeys: Count = COUNT
    rooms: Count = COUNT
    owner_id: UUID | None = None
    owner_name: Line | None = None
    owner_phones: list[Line] | None = Rule(default=None, max_length=5)
    details: dict[Line, Line] | None = Rule(default=None, max_length=50)


class BuildingOut(Out):
    """`masked`: name and telephones of the owner show only what recognises somebody one knows; details are left out."""

    id: UUID
    community: str
    name: str
    courtyard_id: UUID | None
    code: str | None
    address: str | None
    longitude: float | None
    latitude: float | None
    is_rental: bool
    unit_count: int | None
    storeys: int | None
    rooms: int | None
    owner_id: UUID | None
    owner_name: str | None
    owner_phones: list[str]
    masked: bool = Rule(default=False, description="The owner's name and telephone are not shown in full")
    details: dict[str, str]
    version: int
    updated_at: datetime


class HouseholdIn(In):
    community: Community
    number: Line | None = Rule(default=None, description="户号", examples=["LGH00001"])
    courtyard_id: UUID | None = None
    building_id: UUID | None = None
    unit: Line | None = None
    door: Line | None = None
    address: Line | None = None
    head_id: UUID | None = None
    people_count: Count = COUNT


class HouseholdPatch(In):
    number: Line | None = None
    head_id: UUID | None = None
    people_count: Count = COUNT


class HouseholdOut(Out):
    id: UUID
    community: str
    ordinal: int
    number: str | None
    courtyard_id: UUID | None
    building_id: UUID | None
    unit: str | None
    door: str | None
    address: str | None
    head_id: UUID | None
    people_count: int | None
    details: dict[str, str]
    version: int
    updated_at: datetime
