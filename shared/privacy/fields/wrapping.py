"""The keys that wrap everybody's keys, from a file or, behind the same interface, from a key management service."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32


class KeyUnknown(Exception):
    """The file has no key of this name (any more), or the key wraps something else."""


class Wrapping(Protocol):
    """What a key management service must offer; none of its keys ever leaves it."""

    @property
    def current(self) -> str:
        """Name of the key that new keys are wrapped with."""

    async def wrap(self, key: bytes) -> bytes:
        """By the current key."""

    async def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Raises `KeyUnknown`."""


@dataclass(frozen=True)
class FieldKeys:
    """`{"current": "k20261125-1", "keys": {"k20261125-1": base64 of 32 bytes, …}, "index": base64 of 32 bytes}`.

    Wrapping is AES Key Wrap (RFC 3394). `index` is the key of the blind indexes; it is not rotated with the others,
    because every index would have to be made anew.
    """

    current: str
    keys: Mapping[str, bytes]
    index: bytes

    @classmethod
    def read(cls, path: Path) -> "FieldKeys":
        """Raises `ValueError` that names what is wrong with the file, and nothing of what is in it."""
        try:
            document = json.loads(path.read_text())
            keys = {name: base64.b64decode(key) for name, key in document["keys"].items()}
            index = base64.b64decode(document["index"])
            current = document["current"]
        except (ValueError, LookupError, TypeError, AttributeError):
            raise ValueError("FIELD_KEYS_FILE is not a file of field keys") from None
        if current not in keys or any(len(key) != KEY_BYTES for key in (*keys.values(), index)):
            raise ValueError("FIELD_KEYS_FILE: keys have 32 bytes, and `current` names one of them")
        return cls(current, keys, index)

    def index_key(self, field: str) -> bytes:
        """Another one for every column (HKDF, RFC 5869): equal values in two columns do not look alike."""
        return HKDF(SHA256(), KEY_BYTES, None, f"linli blind index {field}".encode()).derive(self.index)


class FileOfKeys:
    """Wraps by the keys of a file, which is read again when it has changed: a new key is taken up without a restart."""

    def __init__(self, path: Path) -> None:
        self._path, self._changed_at = path, path.stat().st_mtime_ns
        self._keys = FieldKeys.read(path)

    @property
    def current(self) -> str:
        return self._fresh().current

    async def wrap(self, key: bytes) -> bytes:
        keys = self._fresh()
        return aes_key_wrap(keys.keys[keys.current], key)

    async def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._fresh().keys[key_id], wrapped)
        except (KeyError, InvalidUnwrap):
            raise KeyUnknown(key_id) from None

    def index_key(self, field: str) -> bytes:
        return self._keys.index_key(field)

    def _fresh(self) -> FieldKeys:
        if (changed_at := self._path.stat().st_mtime_ns) != self._changed_at:
            self._keys, self._changed_at = FieldKeys.read(self._path), changed_at
        return self._keys
