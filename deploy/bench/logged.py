"""What the log costs a hot write: the service with it and without, in many short turns, so that other load hits both."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

import psutil

from deploy.bench.http import CONNECTIONS, HAZARD, bare_handlers, must_have_worked
from deploy.bench.load import press, request_bytes
from deploy.local import Neighbourhood
from deploy.local.ports import LOOPBACK
from deploy.topology import module_of

ROUNDS = 12
SECONDS = 1.5


@dataclass
class Side:
    """One of the two processes: its port, and what was seen of it."""

    port: int
    rates: list[float] = field(default_factory=list)
    requests: int = 0
    cpu_seconds: float = 0.0


async def log_of_a_write(neighbourhood: Neighbourhood, token: str) -> dict[str, float]:
    """Two processes alike, while the service itself relays what both of them say. `ratio` is of requests per second,
    `cpu_ratio` of the processor's time for one request in the process and in PostgreSQL, which other load moves less."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = request_bytes("POST", "/v1/hazards", headers, HAZARD)
    with (bare_handlers(neighbourhood, module_of("volunteer")) as logged,
          bare_handlers(neighbourhood, "deploy.bench.unlogged:app") as unlogged):
        sides = {"with": Side(logged), "without": Side(unlogged)}
        for number in range(ROUNDS):
            for side in sorted(sides.values(), key=lambda one: one.port, reverse=bool(number % 2)):
                await turn(neighbourhood, side, request)
    return compared(sides)


async def turn(neighbourhood: Neighbourhood, side: Side, request: bytes) -> None:
    before = processor_seconds(neighbourhood, side.port)
    load = await press(LOOPBACK, side.port, request, connections=CONNECTIONS, seconds=SECONDS)
    must_have_worked(load)
    await asyncio.sleep(0.3)  # the relay's share of this turn is not the next one's
    side.cpu_seconds += processor_seconds(neighbourhood, side.port) - before
    side.requests += load.answers
    side.rates.append(load.rate)


def processor_seconds(neighbourhood: Neighbourhood, port: int) -> float:
    """Of PostgreSQL with all its processes, and of the one that listens on the port."""
    server = psutil.Process(neighbourhood.part("postgres").pid)
    ours = [one for one in psutil.Process().children() if one.is_running() and listens(one, port)]
    spent = 0.0
    for process in (server, *server.children(), *ours):
        times = process.cpu_times()
        spent += times.user + times.system
    return spent


def listens(process: psutil.Process, port: int) -> bool:
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in process.net_connections())


def compared(sides: Mapping[str, Side]) -> dict[str, float]:
    logged, unlogged = sides["with"], sides["without"]
    ratios = [one / other for one, other in zip(logged.rates, unlogged.rates, strict=True)]
    each = {name: side.cpu_seconds / side.requests for name, side in sides.items()}
    return {"with_per_s": round(median(logged.rates)), "without_per_s": round(median(unlogged.rates)),
            "ratio": round(median(ratios), 2), "with_cpu_ms": round(each["with"] * 1000, 2),
            "without_cpu_ms": round(each["without"] * 1000, 2), "cpu_ratio": round(each["without"] / each["with"], 2)}
