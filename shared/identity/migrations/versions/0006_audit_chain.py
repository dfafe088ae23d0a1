"""Who did and who read what: an append-only, hash-chained log

Revision ID: 0006
Revises: 0005
"""

from shared.privacy.audit.schema import create_chain, drop_chain

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_chain()


def downgrade() -> None:
    drop_chain()
