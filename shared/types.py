"""The units Linli counts in, as types: whole numbers for money, time and goods, aware moments, half-open intervals."""

from datetime import UTC, date, datetime
from typing import Annotated, Self
from uuid import UUID

import uuid_utils
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.events.envelope import Code, Community, Severity

__all__ = [
    "Code", "Community", "Day", "Fen", "GeoPoint", "In", "Interval", "Line", "Minutes", "Moment", "Out", "Quantity",
    "Severity", "Story", "Title", "new_id",
]

GREATEST_COUNT = 1_000_000_000
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
"""Between them every sum of days and every change of time zone stays a date."""

Fen = Annotated[int, Field(strict=True, ge=-GREATEST_COUNT * 1000, le=GREATEST_COUNT * 1000)]
Minutes = Annotated[int, Field(strict=True, ge=0, le=60 * 24 * 366)]
Quantity = Annotated[int, Field(strict=True, gt=0, le=GREATEST_COUNT)]

Day = Annotated[date, Field(ge=EARLIEST, lt=LATEST)]
Moment = Annotated[AwareDatetime, Field(
    ge=datetime.combine(EARLIEST, datetime.min.time(), UTC), lt=datetime.combine(LATEST, datetime.min.time(), UTC))]


def storable(text: str) -> str:
    """PostgreSQL text cannot hold NUL; other control characters only hide things from a reader."""
    if any(ord(character) < 32 and character not in "\n\t\r" for character in text):
        raise ValueError("control characters are not allowed")
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(storable)]
Story = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(storable)]


def new_id() -> UUID:
    """UUIDv7: sorts by time of making, so that a keyset page by id is a page by age."""
    return UUID(int=uuid_utils.uuid7().int)


class In(BaseModel):
    """What a caller sends. A field nobody knows is refused, not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What a caller gets, read straight from the row."""

    model_config = ConfigDict(from_attributes=True)


class GeoPoint(In):
    """WGS-84 degrees."""

    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)


class Interval(In):
    """Half-open: `starts_at` belongs to it, `ends_at` does not."""

    starts_at: Moment
    ends_at: Moment

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at must be later than starts_at")
        return self
