"""A sealed value as the database holds it: `s1.A256GCM.<key id>.<subject>.<nonce and ciphertext>`, base64url.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits; the place of the value (table, column, row) is associated
data, so that it opens nowhere else. Key id and subject say which key opens it.
"""

import base64
import json
import os
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Kind = Literal["text", "date", "list", "dict", "bytes"]

VERSION, ALGORITHM = "s1", "A256GCM"
EMPTY = "s0"
"""An empty list or mapping: there is nothing to seal."""
NONCE_BYTES = 12
EMPTY_OF: dict[Kind, Any] = {"text": "", "date": None, "list": [], "dict": {}, "bytes": b""}


class NotOpened(Exception):
    """The value was not sealed here: it was changed, moved from another place, or sealed under another key."""


class Token(str):
    """What stands in the database. A column of sealed values takes and gives nothing else."""

    @property
    def parts(self) -> list[str]:
        return self.split(".")

    @property
    def key(self) -> "KeyName":
        """Raises `NotOpened`."""
        try:
            version, algorithm, key_id, subject, _ = self.parts
            if (version, algorithm) != (VERSION, ALGORITHM):
                raise ValueError
            return KeyName(UUID(bytes=decoded(subject)), key_id)
        except ValueError:
            raise NotOpened from None


@dataclass(frozen=True, slots=True)
class KeyName:
    """Whose key, and which of theirs: `key_id` is the key-encryption key it was wrapped with."""

    subject: UUID
    key_id: str


@dataclass(frozen=True, slots=True)
class Place:
    table: str
    column: str
    row: str

    def bytes(self) -> bytes:
        return f"{self.table}\n{self.column}\n{self.row}".encode()


def sealed(value: Any, kind: Kind, place: Place, name: KeyName, key: AESGCM) -> Token:
    if kind != "text" and not value:
        return Token(EMPTY)
    nonce = os.urandom(NONCE_BYTES)
    payload = nonce + key.encrypt(nonce, as_bytes(value, kind), place.bytes())
    return Token(f"{VERSION}.{ALGORITHM}.{name.key_id}.{encoded(name.subject.bytes)}.{encoded(payload)}")


def opened(token: Token, kind: Kind, place: Place, key: AESGCM) -> Any:
    """Raises `NotOpened`."""
    try:
        payload = decoded(token.parts[4])
        return from_bytes(key.decrypt(payload[:NONCE_BYTES], payload[NONCE_BYTES:], place.bytes()), kind)
    except (InvalidTag, ValueError, IndexError):
        raise NotOpened from None


def empty_of(kind: Kind) -> Any:
    return EMPTY_OF[kind].copy() if kind in ("list", "dict") else EMPTY_OF[kind]


def as_bytes(value: Any, kind: Kind) -> bytes:
    if kind == "bytes":
        return value
    if kind == "date":
        return value.isoformat().encode()
    return value.encode() if kind == "text" else json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(plain: bytes, kind: Kind) -> Any:
    if kind == "bytes":
        return plain
    if kind == "date":
        return date.fromisoformat(plain.decode())
    return plain.decode() if kind == "text" else json.loads(plain)


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
