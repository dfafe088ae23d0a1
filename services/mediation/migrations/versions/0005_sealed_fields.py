"""Personal data is sealed before it reaches the database

Revision ID: 0005
Revises: 0004
"""

from alembic import op

from shared.migrations import create_blind_index, seal_columns, unseal_columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SEALED = {
    "idempotency_key": ("body",),
    "opinion": ("words", "place_label", "speaker_contact"),
    "opinion_answer": ("reason",),
}
WERE_JSON = {}


def upgrade() -> None:
    for table, columns in SEALED.items():
        seal_columns(table, *columns)
    create_blind_index()


def downgrade() -> None:
    op.drop_table("blind_index")
    for table, columns in SEALED.items():
        unseal_columns(table, *columns, as_json=WERE_JSON.get(table, ()))
