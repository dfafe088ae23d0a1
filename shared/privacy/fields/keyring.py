"""Everybody's own key, wrapped, in a database apart: a backup of a service's database holds none of them.

Destroying a key makes what was sealed under it unreadable wherever it lies, in old backups too. A tombstone stays here
and in the service's own table `erased_subject`, by which `python -m deploy.seal` buries again whom an older copy of the
keyring would bring back.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
from cachetools import TTLCache
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.http.problems import Conflict, Words
from shared.privacy.fields.tokens import KeyName
from shared.privacy.fields.wrapping import KEY_BYTES, KeyUnknown, Wrapping

CONNECTIONS = 3
REMEMBERED_KEYS, REMEMBER_SECONDS = 5000, 30
"""A key that was destroyed elsewhere opens nothing any more after that time."""


class SubjectErased(Conflict):
    def __init__(self) -> None:
        super().__init__(Words("此人的资料已按其请求删除", "This person's data was erased at their request"), rule="erased")


class Keyring:
    """`place` is the URL of the keyring's database; `schema` is the service's own part of it."""

    def __init__(self, place: str, schema: str, wrapping: Wrapping) -> None:
        self._place, self._schema, self.wrapping = place, schema, wrapping
        self._pool: asyncpg.Pool | None = None
        self._known: TTLCache[KeyName, AESGCM] = TTLCache(REMEMBERED_KEYS, REMEMBER_SECONDS)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def _connected(self) -> asyncpg.Pool:
        """No connection stays open while nobody needs a key."""
        if self._pool is None:
            self._pool = asyncpg.create_pool(
                self._place, min_size=0, max_size=CONNECTIONS, timeout=5, command_timeout=10,
                max_inactive_connection_lifetime=60, server_settings={"application_name": f"linli_{self._schema}_keys"})
        await self._pool
        return self._pool

    async def opening(self, names: Iterable[KeyName]) -> Mapping[KeyName, AESGCM]:
        """The keys; those of whom was erased are left out. Raises `KeyUnknown` for any other that is not there: a keyring
        that was lost must not look like people who were erased."""
        wanted = set(names)
        keys = await self._held(wanted)
        missing = wanted - keys.keys()
        if missing and (lost := {name.subject for name in missing} - await self.destroyed(name.subject for name in missing)):
            raise KeyUnknown(f"{len(lost)} keys are not in the keyring")
        return keys

    async def destroyed(self, subjects: Iterable[UUID]) -> set[UUID]:
        """Which of them were erased."""
        rows = await (await self._connected()).fetch(
            f"select subject from {self._schema}.destroyed_subject where subject = any($1::uuid[])", list(set(subjects)))
        return {UUID(bytes=row["subject"].bytes) for row in rows}

    async def _held(self, names: Iterable[KeyName]) -> dict[KeyName, AESGCM]:
        wanted = set(names)
        known = {name: key for name in wanted if (key := self._known.get(name))}
        missing = wanted - known.keys()
        return known | (await self._fetched(missing) if missing else {})

    async def sealing(self, subjects: Iterable[UUID]) -> Mapping[UUID, tuple[KeyName, AESGCM]]:
        """The current key of each, made when they have none. Raises `SubjectErased`."""
        names = {subject: KeyName(subject, self.wrapping.current) for subject in set(subjects)}
        keys = await self._held(names.values())
        if missing := [name for name in names.values() if name not in keys]:
            await self._make(missing)
            keys |= await self._fetched(missing)
        return {subject: (name, keys[name]) for subject, name in names.items()}

    async def destroy(self, subject: UUID, now: datetime) -> None:
        await self.bury({subject: now})

    async def bury(self, subjects: Mapping[UUID, datetime]) -> None:
        """Destroys their keys; of those who are buried already nothing changes."""
        if not subjects:
            return
        async with (await self._connected()).acquire() as connection, connection.transaction():
            await connection.execute(
                f"insert into {self._schema}.destroyed_subject (subject, destroyed_at) "
                "select * from unnest($1::uuid[], $2::timestamptz[]) on conflict do nothing",
                list(subjects), list(subjects.values()))
            await connection.execute(
                f"delete from {self._schema}.subject_key where subject = any($1::uuid[])", list(subjects))
        for name in [name for name in self._known if name.subject in subjects]:
            self._known.pop(name, None)

    async def buried(self) -> dict[UUID, datetime]:
        """Everybody who was erased, and since when."""
        rows = await (await self._connected()).fetch(f"select subject, destroyed_at from {self._schema}.destroyed_subject")
        return {UUID(bytes=row["subject"].bytes): row["destroyed_at"] for row in rows}

    async def forget_others(self) -> None:
        """Keys of earlier generations, once nothing is sealed under them any more."""
        await (await self._connected()).execute(
            f"delete from {self._schema}.subject_key where key_id <> $1", self.wrapping.current)

    async def _fetched(self, names: Iterable[KeyName]) -> dict[KeyName, AESGCM]:
        names = list(names)
        rows = await (await self._connected()).fetch(
            f"select subject, key_id, wrapped from {self._schema}.subject_key "
            "where (subject, key_id) in (select * from unnest($1::uuid[], $2::text[]))",
            [name.subject for name in names], [name.key_id for name in names])
        keys = {}
        for row in rows:
            name = KeyName(UUID(bytes=row["subject"].bytes), row["key_id"])
            keys[name] = AESGCM(await self.wrapping.unwrap(name.key_id, row["wrapped"]))
        self._known.update(keys)
        return keys

    async def _make(self, names: list[KeyName]) -> None:
        """Of two who make the same key at once one wins, and both use it. Raises `SubjectErased`."""
        subjects = [name.subject for name in names]
        wrapped = [await self.wrapping.wrap(secrets.token_bytes(KEY_BYTES)) for _ in names]
        async with (await self._connected()).acquire() as connection, connection.transaction():
            if await connection.fetchval(
                    f"select exists (select from {self._schema}.destroyed_subject where subject = any($1))", subjects):
                raise SubjectErased()
            await connection.execute(
                f"insert into {self._schema}.subject_key (subject, key_id, wrapped) "
                "select * from unnest($1::uuid[], $2::text[], $3::bytea[]) on conflict do nothing",
                subjects, [name.key_id for name in names], wrapped)
