"""Personal data is sealed before it reaches the database

Revision ID: 0005
Revises: 0004
"""

from alembic import op

from shared.migrations import create_blind_index, seal_bytes, seal_columns, unseal_columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SEALED = {
    "idempotency_key": ("body",),
    "volunteer": ("name", "id_number", "phones", "availability", "notes", "aliases", "details"),
    "hazard": ("description", "place_label"),
    "patrol": ("places",),
    "patrol_record": ("keys", "found_by", "place_label", "state_text", "measures", "record_number", "notes",
        "details"),
    "volunteer_link": ("fingerprint",),
    "import_outcome": ("text", "raw"),
}
WERE_JSON = {
    "volunteer": ("phones", "aliases", "details"),
    "patrol": ("places",),
    "patrol_record": ("keys", "found_by", "details"),
}


def upgrade() -> None:
    op.drop_index("ix_volunteer_id_number", table_name="volunteer")
    for table, columns in SEALED.items():
        seal_columns(table, *columns)
    seal_bytes("import_file", "content")
    create_blind_index()


def downgrade() -> None:
    op.drop_table("blind_index")
    for table, columns in SEALED.items():
        unseal_columns(table, *columns, as_json=WERE_JSON.get(table, ()))
    op.execute("alter table import_file drop constraint ck_import_file_content_sealed")
