"""The job that takes checkpoints: every five minutes or thousand entries, and of a chain that is whole alone."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from prometheus_client import Gauge
from sqlalchemy import MetaData, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.events import Payload
from shared.jobs import Job
from shared.logs import log
from shared.messaging.outbox import emit
from shared.messaging.tables import SpeakerTables
from shared.privacy.audit import checkpoints
from shared.privacy.audit.checkpoints import Checkpoint
from shared.privacy.audit.models import AuditEntryRow
from shared.privacy.audit.walk import Walk, Wrong
from shared.types import new_id

LOOK_EVERY_SECONDS = 10.0
AFTER = timedelta(minutes=5)
AFTER_ENTRIES = 1000
AT_ONCE = 2000
"""Entries between two checkpoints at most: walking them takes the process some tens of milliseconds."""
COMMUNITY = "hub"
"""The log is a service's, not a community's; what is said of it is for those who look after all."""

Say = Callable[[AsyncSession, Checkpoint], None]

HEAD = Gauge("linli_audit_checkpoint_seq", "The last entry under a signed checkpoint", ["service"])
BROKEN = Gauge("linli_audit_broken", "The first entry that does not follow from the last checkpoint; 0: none", ["service"])


@dataclass(frozen=True)
class Chain:
    """What the event is about: the log of one service. Its `version` grows with it."""

    id: UUID
    version: int
    metadata: MetaData
    community: str = COMMUNITY


class Notary:
    """`say` tells others of a checkpoint, in the transaction it was taken in."""

    def __init__(self, service: str, audit: type[AuditEntryRow], folder: Path, key_file: Path, say: Say) -> None:
        self.service, self.say = service, say
        self.file = checkpoints.file_of(folder, service)
        self.key = checkpoints.key_in(key_file)
        self.entries = audit.__table__

    async def look(self, tx: AsyncSession, now: datetime) -> bool:
        """True when more is waiting. The file comes before the event: what is said of a checkpoint is always there."""
        known = await asyncio.to_thread(checkpoints.last, self.file)
        head = await tx.scalar(select(self.entries.c.seq).order_by(self.entries.c.seq.desc()).limit(1)) or 0
        if not due(known, head, now):
            return False
        walk = Walk(known.seq, bytes.fromhex(known.hash)) if known else Walk()
        if wrong := await self.walked(tx, walk, known):
            self.complain(walk.seq + 1, wrong)
            return False
        if known and walk.seq == known.seq:
            return False
        taken = Checkpoint(self.service, walk.seq, walk.hash.hex(), walk.seq, known.seq if known else 0,
                           now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        taken = taken.signed(self.key)
        await asyncio.to_thread(checkpoints.append, self.file, taken)
        BROKEN.labels(self.service).set(0)
        HEAD.labels(self.service).set(taken.seq)
        self.say(tx, taken)
        return walk.seq < head

    async def walked(self, tx: AsyncSession, walk: Walk, known: Checkpoint | None) -> Wrong | None:
        """Goes on from the last checkpoint, whose own entry must still be what it was."""
        columns = self.entries
        if known is not None:
            hash = await tx.scalar(select(columns.c.hash).where(columns.c.seq == known.seq))
            if hash is None or bytes(hash) != walk.hash:
                return "missing" if hash is None else "changed"
        following = select(columns).where(columns.c.seq > walk.seq).order_by(columns.c.seq).limit(AT_ONCE)
        for number, entry in enumerate((await tx.exec(following)).mappings()):
            if wrong := walk.step(entry):
                return wrong
            if number % 200 == 199:
                await asyncio.sleep(0)
        return None

    def complain(self, seq: int, wrong: Wrong) -> None:
        BROKEN.labels(self.service).set(seq)
        log.error("audit.broken", seq=seq, wrong=wrong)


def saying(tables: SpeakerTables, checkpointed: type[Payload]) -> Say:
    """As the service's own event `checkpointed`, so that the stream knows it, too."""
    def say(tx: AsyncSession, taken: Checkpoint) -> None:
        chain = Chain(uuid5(NAMESPACE_URL, f"urn:linli:audit:{taken.service}"), taken.seq, tables.metadata)
        said = {name: value for name, value in asdict(taken).items() if name != "service"}
        emit(tx, checkpointed(**said), of=chain, correlation_id=new_id())

    return say


def due(known: Checkpoint | None, head: int, now: datetime) -> bool:
    """Also when the head is behind the checkpoint, which then is complained of."""
    if known is None:
        return head > 0
    return head < known.seq or head - known.seq >= AFTER_ENTRIES or (
        head > known.seq and now - datetime.fromisoformat(known.taken_at) >= AFTER)


class Told(Protocol):
    """The settings that matter here, of a service and of the issuer alike."""

    environment: str
    audit_checkpoints_dir: Path | None
    audit_key_file: Path | None


def checkpointing(service: str, settings: Told, audit: type[AuditEntryRow], say: Say) -> tuple[Job, ...]:
    """Raises `RuntimeError` in production without a place and a key for checkpoints."""
    folder, key_file = settings.audit_checkpoints_dir, settings.audit_key_file
    if folder is None or key_file is None:
        if settings.environment == "production":
            raise RuntimeError("production needs AUDIT_CHECKPOINTS_DIR and AUDIT_KEY_FILE")
        return ()
    notary = Notary(service, audit, folder, key_file, say)
    return (Job("take_audit_checkpoint", LOOK_EVERY_SECONDS, notary.look),)
