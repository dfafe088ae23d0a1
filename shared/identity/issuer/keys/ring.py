"""The keys of a running issuer: read again whenever their file is replaced, and chosen by the clock."""

from pathlib import Path

from joserfc.jwk import ECKey, KeySet

from shared.clock import Clock
from shared.identity.issuer.keys import rules
from shared.identity.issuer.keys.file import load
from shared.logs import log, what_failed

Stamp = tuple[int, int, int]


class KeyRing:
    """Also the `Keys` by which the issuer verifies its own tokens. Raises `ValueError` for an unusable file at first;
    later it keeps what it had and says so."""

    def __init__(self, path: Path, clock: Clock, *, may_create: bool) -> None:
        self._path, self._clock = path, clock
        self._keys = load(path, may_create=may_create)
        self._stamp = stamp_of(path)
        self._shown: tuple[tuple[str, ...], KeySet] = ((), KeySet([]))
        rules.signing(self._keys, clock())

    @property
    def signing(self) -> ECKey:
        return rules.signing(self._read(), self._clock()).key

    @property
    def published(self) -> KeySet:
        """The same object as long as the same keys are published."""
        keys = [key.key for key in rules.published(self._read(), self._clock())]
        names = tuple(key.kid for key in keys)
        if names != self._shown[0]:
            self._shown = names, KeySet([public_half(key) for key in keys])
        return self._shown[1]

    async def current(self) -> KeySet:
        return self.published

    async def refreshed(self) -> KeySet:
        return self.published

    def _read(self) -> list[rules.DatedKey]:
        try:
            if (stamp := stamp_of(self._path)) != self._stamp:
                self._stamp = stamp
                self._keys = load(self._path, may_create=False)
                log.info("signing_keys.read", keys=len(self._keys))
        except (OSError, ValueError) as error:
            log.warning("signing_keys.unusable", **what_failed(error))
        return self._keys


def stamp_of(path: Path) -> Stamp:
    """Of the file that is there now: a replaced one is another inode."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def public_half(key: ECKey) -> ECKey:
    return ECKey.import_key(key.as_dict(private=False, use="sig", alg="ES256"))
