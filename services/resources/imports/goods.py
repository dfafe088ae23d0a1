"""Which item of the catalogue a list speaks of, and how it is counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.resources.catalogue.rules import by_name, spoken
from services.resources.imports.items import CATALOGUE, WORDS_OF, item_code
from shared.spreadsheets.cells import Amount, Total, total


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the catalogue. `goes_off`: nobody may hand it out without knowing until when it is good."""

    code: str
    names: tuple[str, ...]
    unit: str
    packs: Mapping[str, int] = field(default_factory=dict)
    goes_off: bool = False


FRESH_CATALOGUE = tuple(
    Item(word.code, (word.code, word.zh, word.en), word.base_unit, word.packs, word.perishable or word.min_days_left > 0)
    for word in CATALOGUE
)


class Goods:
    """The catalogue, and what the rows of one workbook add to it."""

    def __init__(self, items: Iterable[Item]) -> None:
        known = tuple(items) or FRESH_CATALOGUE
        self.by_code = {item.code: item for item in known}
        self.by_name = by_name((item, item.names) for item in known)
        self.new: dict[str, Item] = {}

    def find(self, written: str) -> Item | None:
        """By a name the catalogue has, else by the words that lists use for it."""
        return self.by_name.get(spoken(written)) or self.by_code.get(item_code(written)[0])

    def count(self, written: str, amount: Amount) -> tuple[str, Total]:
        """The item's code and how much of it; the first row of new goods says in what they are counted."""
        item = self.find(written) or self.new.get(spoken(written))
        if item is None:
            counted = total(amount)
            code = item_code(written)[0]
            self.new[spoken(written)] = Item(code, (written,), counted.unit)
            return code, counted
        word = WORDS_OF[item.code].unit if item.code in WORDS_OF else ""
        return item.code, total(amount, item.unit, word, item.packs)
