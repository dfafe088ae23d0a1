"""The file of the issuer's private keys: a JWK, a PEM, or a JWK set, whose keys say from when they sign."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.identity.issuer.keys.rules import DatedKey, Keys
from shared.production import refuse_known_key

SIGNS_FROM = "signs_from"
"""A member of our own in the JWK (RFC 7517 §4 lets others pass over it); never published."""


def load(path: Path, *, may_create: bool) -> list[DatedKey]:
    """Raises `ValueError` when the first key is no P-256 private key, `FileNotFoundError` unless it may create one."""
    if may_create:
        create_once(path)
    keys = read(path.read_text().strip())
    if not keys or not keys[0].key.is_private:
        raise ValueError("SIGNING_KEY_FILE: the first key must be a private one")
    for one in keys:
        refuse_known_key(one.key.thumbprint())
    return keys


def read(text: str) -> list[DatedKey]:
    """Raises `ValueError`, which quotes nothing of the file."""
    try:
        if not text.startswith("{"):
            return [DatedKey(with_thumbprint(ECKey.import_key(text)))]
        document = json.loads(text)
        return [entry(key) for key in document.get("keys", [document])]
    except WrongCurve:
        raise ValueError("SIGNING_KEY_FILE: ES256 needs a key on P-256") from None
    except (JoseError, ValueError, TypeError, LookupError, AttributeError):
        raise ValueError("SIGNING_KEY_FILE holds no EC key as JWK, JWK set or PEM") from None


def entry(jwk: dict[str, Any]) -> DatedKey:
    known = {name: value for name, value in jwk.items() if name != SIGNS_FROM}
    signs_from = datetime.fromisoformat(jwk[SIGNS_FROM]) if SIGNS_FROM in jwk else None
    return DatedKey(with_thumbprint(ECKey.import_key(known)), signs_from)


class WrongCurve(Exception):
    pass


def with_thumbprint(key: ECKey) -> ECKey:
    """RFC 7638, so that the same key has the same name wherever it came from."""
    if key.curve_name != "P-256":
        raise WrongCurve()
    return ECKey.import_key(key.as_dict(private=key.is_private, kid=key.thumbprint()))


def new_key() -> ECKey:
    return with_thumbprint(ECKey.generate_key("P-256"))


def save(path: Path, keys: Keys) -> None:
    """In the place of the file, whole or not at all: a running issuer reads the old one or the new one."""
    document = {"keys": [
        key.key.as_dict(private=key.key.is_private) | ({SIGNS_FROM: key.signs_from.isoformat()} if key.signs_from else {})
        for key in keys
    ]}
    written(path, json.dumps(document)).rename(path)


def create_once(path: Path) -> None:
    """Only the first of several processes that start at once."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = written(path, json.dumps(ECKey.generate_key("P-256").as_dict(private=True)))
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()


def written(path: Path, text: str) -> Path:
    """A finished file beside `path`, readable by the same owner alone: root may rotate the keys of another account."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        if path.exists():
            os.fchown(file.fileno(), path.stat().st_uid, path.stat().st_gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return unfinished
