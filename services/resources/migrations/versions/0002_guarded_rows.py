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
    "audit_entry", "building", "community", "courtyard", "handout", "household", "import", "inbox", "need",
    "organisation", "outbox", "reservation", "resident", "resident_link", "stock_lot", "stock_movement", "works",
)
PARTS = (
    ("import_file", "import", "import_id"),
    ("import_outcome", "import", "import_id"),
    ("need_line", "need", "need_id"),
)


def upgrade() -> None:
    guard_rows(*ROWS)
    for part in PARTS:
        guard_parts(*part)


def downgrade() -> None:
    unguard(*ROWS, *(part[0] for part in PARTS))
