"""Rows of a community are seen by those who reach it alone

Revision ID: 0007
Revises: 0006
"""

from shared.migrations import guard_rows, unguard

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guard_rows("account_grant")


def downgrade() -> None:
    unguard("account_grant")
