"""Telephones, second factors, and who tried too often

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from shared.migrations import REACH, REACHED, create_blind_index, guard, seal_columns, unguard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ANYWHERE_YET = f"(community is null and {REACH} <> '')"
"""Whom no community looks after yet is within everybody's reach; their telephone is not."""


def upgrade() -> None:
    op.alter_column("account", "username", nullable=True)
    op.alter_column("account", "password_hash", nullable=True)
    op.add_column("account", sa.Column("community", AutoString(length=31), nullable=True))
    op.add_column("account", sa.Column("updated_at", UTCDateTime(), nullable=False, server_default=sa.func.now()))
    op.create_index(op.f("ix_account_community"), "account", ["community"])
    guard("account", f"{REACHED} or {ANYWHERE_YET}")
    create_blind_index()
    op.create_index("uq_blind_index_once", "blind_index", ["community", "field", "digest"], unique=True,
                    postgresql_where=sa.text("field in ('account_phone.phone')"))
    create_phones()
    create_factors()
    op.create_table(
        "sign_in_tally",
        sa.Column("kind", AutoString(length=10), nullable=False),
        sa.Column("who", AutoString(length=32), nullable=False),
        sa.Column("network", AutoString(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.Column("succeeded_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "who", "network", name=op.f("pk_sign_in_tally")),
    )
    op.create_index(op.f("ix_sign_in_tally_last_at"), "sign_in_tally", ["last_at"])


def create_phones() -> None:
    op.create_table(
        "account_phone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("proved_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_phone_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_phone")),
        sa.UniqueConstraint("account_id", name=op.f("uq_account_phone_account_id")),
    )
    seal_columns("account_phone", "phone")
    op.create_table(
        "phone_code",
        sa.Column("phone_digest", AutoString(length=32), nullable=False),
        sa.Column("code_digest", AutoString(length=32), nullable=False),
        sa.Column("network", AutoString(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tries_elsewhere", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("phone_digest", name=op.f("pk_phone_code")),
    )
    op.create_index(op.f("ix_phone_code_expires_at"), "phone_code", ["expires_at"])
    op.create_table(
        "development_inbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone_digest", AutoString(length=32), nullable=False),
        sa.Column("code", AutoString(length=6), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_inbox")),
    )
    op.create_index(op.f("ix_development_inbox_phone_digest"), "development_inbox", ["phone_digest"])
    op.create_index(op.f("ix_development_inbox_sent_at"), "development_inbox", ["sent_at"])


def create_factors() -> None:
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
    )
    seal_columns("second_factor", "secret")
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("digest", AutoString(length=32), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", AutoString(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invitation_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_expires_at"), "invitation", ["expires_at"])
    op.create_table(
        "wechat_binding",
        sa.Column("openid_digest", AutoString(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("bound_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_wechat_binding_account_id")),
        sa.PrimaryKeyConstraint("openid_digest", name=op.f("pk_wechat_binding")),
    )
    for table in ("second_factor", "invitation", "wechat_binding"):
        op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])


def downgrade() -> None:
    for table in ("sign_in_tally", "wechat_binding", "invitation", "recovery_code", "second_factor",
                  "development_inbox", "phone_code", "account_phone", "blind_index"):
        op.drop_table(table)
    unguard("account")
    op.drop_index(op.f("ix_account_community"), "account")
    op.drop_column("account", "updated_at")
    op.drop_column("account", "community")
    op.execute("delete from account where username is null or password_hash is null")
    op.alter_column("account", "password_hash", nullable=False)
    op.alter_column("account", "username", nullable=False)
