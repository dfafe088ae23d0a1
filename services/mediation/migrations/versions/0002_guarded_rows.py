"""Rows of a community are seen by those who reach it alone

Revision ID: 0002
Revises: 0001
"""

from shared.migrations import guard_parts, guard_rows, unguard

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROWS = (
    "audit_entry", "inbox", "loop_part", "opinion", "outbox",
)
PARTS = (
    ("opinion_answer", "opinion", "opinion_id"),
    ("opinion_step", "opinion", "opinion_id"),
)


def upgrade() -> None:
    guard_rows(*ROWS)
    for part in PARTS:
        guard_parts(*part)


def downgrade() -> None:
    unguard(*ROWS, *(part[0] for part in PARTS))
