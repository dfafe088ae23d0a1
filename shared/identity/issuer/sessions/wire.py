"""Refresh tokens on the wire: `selector.secret`. The selector finds the row, the secret is compared by its hash."""

import hashlib
import hmac
import secrets
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = bytes(12)
"""Each key seals one message only: the secret it follows from is random and has one child."""


class Wire(NamedTuple):
    selector: str
    secret: str

    def __str__(self) -> str:
        return f"{self.selector}.{self.secret}"


def made() -> Wire:
    return Wire(secrets.token_urlsafe(16), secrets.token_urlsafe(32))


def parsed(text: str) -> Wire | None:
    selector, _, secret = text.partition(".")
    is_ours = text.isascii() and text.isprintable() and len(selector) == 22 and len(secret) == 43
    return Wire(selector, secret) if is_ours else None


def hashed(secret: str) -> str:
    """SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, secret_hash: str) -> bool:
    return hmac.compare_digest(hashed(secret), secret_hash)


def sealed(child: Wire, parent: Wire) -> bytes:
    """Only whoever presents the parent's secret again can have it opened: the table alone does not tell."""
    return AESGCM(key_of(parent)).encrypt(NONCE, str(child).encode(), parent.selector.encode())


def opened(child: bytes, parent: Wire) -> str:
    return AESGCM(key_of(parent)).decrypt(NONCE, child, parent.selector.encode()).decode()


def key_of(parent: Wire) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"linli lost reply").derive(parent.secret.encode())
