"""Consents, and the rights of those whose data it is

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from shared.migrations import guard_rows
from shared.privacy.retention.schema import create_retention, drop_retention
from shared.privacy.rights.schema import create_rights, drop_rights

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_rights()
    create_retention()
    op.create_table(
        "heard_consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("stopped_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_heard_consent"),
    )
    op.create_index("ix_heard_consent_resident_id", "heard_consent", ["resident_id"])
    op.create_index("ix_heard_consent_community_id", "heard_consent", ["community", "id"])
    guard_rows("heard_consent")
    op.add_column("home_safety_check", sa.Column("basis", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("home_safety_check", "basis")
    op.drop_table("heard_consent")
    drop_retention()
    drop_rights()
