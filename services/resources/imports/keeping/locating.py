"""The courtyard, building and household a row speaks of: found in the book, or added to it."""

import re

from services.resources.imports.book import Book
from services.resources.register.places.models import Building, Courtyard, Household
from services.resources.register.places.rules import building_key, courtyard_key
from shared.spreadsheets.cells import compact
from shared.spreadsheets.places import Place

COMMUNITY_ENDS = re.compile(r"(?:社区居民委员会|社区居委会|居民委员会|村民委员会|社区|居委会|村委会|街道)$")


def courtyard_name(place: Place, community_name: str) -> str:
    """In a street's list its member community; in a community's own address the villagers' group; else the courtyard."""
    if place.sub_community:
        return place.sub_community
    if place.courtyard and not is_same(place.courtyard, community_name):
        return place.courtyard
    return place.group


def is_same(name: str, community_name: str) -> bool:
    return COMMUNITY_ENDS.sub("", compact(name)) == COMMUNITY_ENDS.sub("", compact(community_name))


def building_name(place: Place) -> str:
    return place.courtyard + place.building if place.sub_community else place.building


def locate_courtyard(book: Book, place: Place) -> Courtyard | None:
    name = courtyard_name(place, book.community.name)
    return courtyard_named(book, name) if name else None


def courtyard_named(book: Book, name: str) -> Courtyard:
    key = courtyard_key(name)
    if key not in book.courtyard_by_key:
        book.courtyard_by_key[key] = book.courtyards.add(community=book.community.slug, key=key, name=name)
    return book.courtyard_by_key[key]


def locate_building(book: Book, place: Place) -> Building | None:
    courtyard, name, code = locate_courtyard(book, place), building_name(place), place.house_code or None
    if not (name or code):
        return None
    key = building_key(courtyard.name if courtyard else "", name, code)
    if key not in book.building_by_key:
        book.building_by_key[key] = book.buildings.add(
            community=book.community.slug, key=key, name=name or code, code=code, is_rental=code is not None,
            courtyard_id=courtyard.id if courtyard else None)
    return book.building_by_key[key]


def locate_household(book: Book, key: str, place: Place, number: str, *, another: bool = False) -> Household | None:
    """The first household of that key; `another`: one more behind the same door. None when nothing tells where it is."""
    known = book.households_by_key[key]
    if not key and not another:
        return None
    if known and not another:
        return known[0]
    courtyard, building = locate_courtyard(book, place), locate_building(book, place)
    household = book.households.add(
        community=book.community.slug, key=key, ordinal=max((one.ordinal for one in known if one.key == key), default=0) + 1, number=number or None,
        courtyard_id=courtyard.id if courtyard else None, building_id=building.id if building else None,
        unit=place.unit or None, door=place.door or None, address=address_of(place))
    known.append(household)
    return household


def address_of(place: Place) -> str | None:
    """As it was written in one cell, or put together from its parts."""
    return place.address or "".join((place.courtyard, place.building, place.unit, place.door)) or None
