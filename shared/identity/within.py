"""How far a permission reaches for somebody: whole communities, and single rows of others by a relation."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, or_

from shared.identity.policy import EVERYWHERE


@dataclass(frozen=True)
class Within:
    """One and the same for a list (`predicate`) and for one row (`found(within=…)`, `locked(within=…)`).

    `asked`: only this one community, when the caller asked for it.
    """

    column: Any
    whole: frozenset[str]
    related: tuple[ColumnElement[bool], ...] = ()
    asked: str | None = None

    @property
    def predicate(self) -> ColumnElement[bool]:
        whole = self.column.is_not(None) if EVERYWHERE in self.whole else self.column.in_(sorted(self.whole))
        reached = or_(false(), whole, *self.related) if self.related else whole
        return reached if self.asked is None else (self.column == self.asked) & reached

    def covers(self, community: str) -> bool:
        """Whether no relation needs to be looked at."""
        return bool(self.whole & {community, EVERYWHERE}) and self.asked in (None, community)
