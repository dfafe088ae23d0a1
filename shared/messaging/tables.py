"""The tables that whoever says events has beside its own: what it said, what was asked twice, who did it, what has ended;
by what it is searched; and with them those of a service, which also hears: what it heard and what failed."""

from dataclasses import dataclass

from sqlalchemy import MetaData

from shared.identity.ended import EndedSessionRow
from shared.messaging.inbox import DeadLetterRow, InboxRow
from shared.messaging.outbox import OutboxRow
from shared.privacy.audit.models import AuditEntryRow
from shared.privacy.fields.indexes import BlindIndexRow


@dataclass(frozen=True)
class SpeakerTables:
    metadata: MetaData
    outbox: type[OutboxRow]
    idempotency_key: type
    audit: type[AuditEntryRow]
    ended_session: type[EndedSessionRow]
    blind_index: type[BlindIndexRow]

    def __post_init__(self) -> None:
        self.metadata.info["tables"] = self


@dataclass(frozen=True)
class ServiceTables(SpeakerTables):
    inbox: type[InboxRow]
    dead_letter: type[DeadLetterRow]
