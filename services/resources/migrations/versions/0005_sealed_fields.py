"""Personal data is sealed before it reaches the database

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from shared.migrations import create_blind_index, seal_bytes, seal_columns, unseal_columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SEALED = {
    "idempotency_key": ("body",),
    "resident": ("name", "id_number", "phones", "relation", "address", "residence", "tags", "notes", "aliases",
        "family", "details", "kept"),
    "resident_link": ("fingerprint",),
    "courtyard": ("contact_name", "contact_phones", "details"),
    "building": ("owner_name", "owner_phones", "owner_id_number", "details"),
    "household": ("details",),
    "organisation": ("contact_name", "contact_phones", "notes", "details"),
    "handout": ("recipient", "received_by", "remark", "import_key"),
    "stock_lot": ("remark",),
    "need": ("note",),
    "import_outcome": ("text", "raw"),
}
WERE_JSON = {
    "resident": ("phones", "tags", "aliases", "family", "details", "kept"),
    "courtyard": ("contact_phones", "details"),
    "building": ("owner_phones", "details"),
    "household": ("details",),
    "organisation": ("contact_phones", "details"),
}


def upgrade() -> None:
    op.drop_index("uq_resident_id_number", table_name="resident")
    op.drop_index("ix_resident_name_key", table_name="resident")
    op.drop_index("ix_resident_phones", table_name="resident")
    op.drop_column("resident", "name_key")
    op.drop_constraint("uq_handout_community_import_key", "handout")
    for table, columns in SEALED.items():
        seal_columns(table, *columns)
    seal_bytes("import_file", "content")
    create_blind_index()
    op.create_index(
        "uq_blind_index_once", "blind_index", ["community", "field", "digest"], unique=True,
        postgresql_where=sa.text("field in ('resident.id_number', 'handout.import_key')"))


def downgrade() -> None:
    op.drop_table("blind_index")
    for table, columns in SEALED.items():
        unseal_columns(table, *columns, as_json=WERE_JSON.get(table, ()))
    op.execute("alter table import_file drop constraint ck_import_file_content_sealed")
