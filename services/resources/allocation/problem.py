"""What a plan is made from, and what it says. Plain values that travel as JSON between processes."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ask(Value):
    """So many base units of one item for one community. `floor`: units for life-safety that come before all else.
    `weight` in percent: a need of 150 counts as one and a half times what it asks for."""

    id: str
    community: str
    item: str
    units: int = Field(gt=0)
    floor: int = Field(default=0, ge=0)
    weight: int = Field(default=100, ge=1, le=1000)
    purposes: tuple[str, ...] = ()


class Lot(Value):
    """Whole cartons of `pack` base units. With a restriction it serves asks alone that name it as a purpose."""

    id: str
    item: str
    pack: int = Field(gt=0)
    cartons: int = Field(ge=0)
    site: str
    expires_on: date | None = None
    restriction: str | None = None


class Swap(Value):
    """`given` may stand in for `wanted`: `used` units of it do the work of `served` units."""

    wanted: str
    given: str
    served: int = Field(gt=0)
    used: int = Field(gt=0)


class Past(Value):
    """What a community asked for and got in the days before, in units. Declined lines are in neither."""

    asked: int = Field(ge=0)
    got: int = Field(ge=0)


class Problem(Value):
    """`metres`: site → community → how far. An unknown distance counts as none."""

    asks: tuple[Ask, ...]
    lots: tuple[Lot, ...]
    swaps: tuple[Swap, ...] = ()
    past: dict[str, Past] = Field(default_factory=dict)
    metres: dict[str, dict[str, int]] = Field(default_factory=dict)
    today: date
    seed: int = 0


Step = Literal["floor", "fair_share"]
Limit = Literal["met", "none_in_stock", "used_up"]


class Given(Value):
    """Cartons of one lot for one ask. `units` of them are of use to it, in units of what it asked for."""

    ask: str
    lot: str
    cartons: int
    units: int


class Reason(Value):
    """Why an ask gets this much: units by the step that gave them, and what set the limit."""

    ask: str
    units: int
    by_step: dict[Step, int]
    limit: Limit


class Metrics(Value):
    """Fills are units of use ÷ units asked for, per community; `cumulative` ones count the days before, too.
    `carton_metres`: cartons × metres; `waste_units`: in cartons beyond what was asked for."""

    minimum_fill: float
    minimum_cumulative_fill: float
    gini: float
    jain: float
    total_units: int
    carton_metres: int
    waste_units: int
    unmet_by_item: dict[str, int]


class Proposal(Value):
    method: str
    given: tuple[Given, ...]
    reasons: tuple[Reason, ...]
    metrics: Metrics
