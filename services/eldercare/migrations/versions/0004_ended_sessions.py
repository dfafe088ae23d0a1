"""What the issuer said has ended

Revision ID: 0004
Revises: 0003
"""

from shared.identity.ended_schema import create_ended_session, drop_ended_session

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_ended_session()


def downgrade() -> None:
    drop_ended_session()
