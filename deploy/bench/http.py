"""A hot write and a hot read against the bare handlers of `bare.py`: same SQL, same database, in turns."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

import httpx

from deploy.bench.load import Load, press, request_bytes
from deploy.local import Neighbourhood
from deploy.local.ports import LOOPBACK, free_port
from deploy.topology import PROJECT

CONNECTIONS = 16
SECONDS = 4.0
ROUNDS = 5
HAZARD = b'{"community": "dungen", "kind": "no_smoke_detector", "severity": 3}'


@contextmanager
def bare_handlers(
    neighbourhood: Neighbourhood, app: str = "deploy.bench.bare:app", environment: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """The yardstick's process, or another application's, on the volunteer service's database; gives its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--loop", "uvloop",
         "--http", "httptools", "--no-access-log", "--log-level", "warning"],
        cwd=PROJECT, stdout=sys.stderr,
        env=os.environ | neighbourhood.applications["volunteer"].environment | dict(environment or {}))
    try:
        wait_for(f"http://{LOOPBACK}:{port}/openapi.json")
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(url, trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


async def against_bare(neighbourhood: Neighbourhood, token: str) -> dict[str, dict[str, float]]:
    """Requests per second of both and their ratio: the median over the rounds."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    ours = neighbourhood.applications["volunteer"].port
    with bare_handlers(neighbourhood) as bare:
        hazard = httpx.post(f"http://{LOOPBACK}:{ours}/v1/hazards", content=HAZARD, headers=headers, trust_env=False)
        hazard.raise_for_status()
        requests = {
            "hot_write": request_bytes("POST", "/v1/hazards", headers, HAZARD),
            "hot_read": request_bytes("GET", f"/v1/hazards/{hazard.json()['id']}", headers),
        }
        return {name: await in_turns(request, ours, bare) for name, request in requests.items()}


async def write_alone(neighbourhood: Neighbourhood, token: str) -> dict[str, float]:
    """The same write while the services that listen to it are down, so that only the handler and its relay run."""
    listening = ("mediation", "eldercare", "resources")
    for name in listening:
        await asyncio.to_thread(neighbourhood.take_down, name)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with bare_handlers(neighbourhood) as bare:
            request = request_bytes("POST", "/v1/hazards", headers, HAZARD)
            return await in_turns(request, neighbourhood.applications["volunteer"].port, bare)
    finally:
        for name in listening:
            await asyncio.to_thread(neighbourhood.bring_up, neighbourhood.part(name))


async def in_turns(request: bytes, ours: int, bare: int) -> dict[str, float]:
    rates: dict[int, list[float]] = {ours: [], bare: []}
    for _ in range(ROUNDS):
        for port, seen in rates.items():
            load = await press(LOOPBACK, port, request, connections=CONNECTIONS, seconds=SECONDS)
            must_have_worked(load)
            seen.append(load.rate)
            await asyncio.sleep(0.5)  # what the last round left behind is not the next one's
    ratios = [mine / theirs for mine, theirs in zip(rates[ours], rates[bare], strict=True)]
    return {"linli_per_s": round(median(rates[ours])), "bare_per_s": round(median(rates[bare])),
            "ratio": round(median(ratios), 2)}


def must_have_worked(load: Load) -> None:
    if not load.answers or not set(load.statuses) <= {200, 201}:
        raise RuntimeError(f"answers by status: {load.statuses}")
