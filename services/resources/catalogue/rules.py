"""Names, packs and codes of the catalogue. Pure."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from shared.http.problems import invalid
from shared.types import GREATEST_COUNT

T = TypeVar("T")


def spoken(name: str) -> str:
    """A name as it is compared: full width narrowed, case and spaces gone."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def by_name(items: Iterable[tuple[T, Iterable[str]]]) -> dict[str, T]:
    """Every word an item goes by, as it is compared; the first item keeps a word that two claim."""
    found: dict[str, T] = {}
    for item, names in items:
        for name in names:
            found.setdefault(spoken(name), item)
    return found


def code_for(name: str) -> str:
    """A code for goods that nobody has named yet: the same for the same name, whoever reads the list."""
    return f"goods_{hashlib.sha256(spoken(name).encode()).hexdigest()[:12]}"


def in_base_units(
    quantity: int, pack: str | None, base_unit: str, packs: Mapping[str, int], field: str = "body",
) -> int:
    """Packs become base units on the way in; nothing behind this line counts packs. Raises `Invalid`."""
    if pack is None or pack == base_unit:
        return quantity
    if pack not in packs:
        raise invalid(f"{field}.pack", "该物资没有这种包装", "The item has no such pack", packs=dict(packs))
    units = quantity * packs[pack]
    if units > GREATEST_COUNT:
        raise invalid(f"{field}.quantity", "数量过大", "Too many", greatest=GREATEST_COUNT)
    return units
