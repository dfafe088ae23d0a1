"""The lists that resources imports."""

from services.resources.imports.people_lists import ELDERS, HOUSEHOLDS, RENTAL_HOUSES, RESIDENTS
from services.resources.imports.place_lists import COMMUNITIES, COURTYARDS, ORGANISATIONS
from services.resources.imports.stock_lists import STOCK_ISSUES, STOCK_LOTS
from shared.spreadsheets.fields import ListKind

KINDS: dict[str, ListKind] = {
    kind.key: kind
    for kind in (
        RESIDENTS,
        ELDERS,
        HOUSEHOLDS,
        RENTAL_HOUSES,
        COURTYARDS,
        COMMUNITIES,
        ORGANISATIONS,
        STOCK_LOTS,
        STOCK_ISSUES,
    )
}

ROSTER_NEEDS = (
    "id_number",
    "phone",
    "birth_date",
    "address",
    "door",
    "building",
    "courtyard",
    "house_code",
    "relation",
    "head_name",
)
"""A list of people with none of these holds names only: it links and never creates."""

__all__ = ["KINDS", "ROSTER_NEEDS"]
