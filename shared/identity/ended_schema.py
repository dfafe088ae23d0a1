"""The table `ended_session` of the issuer and of every service."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime


def create_ended_session() -> None:
    op.create_table(
        "ended_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_session")),
    )
    op.create_index(op.f("ix_ended_session_ended_at"), "ended_session", ["ended_at"])


def drop_ended_session() -> None:
    op.drop_table("ended_session")
