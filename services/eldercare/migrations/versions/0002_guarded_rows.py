"""Rows of a community are seen by those who reach it alone

Revision ID: 0002
Revises: 0001
"""

from shared.migrations import guard_rows, unguard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROWS = (
    "audit_entry", "home_safety_check", "home_safety_finding", "inbox", "outbox",
)


def upgrade() -> None:
    guard_rows(*ROWS)


def downgrade() -> None:
    unguard(*ROWS)
