"""Who did and who read what: an append-only, hash-chained log

Revision ID: 0003
Revises: 0002
"""

from shared.privacy.audit.schema import adopt_reads, create_chain, restore_reads, set_reads_aside

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    set_reads_aside()
    create_chain()
    adopt_reads()


def downgrade() -> None:
    restore_reads()
