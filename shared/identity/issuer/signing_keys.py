"""The issuer's private key, and the public ones it publishes."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet


@dataclass(frozen=True)
class SigningKeys:
    """`current` signs; `published` also holds the keys before and after it, so that a rotation breaks no token."""

    current: ECKey
    published: KeySet


def load(path: Path, *, may_create: bool) -> SigningKeys:
    """A JWK, a PEM, or a JWK set whose first key signs. Raises `ValueError` when that is no P-256 private key."""
    if may_create:
        create_once(path)
    keys = [with_thumbprint(key) for key in read(path)]
    if not keys or not keys[0].is_private:
        raise ValueError("SIGNING_KEY_FILE: the first key must be a private one")
    return SigningKeys(keys[0], KeySet([public_half(key) for key in keys]))


def read(path: Path) -> list[ECKey]:
    text = path.read_text().strip()
    try:
        if not text.startswith("{"):
            return [ECKey.import_key(text)]
        document = json.loads(text)
        return [ECKey.import_key(key) for key in document.get("keys", [document])]
    except (JoseError, ValueError, TypeError, LookupError):
        raise ValueError("SIGNING_KEY_FILE holds no EC key as JWK, JWK set or PEM") from None


def with_thumbprint(key: ECKey) -> ECKey:
    """RFC 7638, so that the same key has the same name wherever it came from."""
    if key.curve_name != "P-256":
        raise ValueError("SIGNING_KEY_FILE: ES256 needs a key on P-256")
    return ECKey.import_key(key.as_dict(private=key.is_private, kid=key.thumbprint()))


def public_half(key: ECKey) -> ECKey:
    return ECKey.import_key(key.as_dict(private=False, use="sig", alg="ES256"))


def create_once(path: Path) -> None:
    """Whole or not at all, and only the first of several processes that start at once."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(ECKey.generate_key("P-256").as_dict(private=True), file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
