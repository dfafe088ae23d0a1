"""Signed checkpoints: how far the chain had come and what its hash was, kept where whoever holds the database does not
reach. One line of JSON each, in a file that is only added to."""

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

HEADER = {"alg": "ES256"}
TAIL_BYTES = 4096
"""A line has less than a tenth of it."""


@dataclass(frozen=True)
class Checkpoint:
    """`count`: entries so far; `previous`: the `seq` of the checkpoint before, so that one taken out is missed.

    `proof` is the signature part of a JWS whose payload is everything else.
    """

    service: str
    seq: int
    hash: str
    count: int
    previous: int
    taken_at: str
    proof: str = ""

    def content(self) -> bytes:
        said = {name: value for name, value in asdict(self).items() if name != "proof"}
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()

    def signed(self, key: ECKey) -> "Checkpoint":
        compact = jws.serialize_compact(HEADER, self.content(), key, algorithms=["ES256"])
        return replace(self, proof=compact.rpartition(".")[2])

    def is_signed_by(self, keys: Sequence[ECKey]) -> bool:
        parts = (json.dumps(HEADER, separators=(",", ":")).encode(), self.content())
        head = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
        return any(holds(f"{head}.{self.proof}", key) for key in keys)


def holds(compact: str, key: ECKey) -> bool:
    try:
        jws.deserialize_compact(compact, key, algorithms=["ES256"])
    except (JoseError, ValueError):
        return False
    return True


def key_in(file: Path) -> ECKey:
    return ECKey.import_key(json.loads(file.read_text()))


def file_of(folder: Path, service: str) -> Path:
    return folder / f"{service}.jsonl"


def found_in(folder: Path, service: str) -> Path:
    """Among those of all services, or in a folder of its own, where no service can write to another's."""
    own = folder / service
    return file_of(own if own.is_dir() else folder, service)


def read(line: bytes) -> Checkpoint | None:
    """None for what is no checkpoint at all, e.g. a line that a full disk cut off."""
    try:
        said: Any = json.loads(line)
        known = Checkpoint(**said)
    except (ValueError, TypeError):
        return None
    kinds = {"seq": int, "count": int, "previous": int}
    return known if all(isinstance(said[name], kinds.get(name, str)) for name in said) else None


def every(file: Path) -> list[Checkpoint]:
    if not file.exists():
        return []
    return [known for line in file.read_bytes().splitlines() if (known := read(line)) is not None]


def last(file: Path) -> Checkpoint | None:
    if not file.exists():
        return None
    with file.open("rb") as lines:
        lines.seek(max(0, lines.seek(0, os.SEEK_END) - TAIL_BYTES))
        known = [one for line in lines.read().splitlines() if (one := read(line)) is not None]
    return known[-1] if known else None


def append(file: Path, checkpoint: Checkpoint) -> None:
    """On disk when it returns. Begins a new line first, in case the last one was cut off."""
    file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    line = json.dumps(asdict(checkpoint), separators=(",", ":"))
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        cut_off = os.fstat(descriptor).st_size > 0 and not file.read_bytes()[-1:] == b"\n"
        os.write(descriptor, f"{chr(10) if cut_off else ''}{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
