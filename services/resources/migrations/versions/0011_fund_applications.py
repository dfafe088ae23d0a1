"""Committees of funds, applications and the ballots that decide them

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.migrations import guard_rows, seal_columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OWN = ("committee", "committee_member", "application", "ballot")

APPEND_ONLY = """
    create function refuse_ballot_change() returns trigger language plpgsql as $$
    begin
        raise exception 'a ballot that was cast stays as it is' using errcode = 'insufficient_privilege';
    end $$
"""


def entity() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
    ]


def upgrade() -> None:
    create_committees()
    create_application()
    create_ballot()
    for table in OWN:
        op.create_index(f"ix_{table}_community_id", table, ["community", "id"])
    for table in ("committee", "application"):
        op.create_index(f"ix_{table}_updated_at", table, ["updated_at"])
    guard_rows(*OWN)


def create_committees() -> None:
    op.create_table(
        "committee", *entity(),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("charter", sa.String(60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_because", sa.String(60), nullable=True),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fk_committee_fund_id"),
        sa.PrimaryKeyConstraint("id", name="pk_committee"),
    )
    op.create_index("uq_committee_active", "committee", ["fund_id"], unique=True,
                    postgresql_where=sa.text("state = 'active'"))
    op.create_table(
        "committee_member",
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_committee_member_committee_id"),
        sa.ForeignKeyConstraint(["resident_id"], ["resident.id"], name="fk_committee_member_resident_id"),
        sa.PrimaryKeyConstraint("id", name="pk_committee_member"),
        sa.UniqueConstraint("committee_id", "account", name="uq_committee_member_committee_id_account"),
    )
    op.create_index("ix_committee_member_resident_id", "committee_member", ["resident_id"])


def create_application() -> None:
    op.create_table(
        "application", *entity(),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("applicant_resident_id", sa.Uuid(), nullable=True),
        sa.Column("applicant_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("story", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_because", sa.String(60), nullable=True),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("examined_by", sa.String(255), nullable=True),
        sa.Column("committee_id", sa.Uuid(), nullable=True),
        sa.Column("charter", sa.String(60), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("vote_closes_at", UTCDateTime(), nullable=True),
        sa.Column("awarded", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(255), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("appealed_from", sa.String(20), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appealed_by", sa.String(255), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("paid_by", sa.String(255), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("applicant_resident_id is null or applicant_organisation_id is null",
                           name=op.f("ck_application_one_applicant")),
        sa.CheckConstraint("awarded is null or awarded between 1 and amount", name=op.f("ck_application_awarded_within")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fk_application_fund_id"),
        sa.ForeignKeyConstraint(["applicant_resident_id"], ["resident.id"], name="fk_application_applicant_resident_id"),
        sa.ForeignKeyConstraint(["applicant_organisation_id"], ["organisation.id"],
                                name="fk_application_applicant_organisation_id"),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name="fk_application_committee_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["ledger_transfer.id"], name="fk_application_hold_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["ledger_transfer.id"], name="fk_application_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
    )
    op.create_index("ix_application_fund_id", "application", ["fund_id", "id"])
    op.create_index("ix_application_applicant_resident_id", "application", ["applicant_resident_id"])
    seal_columns("application", "story", "evidence", "appeal", "report")


def create_ballot() -> None:
    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.Column("cast_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("choice not in ('reject', 'recused') or reason is not null", name=op.f("ck_ballot_reason")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_ballot_application_id"),
        sa.ForeignKeyConstraint(["member_id"], ["committee_member.id"], name="fk_ballot_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ballot"),
        sa.UniqueConstraint("application_id", "round", "member_id", name="uq_ballot_application_id_round_member_id"),
    )
    op.execute(APPEND_ONLY)
    op.execute("create trigger ballot_is_append_only before update or delete or truncate on ballot "
               "for each statement execute function refuse_ballot_change()")


def downgrade() -> None:
    for table in reversed(OWN):
        op.drop_table(table)
    op.execute("drop function refuse_ballot_change()")
