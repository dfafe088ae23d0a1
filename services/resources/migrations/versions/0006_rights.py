"""Consents, and the rights of those whose data it is

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.migrations import guard_rows, seal_columns
from shared.privacy.retention.schema import create_retention, drop_retention
from shared.privacy.rights.schema import create_rights, drop_rights

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OWN = ("consent", "subject_request", "subject_request_part", "emergency_access")

SEALED = ("guardian_name", "witness", "evidence")

APPEND_ONLY = f"""
    create function refuse_consent_change() returns trigger language plpgsql as $function$
    begin
        -- What is sealed is sealed anew when keys are rotated; nothing else of a record ever changes.
        if tg_op = 'UPDATE' and to_jsonb(new) - array{list(SEALED)} = to_jsonb(old) - array{list(SEALED)} then
            return new;
        end if;
        raise exception 'consents are only ever added' using errcode = 'insufficient_privilege';
    end
    $function$
"""


def entity() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
    ]


def upgrade() -> None:
    create_rights()
    create_retention()
    create_consents()
    create_requests()
    create_emergency_accesses()
    guard_rows(*OWN)
    op.add_column("resident", sa.Column("left_on", sa.Date(), nullable=True))


def create_consents() -> None:
    op.create_table(
        "consent", *entity(),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("notice", sa.String(40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("guardian_relation", sa.String(60), nullable=True),
        sa.Column("guardian_name", sa.Text(), nullable=True),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(step = 'withdrawn') = (reverses_id is not null)",
                           name=op.f("ck_consent_only_a_withdrawal_reverses")),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_consent_resident_id"),
        sa.ForeignKeyConstraint(["recipient_id"], ["organisation.id"], name="fk_consent_recipient_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["consent.id"], name="fk_consent_reverses_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
        sa.UniqueConstraint("reverses_id", name="uq_consent_reverses_id"),
    )
    op.create_index("ix_consent_community_id", "consent", ["community", "id"])
    op.create_index("ix_consent_resident_purpose", "consent", ["resident_id", "purpose"])
    op.create_index("ix_consent_updated_at", "consent", ["updated_at"])
    seal_columns("consent", *SEALED)
    op.execute(APPEND_ONLY)
    op.execute("create trigger append_only before update or delete on consent "
               "for each row execute function refuse_consent_change()")
    op.execute("create trigger never_emptied before truncate on consent "
               "for each statement execute function refuse_consent_change()")


def create_requests() -> None:
    op.create_table(
        "subject_request", *entity(),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("guardian_relation", sa.String(60), nullable=True),
        sa.Column("account", sa.String(255), nullable=True),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("owner", sa.String(255), nullable=True),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(60), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_subject_request_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subject_request"),
        sa.UniqueConstraint("correlation_id", name="uq_subject_request_correlation_id"),
    )
    op.create_index("ix_subject_request_community_id", "subject_request", ["community", "id"])
    op.create_index("ix_subject_request_resident_id", "subject_request", ["resident_id"])
    op.create_index("ix_subject_request_updated_at", "subject_request", ["updated_at"])
    op.create_index("ix_subject_request_open", "subject_request", ["due_at"],
                    postgresql_where=sa.text("finished_at is null"))
    seal_columns("subject_request", "wish")
    op.create_table(
        "subject_request_part",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("kept", postgresql.JSONB(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["subject_request.id"], name="fk_subject_request_part_request_id"),
        sa.PrimaryKeyConstraint("request_id", "service", name="pk_subject_request_part"),
    )


def create_emergency_accesses() -> None:
    op.create_table(
        "emergency_access", *entity(),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.String(255), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("review_due_at", UTCDateTime(), nullable=False),
        sa.Column("reviewed_by", sa.String(255), nullable=True),
        sa.Column("reviewed_at", UTCDateTime(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.Column("told_to", sa.String(), nullable=True),
        sa.Column("told_channel", sa.String(), nullable=True),
        sa.Column("told_by", sa.String(255), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_emergency_access_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_access"),
    )
    op.create_index("ix_emergency_access_community_id", "emergency_access", ["community", "id"])
    for column in ("resident_id", "opened_by", "updated_at", "correlation_id"):
        op.create_index(f"ix_emergency_access_{column}", "emergency_access", [column])
    op.create_index("ix_emergency_access_open", "emergency_access", ["ends_at"],
                    postgresql_where=sa.text("ended_at is null"))
    op.create_index("uq_emergency_access_open", "emergency_access", ["resident_id", "opened_by"], unique=True,
                    postgresql_where=sa.text("ended_at is null"))
    seal_columns("emergency_access", "why", "review_note")


def downgrade() -> None:
    op.drop_column("resident", "left_on")
    for table in reversed(OWN):
        op.drop_table(table)
    op.execute("drop function refuse_consent_change()")
    drop_retention()
    drop_rights()
