"""A log that tests fill, tamper with as whoever holds the database could, and have verified."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from deploy.databases import BACKUP
from deploy.keys import Keys
from deploy.verbs.audit import Place, verdict_on
from shared.clock import system_clock
from shared.jobs import run_once
from shared.privacy.audit import record
from shared.privacy.audit.chain import body_of
from shared.privacy.audit.checkpoints import file_of, key_in
from shared.privacy.audit.notary import checkpointing, saying
from shared.privacy.audit.verify import Verdict
from shared.reach import EVERYWHERE
from shared.testing import TestService
from shared.testing.databases import secret

SERVICE = "volunteer"


@dataclass
class Logbook:
    service: TestService
    folder: Path
    nats_url: str | None = None

    @property
    def keys(self) -> Keys:
        return Keys(Path(os.environ["TEST_SECRETS"]))

    @property
    def file(self) -> Path:
        return file_of(self.folder, SERVICE)

    @property
    def signing_key(self) -> Any:
        return key_in(self.keys.audit_key(SERVICE))

    def url(self, role: str) -> str:
        place = urlsplit(self.service.state.settings.database_url)
        return place._replace(netloc=f"{role}@{place.netloc.rpartition('@')[2]}").geturl()

    async def write(self, entries: int, each: int = 1) -> None:
        """In transactions of their own, or `each` in one."""
        for _ in range(entries // each):
            async with self.service.state.database.transaction(EVERYWHERE) as tx:
                for _ in range(each):
                    record(tx, "test.written", kind="test", community="yingui", purpose="care")

    async def checkpoint(self, now: Any = None) -> None:
        """As the job does it at that moment."""
        state = self.service.state
        settings = state.settings.model_copy(update={
            "audit_checkpoints_dir": self.folder, "audit_key_file": self.keys.audit_key(SERVICE)})
        [job] = checkpointing(SERVICE, settings, state.tables.audit, saying(state.tables, state.checkpointed))
        while await run_once(job, state.database, now or system_clock(), lambda: None):
            continue

    async def age(self, by: timedelta, first: int = 1) -> None:
        """Makes the chain anew as if what follows from `first` on had been written so long ago."""
        def older(seq: int, body: str) -> str:
            if seq < first:
                return body
            said = json.loads(body)
            said["at"] = (datetime.fromisoformat(said["at"]) - by).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            return body_of(said)

        await self.rebuild(older)

    async def tamper(self, *statements: str) -> None:
        """A superuser whom no trigger stops."""
        connection = await asyncpg.connect(self.url("postgres"), password=secret("postgres"))
        try:
            await connection.execute("set session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def rebuild(self, change: Callable[[int, str], str]) -> None:
        """Writes the whole chain anew, with every hash right, as somebody would who knows how it is made."""
        connection = await asyncpg.connect(self.url("postgres"), password=secret("postgres"))
        try:
            await connection.execute("set session_replication_role = replica")
            previous = bytes(32)
            for row in await connection.fetch("select seq, body from audit_entry order by seq"):
                body = change(row["seq"], row["body"])
                digest = hashlib.sha256(previous + row["seq"].to_bytes(8) + body.encode()).digest()
                await connection.execute(
                    "update audit_entry set body = $2, prev_hash = $3, hash = $4, purpose = $2::text::jsonb ->> 'purpose', "
                    "at = ($2::text::jsonb ->> 'at')::timestamptz where seq = $1", row["seq"], body, previous, digest)
                previous = digest
        finally:
            await connection.close()

    @property
    def place(self) -> Place:
        return Place({SERVICE: self.url(BACKUP)}, self.keys, self.folder, self.nats_url)

    async def verdict(self) -> Verdict:
        return await verdict_on(self.place, SERVICE)

    async def found(self) -> list[tuple[str, int]]:
        """What is wrong, and from which entry on."""
        return [(finding.code, finding.seq) for finding in (await self.verdict()).findings]
