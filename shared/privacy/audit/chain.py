"""What an entry's bytes are, and how each hash follows from the one before. The same in PostgreSQL (schema.py)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)

GENESIS = bytes(32)
"""What comes before the first entry."""


def body_of(entry: Mapping[str, Any]) -> str:
    """The text that is hashed, kept as it is. Without what is not known, in ASCII, and without `$` (see `appending`)."""
    known = {name: value for name, value in entry.items() if value is not None}
    return CANONICAL.encode(known).replace("$", "\\u0024")


def hash_of(previous: bytes, seq: int, body: str) -> bytes:
    return hashlib.sha256(previous + seq.to_bytes(8) + body.encode()).digest()


def appending(bodies: Iterable[str]) -> str:
    """The statement that appends them. As text, because it travels with the `commit` in one round trip, so that the
    lock of the chain is never held while this process does something else. No body can end its quotes: none has a `$`."""
    return f"select append_audit(array[{','.join(f'$audit${body}$audit$' for body in bodies)}])"
