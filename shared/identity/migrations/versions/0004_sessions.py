"""Sessions, refresh tokens, clients and codes

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    clients()
    sessions()
    codes()


def clients() -> None:
    op.create_table(
        "oauth_client",
        sa.Column("id", AutoString(length=60), nullable=False),
        sa.Column("label", AutoString(length=120), nullable=False),
        sa.Column("auth_method", AutoString(length=30), nullable=False),
        sa.Column("grant_types", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("redirect_uris", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("communities", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("secret_hash", AutoString(length=64), nullable=True),
        sa.Column("jwks", sa.JSON(), nullable=True),
        sa.Column("keeps_refresh_in", AutoString(length=10), nullable=False),
        sa.Column("first_party", sa.Boolean(), nullable=False),
        sa.Column("registered_by", AutoString(length=60), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("disabled_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_client")),
    )
    op.create_table(
        "used_assertion",
        sa.Column("client_id", AutoString(length=60), nullable=False),
        sa.Column("jti", AutoString(length=64), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "jti", name=op.f("pk_used_assertion")),
    )
    op.create_index(op.f("ix_used_assertion_expires_at"), "used_assertion", ["expires_at"])


def sessions() -> None:
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", AutoString(length=60), nullable=False),
        sa.Column("scope", AutoString(length=100), nullable=False),
        sa.Column("amr", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("auth_time", UTCDateTime(), nullable=False),
        sa.Column("device", AutoString(length=80), nullable=False),
        sa.Column("address", AutoString(length=60), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("end_reason", AutoString(length=30), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_user_session_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_user_session_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_account_id"), "user_session", ["account_id"])
    op.create_index(op.f("ix_user_session_last_used_at"), "user_session", ["last_used_at"])
    op.create_table(
        "refresh_token",
        sa.Column("selector", AutoString(length=30), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", AutoString(length=64), nullable=False),
        sa.Column("parent", AutoString(length=30), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("replaced_at", UTCDateTime(), nullable=True),
        sa.Column("child", AutoString(length=30), nullable=True),
        sa.Column("child_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["user_session.id"], name=op.f("fk_refresh_token_session_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("selector", name=op.f("pk_refresh_token")),
    )
    op.create_index(op.f("ix_refresh_token_session_id"), "refresh_token", ["session_id"])


def codes() -> None:
    op.create_table(
        "authorization_code",
        sa.Column("code_hash", AutoString(length=64), nullable=False),
        sa.Column("client_id", AutoString(length=60), nullable=False),
        sa.Column("redirect_uri", AutoString(length=400), nullable=False),
        sa.Column("scope", AutoString(length=100), nullable=False),
        sa.Column("nonce", AutoString(length=200), nullable=True),
        sa.Column("code_challenge", AutoString(length=128), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amr", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("auth_time", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_authorization_code_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_authorization_code_client_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_authorization_code")),
    )
    op.create_index(op.f("ix_authorization_code_expires_at"), "authorization_code", ["expires_at"])
    op.create_table(
        "device_authorization",
        sa.Column("device_code_hash", AutoString(length=64), nullable=False),
        sa.Column("user_code", AutoString(length=12), nullable=False),
        sa.Column("client_id", AutoString(length=60), nullable=False),
        sa.Column("scope", AutoString(length=100), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("polled_at", UTCDateTime(), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("amr", sa.ARRAY(sa.String()), nullable=True),
        sa.Column("auth_time", UTCDateTime(), nullable=True),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_authorization_account_id")),
        sa.ForeignKeyConstraint(["client_id"], ["oauth_client.id"], name=op.f("fk_device_authorization_client_id")),
        sa.PrimaryKeyConstraint("device_code_hash", name=op.f("pk_device_authorization")),
        sa.UniqueConstraint("user_code", name=op.f("uq_device_authorization_user_code")),
    )
    op.create_index(op.f("ix_device_authorization_expires_at"), "device_authorization", ["expires_at"])


def downgrade() -> None:
    for table in ("device_authorization", "authorization_code", "refresh_token", "user_session", "used_assertion",
                  "oauth_client"):
        op.drop_table(table)
