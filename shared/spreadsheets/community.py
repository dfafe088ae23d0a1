"""Whose list is read, and when it was kept."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CommunityContext:
    """Whose list it is. Dates without a year belong to the year of the reference date."""

    slug: str
    name: str = ""
    reference_date: date | None = None
