"""The table of the log, the one function that adds to it, and what refuses everything else; for migrations."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

from shared.migrations import guard_rows

TABLE = "audit_entry"

APPEND = """
    create function append_audit(bodies text[]) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $function$
    declare
        last_seq bigint;
        last_hash bytea;
        next_hash bytea;
        body text;
        said jsonb;
    begin
        -- Held to the end of the transaction: nobody else reads the head before this one's entries are committed.
        perform pg_advisory_xact_lock(1118467);
        select seq, hash into last_seq, last_hash from public.audit_entry order by seq desc limit 1;
        last_seq := coalesce(last_seq, 0);
        last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
        foreach body in array bodies loop
            last_seq := last_seq + 1;
            next_hash := sha256(last_hash || int8send(last_seq) || convert_to(body, 'UTF8'));
            said := body::jsonb;
            insert into public.audit_entry
                (seq, at, actor, action, kind, subject_id, resident_id, community, purpose, outcome, prev_hash, hash, body)
            values
                (last_seq, (said ->> 'at')::timestamptz, said ->> 'actor', said ->> 'action', said ->> 'kind',
                 (said ->> 'subject_id')::uuid, (said ->> 'resident_id')::uuid, said ->> 'community',
                 said ->> 'purpose', said ->> 'outcome', last_hash, next_hash, body);
            last_hash := next_hash;
        end loop;
        return last_seq;
    end
    $function$
"""

REFUSE = """
    create function refuse_audit_change() returns trigger language plpgsql as $function$
    begin
        raise exception 'audit entries are only ever added' using errcode = 'insufficient_privilege';
    end
    $function$
"""

# Whoever may write to the tables of this database, by default privileges, is the application.
PRIVILEGES = """
    do $do$
    declare
        writer regrole;
    begin
        for writer in
            select distinct grantee::regrole from pg_class, aclexplode(relacl)
            where oid = 'audit_entry'::regclass and privilege_type = 'INSERT' and grantee <> relowner
        loop
            execute format('revoke insert, update, delete, truncate on audit_entry from %s', writer);
            execute format('grant execute on function append_audit(text[]) to %s', writer);
        end loop;
    end
    $do$
"""

ADOPT = """
    do $do$
    declare
        old record;
    begin
        for old in select * from audit_read_before_chain order by at, id loop
            perform append_audit(array[jsonb_strip_nulls(jsonb_build_object(
                'v', 1, 'at', to_char(old.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'actor', old.reader,
                'action', old.kind || '.read', 'kind', old.kind, 'subject_id', old.file_id, 'entry_before_chain', old.id,
                'resident_id', old.resident_id, 'community', old.community, 'purpose', old.purpose, 'outcome', 'read'
            ))::text]);
        end loop;
    end
    $do$
"""


def create_chain() -> None:
    """The log of a service that has none. Raises nothing that a second migration would mend: it is one transaction."""
    op.create_table(
        TABLE,
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(60), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("community", sa.String(31), nullable=True),
        sa.Column("purpose", sa.String(60), nullable=True),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entry"),
    )
    for column in ("actor", "action", "community"):
        op.create_index(f"ix_audit_entry_{column}", TABLE, [column, "seq"])
    for column in ("subject_id", "resident_id"):
        op.create_index(f"ix_audit_entry_{column}", TABLE, [column, "seq"],
                        postgresql_where=sa.text(f"{column} is not null"))
    op.create_index("ix_audit_entry_at", TABLE, ["at"], postgresql_using="brin")
    guard_rows(TABLE)
    # The function runs as the owner, whom forced row-level security holds too: it sees the head, of whatever community.
    op.execute("create policy chain on audit_entry to current_user using (true) with check (true)")
    op.execute(APPEND)
    op.execute("revoke all on function append_audit(text[]) from public")
    op.execute(REFUSE)
    op.execute("create trigger only_added before update or delete or truncate on audit_entry "
               "for each statement execute function refuse_audit_change()")
    op.execute(PRIVILEGES)


def drop_chain() -> None:
    op.drop_table(TABLE)
    op.execute("drop function append_audit(text[])")
    op.execute("drop function refuse_audit_change()")


def adopt_reads() -> None:
    """The reads that were written down before there was a chain, oldest first; then their table goes."""
    op.execute(ADOPT)
    op.drop_table("audit_read_before_chain")


def set_reads_aside() -> None:
    """Makes room for the chain; indexes keep their names with the table they belong to, so these go first."""
    for index in ("at", "community_id", "file_id", "reader", "resident_id"):
        op.drop_index(f"ix_audit_entry_{index}", table_name=TABLE)
    op.execute("alter table audit_entry rename constraint pk_audit_entry to pk_audit_read_before_chain")
    op.rename_table(TABLE, "audit_read_before_chain")


def restore_reads() -> None:
    """The table as it was before the chain, with the reads of the chain in it; other entries have no place there."""
    op.rename_table(TABLE, "audit_chained")
    for index in ("actor", "action", "community", "subject_id", "resident_id", "at"):
        op.drop_index(f"ix_audit_entry_{index}", table_name="audit_chained")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("reader", sa.String(255), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_read"),
    )
    op.execute("""
        insert into audit_entry (id, at, reader, community, kind, file_id, resident_id, purpose)
        select coalesce((body::jsonb ->> 'entry_before_chain')::uuid, uuidv7()), at, actor, community, kind, subject_id,
               resident_id, coalesce(purpose, 'unknown')
        from audit_chained where outcome = 'read' and subject_id is not null and community is not null order by seq
    """)
    op.drop_table("audit_chained")
    op.execute("drop function append_audit(text[])")
    op.execute("drop function refuse_audit_change()")
    op.execute("alter table audit_entry rename constraint pk_audit_read to pk_audit_entry")
    op.create_index("ix_audit_entry_at", TABLE, ["at"])
    op.create_index("ix_audit_entry_community_id", TABLE, ["community", "id"])
    for column in ("file_id", "reader", "resident_id"):
        op.create_index(f"ix_audit_entry_{column}", TABLE, [column])
    guard_rows(TABLE)
