"""Who did and who read what: an append-only, hash-chained log

Revision ID: 0003
Revises: 0002
"""

from shared.privacy.audit.schema import create_chain, drop_chain

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_chain()


def downgrade() -> None:
    drop_chain()
