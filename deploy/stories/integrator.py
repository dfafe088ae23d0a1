"""An outside integrator: only NATS and the public contract, a durable consumer of its own on each stream."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import nats
from nats.errors import Error
from nats.errors import TimeoutError as NothingToFetch
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.events import Event, parse

STREAMS = ("VOLUNTEER", "MEDIATION", "ELDERCARE", "RESOURCES")
USER = "integrator"
FETCH_SECONDS = 1.0
BATCH = 100


@dataclass(frozen=True)
class Arrival:
    event: Event
    received_at: datetime


class Integrator:
    """Begins at `since` and remembers everything that arrives, doubled deliveries too."""

    def __init__(self, url: str, seed_file: Path, since: datetime) -> None:
        self._url, self._seed_file, self._since = url, seed_file, since
        self._name = f"demo-{uuid4().hex[:8]}"
        self.arrivals: list[Arrival] = []
        self._ears: list[asyncio.Task] = []

    async def start(self) -> None:
        self._client = await nats.connect(
            self._url, name=USER, nkeys_seed=str(self._seed_file), inbox_prefix=f"_INBOX_{USER}",
            max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=self._quiet)
        ready = [asyncio.Event() for _ in STREAMS]
        self._ears = [asyncio.create_task(self._listen(stream, there)) for stream, there in zip(STREAMS, ready, strict=True)]
        await asyncio.gather(*(there.wait() for there in ready))

    async def _quiet(self, _: Exception) -> None:
        """The client reconnects by itself; a demo does not tell of that."""

    async def _listen(self, stream: str, ready: asyncio.Event) -> None:
        jetstream = self._client.jetstream()
        while True:
            with suppress(Error, OSError):
                await jetstream.add_consumer(stream, ConsumerConfig(
                    durable_name=self._name, ack_policy=AckPolicy.EXPLICIT, ack_wait=10,
                    deliver_policy=DeliverPolicy.BY_START_TIME, opt_start_time=self._since.astimezone(UTC),
                    inactive_threshold=300))
                subscription = await jetstream.pull_subscribe_bind(durable=self._name, stream=stream)
                ready.set()
                while True:
                    with suppress(NothingToFetch):
                        await self._take(await subscription.fetch(BATCH, timeout=FETCH_SECONDS))
            await asyncio.sleep(0.2)

    async def _take(self, messages: list) -> None:
        received_at = datetime.now(UTC)
        for message in messages:
            self.arrivals.append(Arrival(parse(message.data), received_at))
            await message.ack()

    def counts(self) -> Counter[UUID]:
        return Counter(arrival.event.id for arrival in self.arrivals)

    async def stop(self) -> None:
        listening = set(self._ears)
        while listening:  # nats-py may swallow one cancellation
            for ear in listening:
                ear.cancel()
            _, listening = await asyncio.wait(listening, timeout=0.5)
        for stream in STREAMS:
            with suppress(Error, OSError):
                await self._client.jetstream().delete_consumer(stream, self._name)
        await self._client.close()


