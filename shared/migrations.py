"""What every service's Alembic environment does: as the migrator, with a short lock timeout, one transaction."""

import asyncio
import os
from pathlib import Path

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.settings import with_driver

REACH = "(select current_setting('linli.reach', true))"
"""In a sub-select it is asked once for a query, not once for a row; unset it is empty or null and equals nothing."""
REACHED = f"{REACH} = '*' or community = any ((select string_to_array({REACH}, ','))::text[])"


def run(metadata: MetaData) -> None:
    """Connects with `MIGRATOR_DATABASE_URL` and `MIGRATOR_PASSWORD_FILE`."""
    password_file = os.environ.get("MIGRATOR_PASSWORD_FILE")
    url = with_driver(os.environ["MIGRATOR_DATABASE_URL"], Path(password_file) if password_file else None)
    asyncio.run(migrate(url, metadata))


async def migrate(url: object, metadata: MetaData) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(apply, metadata)
    await engine.dispose()


def apply(connection: Connection, metadata: MetaData) -> None:
    connection.execute(text("set lock_timeout = '2s'"))
    connection.execute(text("set linli.reach = '*'"))  # the owner, too, sees no row without
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=False)
    with context.begin_transaction():
        context.run_migrations()


def guard_rows(*tables: str) -> None:
    """Forced row-level security on tables with a `community`: a transaction reaches the communities it was opened
    for (`linli.reach`, set by shared/db.py), and none without. Also the owner; only the backup role sees past it."""
    for table in tables:
        guard(table, REACHED)


def seal_columns(table: str, *columns: str) -> None:
    """Text that holds sealed values alone: what stands there unsealed is sealed right after the migrations
    (deploy/seal.py), and whatever is written from now on is refused when it is not."""
    for column in columns:
        op.execute(f'alter table "{table}" alter "{column}" type text using "{column}"::text')
        op.execute(f'alter table "{table}" add constraint "ck_{table}_{column}_sealed" '
                   f"check (\"{column}\" = 's0' or \"{column}\" like 's1.%') not valid")


def seal_bytes(table: str, column: str) -> None:
    op.execute(f'alter table "{table}" add constraint "ck_{table}_{column}_sealed" '
               f"check (substring(\"{column}\" for 3) = 's1.'::bytea) not valid")


def unseal_columns(table: str, *columns: str, as_json: tuple[str, ...] = ()) -> None:
    """For a database whose values were never sealed: sealed ones stay what they are."""
    for column in columns:
        op.execute(f'alter table "{table}" drop constraint "ck_{table}_{column}_sealed"')
    for column in as_json:
        op.execute(f'alter table "{table}" alter "{column}" type jsonb using to_jsonb("{column}")')


def create_blind_index() -> None:
    op.create_table(
        "blind_index",
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("community", sa.String(31), nullable=False),
        sa.PrimaryKeyConstraint("field", "digest", "row_id", name="pk_blind_index"),
    )
    op.create_index("ix_blind_index_row_id", "blind_index", ["row_id"])
    guard_rows("blind_index")


def guard_parts(table: str, whole: str, column: str) -> None:
    """For the rows of a part, e.g. the lines of a need: they are reached with the row they belong to."""
    guard(table, f'exists (select from "{whole}" where "{whole}".id = "{table}"."{column}")')


def guard(table: str, reached: str) -> None:
    op.execute(f'alter table "{table}" enable row level security')
    op.execute(f'alter table "{table}" force row level security')
    op.execute(f'create policy reach on "{table}" using ({reached}) with check ({reached})')


def unguard(*tables: str) -> None:
    for table in tables:
        op.execute(f'drop policy reach on "{table}"')
        op.execute(f'alter table "{table}" no force row level security')
        op.execute(f'alter table "{table}" disable row level security')
