"""What two spellings of one place have in common, the keys by which lists, too, find it; how owners are shown."""

from services.resources.register.places.models import BuildingOut
from shared.privacy.masks import masked_name, masked_phone
from shared.spreadsheets.cells import compact, text
from shared.spreadsheets.places import Place, bare


def courtyard_key(name: str) -> str:
    return bare(text(name))


def building_key(courtyard_name: str, name: str, code: str | None) -> str:
    """A rental house is known by its code alone."""
    return compact(text(code)) if code else Place(courtyard=text(courtyard_name), building=text(name)).key


def household_key(
    *, number: str | None, courtyard_name: str, building_name: str, code: str, unit: str, door: str, address: str,
) -> str:
    """By its number 户号, else by its door, else by its address; '' when nothing of it is known."""
    if number:
        return f"no:{text(number)}"
    return Place(
        text(courtyard_name), text(building_name), text(unit), text(door), house_code=compact(text(code)),
        address=text(address)).key


def masked(building: BuildingOut) -> BuildingOut:
    """Enough to recognise an owner one knows. Details may hold an owner's numbers as some list wrote them."""
    return building.model_copy(update={
        "masked": True,
        "owner_name": masked_name(building.owner_name) if building.owner_name else None,
        "owner_phones": [masked_phone(phone) for phone in building.owner_phones],
        "details": {},
    })
