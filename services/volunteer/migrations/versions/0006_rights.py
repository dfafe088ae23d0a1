"""Consents, and the rights of those whose data it is

Revision ID: 0006
Revises: 0005
"""

from shared.privacy.retention.schema import create_retention, drop_retention
from shared.privacy.rights.schema import create_rights, drop_rights

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_rights()
    create_retention()


def downgrade() -> None:
    drop_retention()
    drop_rights()
