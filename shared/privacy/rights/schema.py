"""The tables of a service's part in the rights of a person; for migrations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.migrations import guard_rows

TABLES = ("subject_part", "restricted_subject")


def create_rights() -> None:
    op.create_table(
        "subject_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(255), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("kept", postgresql.JSONB(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subject_part"),
    )
    op.create_index("ix_subject_part_resident_id", "subject_part", ["resident_id"])
    op.create_index("ix_subject_part_community_id", "subject_part", ["community", "id"])
    op.create_table(
        "restricted_subject",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("resident_id", name="pk_restricted_subject"),
    )
    guard_rows(*TABLES)


def create_erased_subject() -> None:
    op.create_table(
        "erased_subject",
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.Column("buried_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name="pk_erased_subject"),
    )
    op.create_index("ix_erased_subject_waiting", "erased_subject", ["subject"],
                    postgresql_where=sa.text("buried_at is null"))


def drop_erased_subject() -> None:
    op.drop_table("erased_subject")


def drop_rights() -> None:
    for table in TABLES:
        op.drop_table(table)
