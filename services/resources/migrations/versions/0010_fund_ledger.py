"""The fund's ledger, its gifts and their receipts

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.migrations import guard_rows, seal_columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OWN = ("fund", "ledger_account", "ledger_transfer", "ledger_posting", "gift", "receipt")

BALANCED = """
    create function refuse_unbalanced_transfer() returns trigger language plpgsql as $$
    declare
        checked uuid := coalesce(to_jsonb(new) ->> 'transfer_id', to_jsonb(new) ->> 'id')::uuid;
        consented boolean := (select consent is not null from ledger_transfer where id = checked);
    begin
        if (select count(*) from ledger_posting where transfer_id = checked) < 2 then
            raise exception 'a transfer has two postings or more' using errcode = 'check_violation';
        end if;
        if exists (select from ledger_posting where transfer_id = checked group by layer having sum(amount) <> 0) then
            raise exception 'the postings of a transfer sum to zero' using errcode = 'check_violation';
        end if;
        if not consented and exists (
            select from ledger_posting posting join ledger_account account on account.id = posting.account_id
            where posting.transfer_id = checked group by posting.layer, account.restriction
            having sum(posting.amount) <> 0) then
            raise exception 'money given for one purpose leaves for no other' using errcode = 'check_violation';
        end if;
        return null;
    end $$
"""

OPEN = """
    create function refuse_closed_period() returns trigger language plpgsql as $$
    begin
        if new.occurred_on <= (select closed_through from fund where id = new.fund_id) then
            raise exception 'that period is closed' using errcode = 'check_violation';
        end if;
        return new;
    end $$
