"""The signed result of a request: a JWS with ES256."""

import json
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

from shared.http.problems import Unavailable

TYPE = "linli-subject-request"


class ResultKey:
    """The service's own key, which also signs checkpoints of its log: `typ` tells the two apart. Read from its file when
    it is needed. Raises `Unavailable` where no such file was named."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._key: ECKey | None = None

    def load(self) -> ECKey:
        if self._key is None:
            if self._file is None or not self._file.exists():
                raise Unavailable(service="result_key")
            self._key = ECKey.import_key(json.loads(self._file.read_text()))
        return self._key

    def sign(self, result: dict[str, Any]) -> str:
        key = self.load()
        header = {"alg": "ES256", "typ": TYPE, "kid": key.thumbprint()}
        return jws.serialize_compact(header, canonical(result), key, algorithms=["ES256"])

    def published(self) -> dict[str, Any]:
        """As a JWK Set, so that a result can be verified anywhere."""
        key = self.load()
        return {"keys": [key.as_dict(private=False) | {"kid": key.thumbprint(), "use": "sig", "alg": "ES256"}]}


def canonical(result: dict[str, Any]) -> bytes:
    return json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_of(compact: str) -> dict[str, Any]:
    """What was signed, without looking at the signature."""
    return json.loads(jws.extract_compact(compact.encode()).payload)
