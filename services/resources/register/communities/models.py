"""A community 社区 (or a street, or a hub of many communities) that keeps its own register."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field as Rule
from sqlalchemy import UniqueConstraint
from sqlmodel import Field, String

from services.resources.tables import Table
from shared.db import Entity
from shared.types import Community as Slug
from shared.types import GeoPoint, In, Line, Out

CommunityKind = Literal["community", "street", "hub"]


class Community(Entity, Table, table=True):
    """`community` is its slug. By `reference_date` nominal ages (虚岁) are counted and left-out years filled in."""

    __tablename__ = "community"
    __table_args__ = (UniqueConstraint("community"),)

    name: str
    kind: CommunityKind = Field(default="community", sa_type=String)
    district: str | None = None
    reference_date: date | None = None
    longitude: float | None = None
    latitude: float | None = None


class CommunityIn(In):
    community: Slug
    name: Line = Rule(examples=["银桂社区"])
    kind: CommunityKind = "community"
    district: Line | None = None
    reference_date: date | None = Rule(default=None, description="Day on which its lists were true; default: today")
    point: GeoPoint | None = None


class CommunityPatch(In):
    name: Line | None = None
    kind: CommunityKind | None = None
    district: Line | None = None
    reference_date: date | None = None
    point: GeoPoint | None = None


class CommunityOut(Out):
    id: UUID
    community: str
    name: str
    kind: CommunityKind
    district: str | None
    reference_date: date | None
    longitude: float | None
    latitude: float | None
    version: int
    updated_at: datetime
