"""Whom this service erased, apart from the keyring

Revision ID: 0007
Revises: 0006
"""

from shared.privacy.rights.schema import create_erased_subject, drop_erased_subject

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_erased_subject()


def downgrade() -> None:
    drop_erased_subject()
