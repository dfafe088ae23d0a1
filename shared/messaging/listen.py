"""Hears the events of other services: one durable pull consumer per stream, strictly in order, one at a time.

`max_ack_pending=1` is what keeps order after a crash: nothing newer is delivered before the unfinished one.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from nats.aio.msg import Msg
from nats.errors import TimeoutError as NothingToFetch
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared import trace
from shared.clock import Clock
from shared.db import Database, is_away
from shared.events import Event, Payload, parse
from shared.http.peers import Peers
from shared.http.problems import Problem, Unavailable
from shared.logs import log, what_failed
from shared.messaging import metrics
from shared.messaging.inbox import first_time
from shared.messaging.nats import Messages, stream_of
from shared.reach import EVERYWHERE

Handler = Callable[[AsyncSession, Event[Any], Any], Awaitable[None]]

ACK_WAIT_SECONDS = 5.0
FETCH_SECONDS = 2.0
RETRY_DELAYS_SECONDS = (0.1, 0.5, 2, 5, 15, 30)
ATTEMPTS_BEFORE_DEAD = 5

POISON = (ValidationError, KeyError, UnicodeDecodeError, Problem)


class Listeners:
    """Event type → actions. Several actions of one event share its transaction."""

    def __init__(self) -> None:
        self.handlers: dict[str, list[Handler]] = defaultdict(list)

    def on(self, *payloads: type[Payload]) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            for payload in payloads:
                self.handlers[payload.event_type].append(handler)
            return handler

        return register

    def streams(self) -> dict[str, list[str]]:
        """Stream → subjects this service wants of it."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for name in self.handlers:
            wanted[stream_of(name.partition(".")[0])].append(f"{name}.*")
        return wanted


class Consumer:
    """One service's ear at one stream."""

    def __init__(
        self, service: str, stream: str, subjects: list[str], listeners: Listeners,
        database: Database, tables: Any, messages: Messages, clock: Clock, wake_relay: Callable[[], None],
        peers: Peers,
    ) -> None:
        self._service, self._stream, self._subjects = service, stream, subjects
        self._listeners, self._database, self._tables = listeners, database, tables
        self._messages, self._clock, self._wake_relay, self._peers = messages, clock, wake_relay, peers

    async def run(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:
                log.warning("consumer.interrupted", stream=self._stream, **what_failed(error))
            await asyncio.sleep(RETRY_DELAYS_SECONDS[1])

    async def _listen(self) -> None:
        jetstream = await self._messages.jetstream()
        await jetstream.add_consumer(self._stream, ConsumerConfig(
            durable_name=self._service,
            filter_subjects=sorted(self._subjects),
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_ack_pending=1,
            max_deliver=-1,
        ))
        subscription = await jetstream.pull_subscribe_bind(durable=self._service, stream=self._stream)
        try:
            while True:
                try:
                    messages = await subscription.fetch(1, timeout=FETCH_SECONDS)
                except NothingToFetch:
                    continue
                for message in messages:
                    await self._hear(message)
        finally:
            await subscription.unsubscribe()

    async def _hear(self, message: Msg) -> None:
        try:
            with metrics.HANDLING.labels(self._service).time():
                await self._handle_while_claiming_time(message)
        except Exception as error:
            await self._despair_or_retry(message, error)
        else:
            await message.ack_sync(timeout=FETCH_SECONDS)

    async def _despair_or_retry(self, message: Msg, error: Exception) -> None:
        if may_come_back(error):
            await self._try_later(message, error)
        elif isinstance(error, POISON) or message.metadata.num_delivered >= ATTEMPTS_BEFORE_DEAD:
            await self._bury(message, error)
        else:
            await self._try_later(message, error)

    async def _handle_while_claiming_time(self, message: Msg) -> None:
        handling = asyncio.ensure_future(self._handle(parse(message.data)))
        try:
            while not (await asyncio.wait({handling}, timeout=ACK_WAIT_SECONDS / 2))[0]:
                await message.in_progress()
            handling.result()
        finally:
            handling.cancel()

    async def _handle(self, event: Event[Any]) -> None:
        trace.current_traceparent.set(trace.continue_trace(event.traceparent))
        new = await handle_once(self._database, self._tables, self._listeners, event, self._clock, self._peers)
        metrics.HEARD.labels(self._service, event.type, "handled" if new else "known").inc()
        if new:
            self._wake_relay()
            log.info("event.handled", type=event.type, event_id=str(event.id), correlation_id=str(event.correlationid))

    async def _try_later(self, message: Msg, error: Exception) -> None:
        attempt = message.metadata.num_delivered
        delay = RETRY_DELAYS_SECONDS[min(attempt, len(RETRY_DELAYS_SECONDS)) - 1]
        log.warning("event.retried", stream=self._stream, attempt=attempt, **what_failed(error))
        await message.nak(delay=delay)

    async def _bury(self, message: Msg, error: Exception) -> None:
        """The row first, then the `term`: a crash in between delivers again and buries twice, but loses nothing."""
        name = ".".join(message.subject.split(".")[:4])
        try:
            async with self._database.transaction(EVERYWHERE) as tx:
                tx.add(self._tables.dead_letter(
                    stream=self._stream,
                    stream_sequence=message.metadata.sequence.stream,
                    type=name,
                    reason=reason_of(error),
                    body=message.data.decode(errors="replace").replace("\x00", ""),
                ))
        except Exception as failed:
            await self._try_later(message, failed)
            return
        await message.term()
        metrics.DEAD_LETTERS.labels(self._service, name).inc()
        log.error("event.dead", type=name, stream_sequence=message.metadata.sequence.stream, **what_failed(error))


async def handle_once(
    database: Database, tables: Any, listeners: Listeners, event: Event[Any], clock: Clock, peers: Peers,
) -> bool:
    """Inbox row and effect in one transaction. False when the event had been heard, or was older than one heard."""
    async with database.transaction(EVERYWHERE, causation_id=event.id, peers=peers) as tx:
        if not await first_time(tx, tables.inbox, event):
            return False
        await handle(tx, listeners, event, clock)
    return True


async def handle(tx: AsyncSession, listeners: Listeners, event: Event[Any], clock: Clock) -> None:
    for handler in listeners.handlers[event.type]:
        await handler(tx, event, clock())


def may_come_back(error: Exception) -> bool:
    """True when PostgreSQL or another service was away: the event waits as long as that lasts, and is never dead."""
    return isinstance(error, Unavailable) or is_away(error)


def reason_of(error: Exception) -> str:
    """Kind of the error and, of a refusal, its type; not its message, which may quote data."""
    return error.slug if isinstance(error, Problem) else type(error).__name__
