"""Declares the JetStream streams, one per application; nothing else in Linli creates or changes one.

    NATS_URL=nats://host:4222 NATS_NKEY_SEED_FILE=operator.seed python -m deploy.streams

Can be run again at any time. A stream is a copy of what the outboxes hold and can be filled again with `./linli replay`.
"""

import asyncio
import os
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from deploy.topology import APPLICATIONS, NATS_VERSION, OPERATOR
from deploy.words import Refusal

DAY = 86_400
CONNECT_SECONDS = 5


def stream_of(application: str) -> StreamConfig:
    return StreamConfig(
        name=application.upper(),
        subjects=[f"{application}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.OLD,
        max_age=90 * DAY,
        max_bytes=2**30,
        max_msg_size=256 * 1024,
        duplicate_window=10 * 60,
        # What was said cannot be unsaid in the copy either.
        deny_delete=True,
        deny_purge=True,
        num_replicas=int(os.environ.get("NATS_REPLICAS", "1")),
    )


async def declare(client: Client) -> None:
    jetstream = client.jetstream()
    for config in map(stream_of, APPLICATIONS):
        try:
            await jetstream.stream_info(config.name)
        except NotFoundError:
            await jetstream.add_stream(config)
        else:
            await jetstream.update_stream(config)


async def connect(url: str, user: str, seed_file: Path | None) -> Client:
    """For one-shot commands: once, within seconds, or not at all."""
    return await asyncio.wait_for(
        nats.connect(url, name=f"linli {user}", nkeys_seed=str(seed_file) if seed_file else None,
                     inbox_prefix=f"_INBOX_{user}", max_reconnect_attempts=1, error_cb=say_nothing),
        timeout=CONNECT_SECONDS)


async def say_nothing(_: Exception) -> None:
    """The exception that `connect` raises says it all."""


def refuse_old_server(client: Client) -> None:
    version = client.connected_server_version
    if (version.major, version.minor) < NATS_VERSION:
        needed = ".".join(map(str, NATS_VERSION))
        raise Refusal(f"NATS 版本太旧：需要 {needed}，此服务器是 {version}。",
                      f"NATS is too old: {needed} is needed, this server is {version}.")


async def declare_at(url: str, seed_file: Path | None) -> None:
    client = await connect(url, OPERATOR, seed_file)
    try:
        refuse_old_server(client)
        await declare(client)
    finally:
        await client.close()


def main() -> None:
    seed_file = os.environ.get("NATS_NKEY_SEED_FILE")
    asyncio.run(declare_at(os.environ["NATS_URL"], Path(seed_file) if seed_file else None))


if __name__ == "__main__":
    main()
