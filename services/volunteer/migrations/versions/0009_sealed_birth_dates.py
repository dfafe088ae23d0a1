"""Days of birth are sealed

Revision ID: 0009
Revises: 0007
"""

from alembic import op

from shared.migrations import seal_columns, unseal_columns

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    seal_columns("volunteer", "birth_date")


def downgrade() -> None:
    unseal_columns("volunteer", "birth_date")
    op.execute("alter table volunteer alter birth_date type date using birth_date::date")
