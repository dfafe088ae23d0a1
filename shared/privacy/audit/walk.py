"""Follows a chain entry by entry, and says where it is broken."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from shared.privacy.audit.chain import GENESIS, hash_of

TEXTS = ("actor", "action", "kind", "community", "purpose", "outcome")
IDS = ("subject_id", "resident_id")
COLUMNS = ", ".join(("seq", "at", *TEXTS, *IDS, "prev_hash", "hash", "body"))

Wrong = Literal["missing", "unlinked", "changed"]
"""`missing`: the number leaps. `unlinked`: it does not follow from the one before. `changed`: its hash is another."""


@dataclass
class Walk:
    """As far as the chain is whole: the number and hash of its last good entry."""

    seq: int = 0
    hash: bytes = GENESIS

    def step(self, entry: Mapping[str, Any]) -> Wrong | None:
        """Goes on to the next entry by `seq`, unless something is wrong with it."""
        wrong = self.wrong_with(entry)
        if wrong is None:
            self.seq, self.hash = entry["seq"], bytes(entry["hash"])
        return wrong

    def wrong_with(self, entry: Mapping[str, Any]) -> Wrong | None:
        if entry["seq"] != self.seq + 1:
            return "missing"
        if bytes(entry["prev_hash"]) != self.hash:
            return "unlinked"
        body = entry["body"]
        if bytes(entry["hash"]) != hash_of(self.hash, entry["seq"], body) or not repeats(entry, body):
            return "changed"
        return None


def repeats(entry: Mapping[str, Any], body: str) -> bool:
    """Whether the columns, by which entries are found, say what the body says."""
    said = json.loads(body)
    return (
        datetime.fromisoformat(said["at"]) == entry["at"]
        and all(entry[name] == said.get(name) for name in TEXTS)
        and all((None if entry[name] is None else str(entry[name])) == said.get(name) for name in IDS)
    )