"""


def entity() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
    ]


def upgrade() -> None:
    create_fund()
    create_ledger()
    create_gift()
    create_receipt()
    for table in OWN:
        op.create_index(f"ix_{table}_community_id", table, ["community", "id"])
    for table in ("fund", "gift", "receipt"):
        op.create_index(f"ix_{table}_updated_at", table, ["updated_at"])
    guard_rows(*OWN)
    guard_ledger()


def create_fund() -> None:
    op.create_table(
        "fund", *entity(),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("host_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("agreement", sa.String(200), nullable=True),
        sa.Column("agreement_ends_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_because", sa.String(60), nullable=True),
        sa.Column("closed_through", sa.Date(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(mode = 'host_fund') = (host_organisation_id is not null)", name=op.f("ck_fund_hosted")),
        sa.ForeignKeyConstraint(["host_organisation_id"], ["organisation.id"], name="fk_fund_host_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fund"),
    )


def create_ledger() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("restriction", sa.String(60), nullable=False),
        sa.Column("no_overdraft", sa.Boolean(), nullable=False),
        sa.Column("posted", sa.BigInteger(), nullable=False),
        sa.Column("pending_in", sa.BigInteger(), nullable=False),
        sa.Column("pending_out", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pending_in >= 0 and pending_out <= 0", name=op.f("ck_ledger_account_pending_sides")),
        sa.CheckConstraint("not no_overdraft or posted + pending_out >= 0", name=op.f("ck_ledger_account_no_overdraft")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fk_ledger_account_fund_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_account"),
        sa.UniqueConstraint("fund_id", "kind", "restriction", name="uq_ledger_account_fund_id_kind_restriction"),
    )
    op.create_table(
        "ledger_transfer",
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("concerns", sa.Uuid(), nullable=True),
        sa.Column("document", sa.String(200), nullable=True),
        sa.Column("consent", sa.String(200), nullable=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("(kind = 'hold') = (expires_at is not null)", name=op.f("ck_ledger_transfer_expiry")),
        sa.CheckConstraint("(kind in ('post_hold', 'void_hold', 'expire_hold')) = (hold_id is not null)",
                           name=op.f("ck_ledger_transfer_resolution")),
        sa.CheckConstraint("(kind = 'reverse') = (reverses_id is not null)", name=op.f("ck_ledger_transfer_reversal")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fk_ledger_transfer_fund_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["ledger_transfer.id"], name="fk_ledger_transfer_hold_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_transfer.id"], name="fk_ledger_transfer_reverses_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_transfer"),
        sa.UniqueConstraint("fund_id", "sequence", name="uq_ledger_transfer_fund_id_sequence"),
        sa.UniqueConstraint("hold_id", name="uq_ledger_transfer_hold_id"),
        sa.UniqueConstraint("reverses_id", name="uq_ledger_transfer_reverses_id"),
    )
    op.create_index("ix_ledger_transfer_concerns", "ledger_transfer", ["concerns"])
    op.create_index("ix_ledger_transfer_holds", "ledger_transfer", ["expires_at"],
                    postgresql_where=sa.text("kind = 'hold'"))
    op.create_table(
        "ledger_posting",
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("community", sa.String(31), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_posting_something")),
        sa.ForeignKeyConstraint(["transfer_id"], ["ledger_transfer.id"], name="fk_ledger_posting_transfer_id"),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name="fk_ledger_posting_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_posting"),
    )
    op.create_index("ix_ledger_posting_transfer_id", "ledger_posting", ["transfer_id"])
    op.create_index("ix_ledger_posting_account_id", "ledger_posting", ["account_id", "id"])


def create_gift() -> None:
    op.create_table(
        "gift", *entity(),
        sa.Column("fund_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("restriction", sa.String(60), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("publish_name", sa.Boolean(), nullable=False),
        sa.Column("donor_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("donor_resident_id", sa.Uuid(), nullable=True),
        sa.Column("donor_name", sa.Text(), nullable=True),
        sa.Column("donor_phone", sa.Text(), nullable=True),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("valuation", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(200), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_waived_at", UTCDateTime(), nullable=True),
        sa.Column("import_key", sa.String(200), nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.Column("correlation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(kind = 'cash') = (transfer_id is not null)", name=op.f("ck_gift_money_is_booked")),
        sa.CheckConstraint("(kind = 'in_kind') = (lot_id is not null)", name=op.f("ck_gift_goods_are_in_stock")),
        sa.CheckConstraint("not (anonymous and publish_name)", name=op.f("ck_gift_anonymous_is_not_published")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name="fk_gift_fund_id"),
        sa.ForeignKeyConstraint(["donor_organisation_id"], ["organisation.id"], name="fk_gift_donor_organisation_id"),
        sa.ForeignKeyConstraint(["donor_resident_id"], ["resident.id"], name="fk_gift_donor_resident_id"),
        sa.ForeignKeyConstraint(["lot_id"], ["stock_lot.id"], name="fk_gift_lot_id"),
        sa.ForeignKeyConstraint(["transfer_id"], ["ledger_transfer.id"], name="fk_gift_transfer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_gift"),
        sa.UniqueConstraint("community", "import_key", name="uq_gift_community_import_key"),
        sa.UniqueConstraint("lot_id", name="uq_gift_lot_id"),
    )
    op.create_index("ix_gift_fund_id", "gift", ["fund_id", "id"])
    op.create_index("ix_gift_donor_resident_id", "gift", ["donor_resident_id"])
    seal_columns("gift", "donor_name", "donor_phone", "remark")


def create_receipt() -> None:
    op.create_table(
        "receipt", *entity(),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_no", sa.String(200), nullable=False),
        sa.Column("check_code", sa.String(200), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("void_because", sa.String(60), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["gift_id"], ["gift.id"], name="fk_receipt_gift_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["receipt.id"], name="fk_receipt_replaces_id"),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("community", "receipt_no", name="uq_receipt_community_receipt_no"),
        sa.UniqueConstraint("replaces_id", name="uq_receipt_replaces_id"),
    )
    op.create_index("ix_receipt_gift_id", "receipt", ["gift_id"])
    op.create_index("uq_receipt_registered", "receipt", ["gift_id"], unique=True,
                    postgresql_where=sa.text("state = 'registered'"))


def guard_ledger() -> None:
    """Append-only, balanced at the commit, and of an open period: whoever writes, by whatever way."""
    op.execute(BALANCED)
    op.execute(OPEN)
    for table in ("ledger_transfer", "ledger_posting"):
        op.execute(f"create trigger {table}_is_append_only before update or delete or truncate on {table} "
                   "for each statement execute function refuse_to_change_the_ledger()")
        op.execute(f"create constraint trigger {table}_is_balanced after insert on {table} deferrable initially deferred "
                   "for each row execute function refuse_unbalanced_transfer()")
    op.execute("create trigger ledger_transfer_is_of_an_open_period before insert on ledger_transfer "
               "for each row execute function refuse_closed_period()")


def downgrade() -> None:
    for table in reversed(OWN):
        op.drop_table(table)
    op.execute("drop function refuse_closed_period()")
    op.execute("drop function refuse_unbalanced_transfer()")
