"""Carries outbox rows to JetStream: one relay per service, in order within a key, many keys at once."""

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import Any

from nats.errors import Error
from nats.js import JetStreamContext
from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.clock import system_clock
from shared.logs import log, what_failed
from shared.messaging import metrics
from shared.messaging.nats import CONTENT_TYPE, MESSAGE_ID, PUBLISH_TIMEOUT_SECONDS, Messages
from shared.messaging.outbox import as_event

RELAY_LOCK = 0x11_11_01
BATCH = 500
AT_ONCE = 256
FALLBACK_SECONDS = 0.1
RETRY_SECONDS = 0.5


class Relay:
    def __init__(self, service: str, engine: AsyncEngine, outbox: type, messages: Messages) -> None:
        self._service, self._engine, self._messages = service, engine, messages
        self._table = outbox.__table__
        self._woken = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """For ever: becomes the elected relay when no other is, publishes, and starts over after any failure."""
        while True:
            try:
                jetstream = await self._messages.jetstream()
                async with self._engine.connect() as connection:
                    await self._publish_while_elected(connection, jetstream)
            except Exception as error:
                log.warning("relay.interrupted", **what_failed(error))
            await asyncio.sleep(RETRY_SECONDS)

    async def _publish_while_elected(self, connection: AsyncConnection, jetstream: JetStreamContext) -> None:
        if not await connection.scalar(select(func.pg_try_advisory_lock(RELAY_LOCK))):
            return
        log.info("relay.elected")
        try:
            while True:
                self._woken.clear()
                rows = (await connection.execute(self._unpublished())).mappings().all()
                if rows:
                    await self._publish(connection, jetstream, rows)
                if len(rows) < BATCH:
                    await self._rest()
        finally:
            # A connection that broke, or was cut off in the middle of a statement, has lost its lock with its session.
            if not connection.invalidated:
                await connection.execute(text("select pg_advisory_unlock_all()"))

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), FALLBACK_SECONDS)
        except TimeoutError:
            return

    def _unpublished(self):
        """Never `id > last`: sequence numbers become visible out of order, and a cursor would skip a late one."""
        return select(self._table).where(self._table.c.published_at.is_(None)).order_by(self._table.c.id).limit(BATCH)

    async def _publish(self, connection: AsyncConnection, jetstream: JetStreamContext, rows: list[Any]) -> None:
        by_key: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            by_key[row["subject"]].append(row)
        acknowledged = await asyncio.gather(*(self._publish_key(jetstream, rows) for rows in by_key.values()))
        ids = [id for key in acknowledged for id in key]
        if ids:
            await connection.execute(
                update(self._table).where(self._table.c.id == func.any(bindparam("ids"))),
                {"ids": ids, "published_at": system_clock()},
            )
            metrics.PUBLISHED.labels(self._service).inc(len(ids))
        if len(ids) < len(rows):
            raise TimeoutError(f"{len(rows) - len(ids)} events were not acknowledged")

    async def _publish_key(self, jetstream: JetStreamContext, rows: list[Any]) -> list[int]:
        """Stops at the first failure, so that nothing of this key overtakes it."""
        acknowledged = []
        for row in rows:
            event = as_event(row, self._service)
            async with self._slots:
                try:
                    await jetstream.publish(
                        event.nats_subject,
                        event.model_dump_json(exclude_none=True).encode(),
                        timeout=PUBLISH_TIMEOUT_SECONDS,
                        headers=self._headers(row),
                    )
                except (Error, OSError, TimeoutError) as error:
                    log.warning("relay.not_acknowledged", event_id=str(row["event_id"]), **what_failed(error))
                    return acknowledged
            acknowledged.append(row["id"])
        return acknowledged

    def _headers(self, row: Any) -> dict[str, str]:
        traced = {"traceparent": row["traceparent"]} if row["traceparent"] else {}
        return {MESSAGE_ID: str(row["event_id"])} | CONTENT_TYPE | traced


async def waiting(connection: AsyncConnection, outbox: type) -> tuple[int, datetime | None]:
    """How many events wait for publication, and since when the oldest does."""
    table = outbox.__table__
    statement = select(func.count(), func.min(table.c.created_at)).where(table.c.published_at.is_(None))
    return tuple((await connection.execute(statement)).one())
