"""What every service's Alembic environment does: as the migrator, with a short lock timeout, one transaction."""

import asyncio
import os
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.settings import with_driver


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
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=False)
    with context.begin_transaction():
        context.run_migrations()
