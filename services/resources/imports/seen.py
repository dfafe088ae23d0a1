"""What earlier rows of a workbook have made, whichever of its lists they stand in: one object for every judging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from services.resources.imports.goods import Goods
from services.resources.imports.known import KnownRegister
from shared.spreadsheets.outcomes import Accepted, Finding, Linked, Outcome, RowRef, ref_of
from shared.spreadsheets.records import Record
from shared.spreadsheets.tables import Table


class Seen:
    """Records by key: known ones, and those that earlier rows made."""

    def __init__(self, known: Mapping[str, str], filled: Mapping[str, frozenset[str]]) -> None:
        self.known, self.filled = known, filled
        self.rows: dict[str, tuple[RowRef | str, set[str]]] = {}

    def outcome(self, key: str, table: Table, record: Record, draft: Any, warnings: Sequence[Finding]) -> Outcome:
        ref, facts = ref_of(table, record), filled_fields(draft)
        if key not in self.rows and key in self.known:
            self.rows[key] = (self.known[key], set(self.filled.get(self.known[key], ())))
        if key not in self.rows:
            self.rows[key] = (ref, set(facts))
            return Accepted(ref, draft, tuple(warnings), record.raw)
        first, already = self.rows[key]
        adds = {name: value for name, value in facts.items() if name not in already and name != "name"}
        already |= set(adds)
        return Linked(ref, first, draft, adds, tuple(warnings), record.raw)


def filled_fields(draft: Any) -> dict[str, Any]:
    """The draft's own fields that hold something; what only locates it (extra text, keys) is left out."""
    own = (
        field.name
        for field in fields(draft)
        if field.name not in ("extra", "key", "person_key", "fingerprint", "person", "place", "point_text")
    )
    return {name: value for name in own if (value := getattr(draft, name)) not in (None, "", ())}


@dataclass(frozen=True, slots=True)
class SeenInWorkbook:
    """Two lists of one workbook often repeat each other (4月, 汇总): what stands in both is one record."""

    communities: Seen
    courtyards: Seen
    organisations: Seen
    houses: Seen
    goods: Goods
    lots: dict[str, RowRef | str]
    issues: dict[str, RowRef | str]


def seen_before(known: KnownRegister) -> SeenInWorkbook:
    """Before the first row: what is known already."""
    return SeenInWorkbook(
        Seen(known.communities, known.filled),
        Seen(known.courtyards, known.filled),
        Seen(known.organisations, known.filled),
        Seen(known.house_ids, known.filled),
        Goods(known.items),
        dict(known.lots),
        dict(known.issues),
    )
