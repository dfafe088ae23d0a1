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
    "house_code",
    "relation",
    "head_name",
)
"""A list of people with none of these holds names only: it links and never creates."""

BESIDE_A_PLACE = ("sex", "age", "household_number", "residence", "registered_address")
"""A courtyard or a building alone tells only which person is meant; with one of these it is a register."""
