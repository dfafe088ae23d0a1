"""The tables every service has beside its own: what it said, what it heard, what failed, what was asked twice, who did it."""

from dataclasses import dataclass

from sqlalchemy import MetaData

from shared.messaging.inbox import DeadLetterRow, InboxRow
from shared.messaging.outbox import OutboxRow
from shared.privacy.audit.models import AuditEntryRow
from shared.privacy.fields.indexes import BlindIndexRow


@dataclass(frozen=True)
class ServiceTables:
    metadata: MetaData
    outbox: type[OutboxRow]
    inbox: type[InboxRow]
    dead_letter: type[DeadLetterRow]
    idempotency_key: type
    blind_index: type[BlindIndexRow]
    audit: type[AuditEntryRow]

    def __post_init__(self) -> None:
        self.metadata.info["tables"] = self
