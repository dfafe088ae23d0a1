"""The connection to NATS. It may be away at start or for an hour: whoever needs it waits, nothing else does."""

import asyncio
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.errors import Error
from nats.js import JetStreamContext

from shared.logs import log, what_failed

MESSAGE_ID = "Nats-Msg-Id"
CONTENT_TYPE = {"Content-Type": "application/cloudevents+json"}
PUBLISH_TIMEOUT_SECONDS = 5.0


def stream_of(service: str) -> str:
    return service.upper()


async def connect(url: str, user: str, seed_file: Path | None) -> Client:
    """One attempt, at most 3 seconds. Afterwards the client reconnects for ever by itself."""

    async def quiet(_: Exception) -> None:
        """Reconnects are told by readiness and metrics, not by a log line per attempt."""

    return await asyncio.wait_for(
        nats.connect(
            url,
            name=user,
            nkeys_seed=str(seed_file) if seed_file else None,
            inbox_prefix=f"_INBOX_{user}",
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.5,
            connect_timeout=2,
            ping_interval=10,
            pending_size=0,
            error_cb=quiet,
        ),
        timeout=3,
    )


class Messages:
    """A service's JetStream. `jetstream()` waits until there is one."""

    def __init__(self, url: str, user: str, seed_file: Path | None) -> None:
        self._url, self._user, self._seed_file = url, user, seed_file
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    @property
    def is_connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    async def jetstream(self) -> JetStreamContext:
        async with self._connecting:
            while self._client is None or self._client.is_closed:
                try:
                    self._client = await connect(self._url, self._user, self._seed_file)
                    log.info("nats.connected")
                except (OSError, Error, TimeoutError) as error:
                    log.warning("nats.away", **what_failed(error))
                    await asyncio.sleep(1)
        return self._client.jetstream(timeout=PUBLISH_TIMEOUT_SECONDS)

    async def close(self) -> None:
        if self._client is not None and not self._client.is_closed:
            await self._client.close()
