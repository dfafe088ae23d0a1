"""How fast events get out: the relay against raw JetStream publishing, and commit → integrator at a steady rate."""

import asyncio
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import asyncpg
import nats

from deploy.bench.http import CONNECTIONS, HAZARD
from deploy.bench.load import press, request_bytes
from deploy.local import Neighbourhood
from deploy.local.ports import LOOPBACK
from deploy.stories.integrator import USER, Integrator
from deploy.stories.verdict import milliseconds, percentile
from shared.reach import EVERYWHERE, SETTING

EVENTS = 20_000
IN_FLIGHT = 256
PER_SECOND = 200
SECONDS = 15
COMMUNITY = "bench"
# A type that no service listens to: what is measured here is the relay, not what others do with it.
INSERT = """
    insert into outbox (event_id, type, subject, community, sequence, correlation_id, data, created_at)
    select gen_random_uuid(), 'volunteer.squad.formed.v1', gen_random_uuid(), $1, 1, gen_random_uuid(),
           jsonb_build_object('squad_id', gen_random_uuid()), now()
    from generate_series(1, $2)
"""
WAITING = "select count(*) from outbox where published_at is null"


async def relay_rate(neighbourhood: Neighbourhood) -> dict[str, float]:
    """Events per second, fsync on at both ends. The relay shares its process with the service, which idles."""
    raw = await raw_publish_rate(neighbourhood)
    environment = neighbourhood.applications["volunteer"].environment
    password = Path(environment["DATABASE_PASSWORD_FILE"]).read_text().strip()
    connection = await asyncpg.connect(
        environment["DATABASE_URL"], password=password, server_settings={SETTING: EVERYWHERE})
    try:
        await connection.execute(INSERT, COMMUNITY, EVENTS)
        begun = perf_counter()
        while await connection.fetchval(WAITING):
            await asyncio.sleep(0.02)
        relayed = EVENTS / (perf_counter() - begun)
    finally:
        await connection.close()
    return {"relay_per_s": round(relayed), "raw_publish_per_s": round(raw), "ratio": round(relayed / raw, 2)}


async def raw_publish_rate(neighbourhood: Neighbourhood) -> float:
    """nats-py alone, with as many in flight as the relay has."""
    client = await nats.connect(
        neighbourhood.nats_url, nkeys_seed=str(neighbourhood.keys.seed("volunteer")), inbox_prefix="_INBOX_volunteer")
    jetstream, body, slots = client.jetstream(), os.urandom(300).hex().encode(), asyncio.Semaphore(IN_FLIGHT)

    async def publish() -> None:
        async with slots:
            await jetstream.publish(
                f"volunteer.bench.published.v1.{COMMUNITY}", body, headers={"Nats-Msg-Id": str(uuid4())}, timeout=30)

    begun = perf_counter()
    await asyncio.gather(*(publish() for _ in range(EVENTS)))
    rate = EVENTS / (perf_counter() - begun)
    await client.close()
    return rate


async def commit_to_integrator(neighbourhood: Neighbourhood, token: str) -> dict[str, float]:
    """Milliseconds from an event's row, just before its commit, to an outside consumer, at a steady rate of reports."""
    since = datetime.now(UTC) - timedelta(milliseconds=1)
    integrator = Integrator(neighbourhood.nats_url, neighbourhood.keys.seed(USER), since)
    await integrator.start()
    try:
        sent = await report_steadily(neighbourhood.applications["volunteer"].port, token)
        said = {arrival.event.id: arrival.event.time for arrival in await all_arrived(integrator, sent)}
        waits = milliseconds(integrator.arrivals, said)
        return {"events": len(waits), "per_s": PER_SECOND, "p50_ms": percentile(waits, 50),
                "p99_ms": percentile(waits, 99)}
    finally:
        with suppress(Exception):
            await integrator.stop()


async def report_steadily(port: int, token: str) -> int:
    """Hazard reports at a steady rate; how many were made."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = request_bytes("POST", "/v1/hazards", headers, HAZARD)
    load = await press(LOOPBACK, port, request, connections=CONNECTIONS, seconds=SECONDS, per_second=PER_SECOND)
    return load.statuses.get(201, 0)


async def all_arrived(integrator: Integrator, count: int):
    deadline = perf_counter() + 60
    while len(integrator.arrivals) < count:
        if perf_counter() > deadline:
            raise RuntimeError(f"{len(integrator.arrivals)} of {count} events arrived")
        await asyncio.sleep(0.05)
    return integrator.arrivals
