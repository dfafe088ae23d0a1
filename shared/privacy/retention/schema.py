"""The tables of retention; for migrations."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.migrations import guard_rows

TABLES = ("retention_approval", "retained_row")


def create_retention() -> None:
    op.create_table(
        "retention_approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("as_of", UTCDateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(255), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_retention_approval"),
    )
    op.create_index("ix_retention_approval_community_id", "retention_approval", ["community", "id"])
    for column in ("updated_at", "finished_at"):
        op.create_index(f"ix_retention_approval_{column}", "retention_approval", [column])
    op.create_table(
        "retained_row",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code", "row_id", name="pk_retained_row"),
    )
    guard_rows(*TABLES)


def drop_retention() -> None:
    for table in TABLES:
        op.drop_table(table)
