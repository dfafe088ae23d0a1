"""What the register and the stock hold already, as plain look-ups for judging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.resources.imports.goods import Item
from shared.spreadsheets.same_person import KnownPerson


@dataclass(frozen=True, slots=True)
class KnownRegister:
    """`people`, and record ids by the keys that `places.py`, `people.py` and `stock.py` compute.

    `households`: place key → {name key of the head, '' for none: id}; those without a place under '' by their head's id. `houses`: code of a rental house → its address.
    `items`: the catalogue; a fresh one where none is given.
    `filled`: record id → fields that have a value, so that a linked row says what it adds.
    """

    people: Sequence[KnownPerson] = ()
    households: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    communities: Mapping[str, str] = field(default_factory=dict)
    community_names: Sequence[str] = ()
    courtyards: Mapping[str, str] = field(default_factory=dict)
    courtyard_names: Sequence[str] = ()
    houses: Mapping[str, str] = field(default_factory=dict)
    house_ids: Mapping[str, str] = field(default_factory=dict)
    organisations: Mapping[str, str] = field(default_factory=dict)
    items: Sequence[Item] = ()
    lots: Mapping[str, str] = field(default_factory=dict)
    issues: Mapping[str, str] = field(default_factory=dict)
    filled: Mapping[str, frozenset[str]] = field(default_factory=dict)
