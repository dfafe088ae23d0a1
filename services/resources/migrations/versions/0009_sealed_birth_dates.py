"""Days of birth are sealed; what is late is said once

Revision ID: 0009
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.migrations import seal_columns, unseal_columns

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

LATE = ("subject_request", "emergency_access")


def upgrade() -> None:
    seal_columns("resident", "birth_date")
    op.add_column("consent", sa.Column("is_minor", sa.Boolean(), nullable=True))
    for table in LATE:
        op.add_column(table, sa.Column("overdue_told_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    for table in LATE:
        op.drop_column(table, "overdue_told_at")
    op.drop_column("consent", "is_minor")
    unseal_columns("resident", "birth_date")
    op.execute("alter table resident alter birth_date type date using birth_date::date")
