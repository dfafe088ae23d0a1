"""Connections to PostgreSQL, and how a transaction on one begins and ends."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from asyncpg.exceptions import InterfaceError, InternalClientError, OperatorInterventionError, PostgresConnectionError
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from shared.reach import opening

DRIVER_AWAY = (PostgresConnectionError, OperatorInterventionError, InterfaceError, InternalClientError)
"""The last one when a connection breaks in the middle of an answer: the protocol is then in no state it knows."""


def engine_of(url: URL, service: str, pool_size: int, **more_settings: str) -> AsyncEngine:
    """In autocommit: transactions are begun by `begun`, with their reach in the same round trip."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "timeout": 5,
            "server_settings": {
                "application_name": f"linli_{service}",
                "lock_timeout": "10000",
                "idle_in_transaction_session_timeout": "60000",
            } | more_settings,
        },
    )


@asynccontextmanager
async def begun(connection: AsyncConnection, reach: str, last_words: Sequence[str] = ()) -> AsyncIterator[Any]:
    """A transaction with its reach, on the driver's connection, which it gives. Committed unless something is raised,
    in one round trip with the `last_words` that were found until then."""
    driver = (await connection.get_raw_connection()).driver_connection
    try:
        await driver.execute(opening(reach))
        yield driver
        await driver.execute("; ".join([*last_words, "commit"]))
    except BaseException as error:
        await undo(connection, driver, error)
        raise


async def undo(connection: AsyncConnection, driver: Any, error: BaseException) -> None:
    """A connection that may still be inside a transaction is never given back: the next one would be in it."""
    ended = False
    try:
        if not isinstance(error, (*DRIVER_AWAY, asyncio.CancelledError)) and not driver.is_closed():
            await driver.execute("rollback")
            ended = True
    except Exception:
        pass  # what was raised first is the reason
    finally:
        if not ended:
            connection.sync_connection.invalidate()
