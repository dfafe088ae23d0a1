"""Retention classes as data: what, how long, what is done then, and where the period comes from."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, false

from shared.http.problems import Words
from shared.privacy.rights.holdings import Holding

Action = Literal["restrict", "anonymise", "delete"]
Source = Literal["read", "secondary", "own"]
"""`read`: in a collection of laws. `secondary`: said by others, not compared with the text. `own`: Linli's choice."""


@dataclass(frozen=True)
class RetentionClass:
    """`due(moment)`: the rows whose period had ended at that moment began before it, see `cutoff`. `anonymise` keeps
    codes, counts and dates, so that totals stay what they were. `holding` says what is blanked and whose key goes;
    `restricts` gives whom a row is about."""

    code: str
    what: Words
    months: int
    action: Action
    source: Source
    since: date
    due: Callable[[datetime], ColumnElement[bool]]
    holding: Holding
    restricts: Callable[[Any], UUID] | None = None

    def cutoff(self, as_of: datetime) -> datetime:
        """What began before it is due."""
        return months_before(as_of, self.months)

    @property
    def table(self) -> Any:
        return self.holding.table


def months_before(moment: datetime, months: int) -> datetime:
    """By the calendar; where that month is shorter, its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def forgets(
    table: type, what: Words, *, key: Callable[[Any], UUID] | None = None, deleted: bool = False,
    blanked: Mapping[str, Any] = MappingProxyType({}),
) -> Holding:
    """What of a row goes, for rows that are found by their age and not by whom they are about."""
    return Holding(table, what, lambda who: false(), (), key=key, blanked=blanked, deleted=deleted)
