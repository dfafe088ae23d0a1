"""The issuer's table base, and the tables that everybody who says events has. It hears none."""

from sqlmodel import SQLModel

from shared.db import service_registry
from shared.http.idempotency import IdempotencyKeyRow
from shared.identity.ended import EndedSessionRow
from shared.messaging.outbox import OutboxRow, unpublished_index
from shared.messaging.tables import SpeakerTables
from shared.privacy.audit.models import AuditEntryRow, audit_indexes
from shared.privacy.fields.indexes import BlindIndexRow, by_row, once


class Table(SQLModel, registry=service_registry()):
    pass


class BlindIndex(BlindIndexRow, Table, table=True):
    __tablename__ = "blind_index"
    __table_args__ = (by_row("blind_index"), once("blind_index", "account_phone.phone"))


class Outbox(OutboxRow, Table, table=True):
    __tablename__ = "outbox"
    __table_args__ = (unpublished_index("outbox"),)


class IdempotencyKey(IdempotencyKeyRow, Table, table=True):
    __tablename__ = "idempotency_key"


class AuditEntry(AuditEntryRow, Table, table=True):
    __tablename__ = "audit_entry"
    __table_args__ = audit_indexes()


class EndedSession(EndedSessionRow, Table, table=True):
    __tablename__ = "ended_session"


TABLES = SpeakerTables(Table.metadata, Outbox, IdempotencyKey, AuditEntry, EndedSession, BlindIndex)
