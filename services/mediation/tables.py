"""The mediation service's table base, and the tables every service has."""

from sqlmodel import SQLModel

from shared.db import service_registry
from shared.http.idempotency import IdempotencyKeyRow
from shared.identity.ended import EndedSessionRow
from shared.messaging.inbox import DeadLetterRow, InboxRow
from shared.messaging.outbox import OutboxRow, unpublished_index
from shared.messaging.tables import ServiceTables
from shared.privacy.audit.models import AuditEntryRow, audit_indexes
from shared.privacy.fields.indexes import BlindIndexRow, by_row


class Table(SQLModel, registry=service_registry()):
    pass


class Outbox(OutboxRow, Table, table=True):
    __tablename__ = "outbox"
    __table_args__ = (unpublished_index("outbox"),)


class Inbox(InboxRow, Table, table=True):
    __tablename__ = "inbox"


class DeadLetter(DeadLetterRow, Table, table=True):
    __tablename__ = "dead_letter"


class IdempotencyKey(IdempotencyKeyRow, Table, table=True):
    __tablename__ = "idempotency_key"


class AuditEntry(AuditEntryRow, Table, table=True):
    __tablename__ = "audit_entry"
    __table_args__ = audit_indexes()


class BlindIndex(BlindIndexRow, Table, table=True):
    __tablename__ = "blind_index"
    __table_args__ = (by_row("blind_index"),)


class EndedSession(EndedSessionRow, Table, table=True):
    __tablename__ = "ended_session"


TABLES = ServiceTables(
    Table.metadata, Outbox, IdempotencyKey, AuditEntry, EndedSession, BlindIndex, Inbox, DeadLetter)
