"""Who gave which grant, and the tree of streets and communities

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNIQUE = "uq_account_grant_account_id_role_community_valid_from"
UNIQUE_BY_UNIT = "uq_account_grant_account_id_role_community_unit_valid_from"
NEW = ("unit", "reason", "given_by", "ended_at", "ended_by", "end_reason", "version", "created_at", "updated_at")


def upgrade() -> None:
    op.add_column("account_grant", sa.Column("unit", sa.Uuid(), nullable=True))
    op.add_column("account_grant", sa.Column("reason", AutoString(length=60), nullable=True))
    op.add_column("account_grant", sa.Column("given_by", AutoString(length=255), nullable=True))
    op.add_column("account_grant", sa.Column("ended_at", UTCDateTime(), nullable=True))
    op.add_column("account_grant", sa.Column("ended_by", AutoString(length=255), nullable=True))
    op.add_column("account_grant", sa.Column("end_reason", AutoString(length=60), nullable=True))
    op.add_column("account_grant", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for column in ("created_at", "updated_at"):
        op.add_column("account_grant", sa.Column(column, UTCDateTime(), nullable=False, server_default=sa.func.now()))
        op.alter_column("account_grant", column, server_default=None)
    op.alter_column("account_grant", "version", server_default=None)
    op.drop_constraint(UNIQUE, "account_grant")
    op.create_unique_constraint(
        UNIQUE_BY_UNIT, "account_grant", ["account_id", "role", "community", "unit", "valid_from"],
        postgresql_nulls_not_distinct=True)
    op.create_index("ix_account_grant_community_id", "account_grant", ["community", "id"])
    for column in ("account_id", "valid_to", "updated_at"):
        op.create_index(f"ix_account_grant_{column}", "account_grant", [column])
    places()


def places() -> None:
    op.create_table(
        "scope_node",
        sa.Column("code", AutoString(length=31), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent", AutoString(length=31), nullable=True),
        sa.ForeignKeyConstraint(["parent"], ["scope_node.code"], name=op.f("fk_scope_node_parent")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_scope_node")),
    )
    op.create_index(op.f("ix_scope_node_parent"), "scope_node", ["parent"])


def downgrade() -> None:
    op.drop_table("scope_node")
    op.drop_constraint(UNIQUE_BY_UNIT, "account_grant")
    for column in NEW:
        op.drop_column("account_grant", column)
    op.create_unique_constraint(UNIQUE, "account_grant", ["account_id", "role", "community", "valid_from"])
