"""Packs become base units. Pure."""

from collections.abc import Mapping

from shared.http.problems import invalid
from shared.types import GREATEST_COUNT


def in_base_units(
    quantity: int, pack: str | None, base_unit: str, packs: Mapping[str, int], field: str = "body",
) -> int:
    """On the way in; nothing behind this line counts packs. Raises `Invalid`."""
    if pack is None or pack == base_unit:
        return quantity
    if pack not in packs:
        raise invalid(f"{field}.pack", "该物资没有这种包装", "The item has no such pack", packs=dict(packs))
    units = quantity * packs[pack]
    if units > GREATEST_COUNT:
        raise invalid(f"{field}.quantity", "数量过大", "Too many", greatest=GREATEST_COUNT)
    return units
