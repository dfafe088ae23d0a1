"""What guarding costs: the service with its guards and without, in many short turns, so that other load hits both.

`log_of_a_write`: the tamper-evident log alone. `guarded_write`, `guarded_read`: rows, sealed fields and log together, on
a hazard that has a description to seal.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import asyncpg
import httpx
import psutil

from deploy.bench.http import CONNECTIONS, HAZARD, bare_handlers, must_have_worked
from deploy.bench.load import press, request_bytes
from deploy.databases import app_of, url_for
from deploy.local import Neighbourhood
from deploy.local.ports import LOOPBACK
from deploy.topology import module_of

ROUNDS = 12
SECONDS = 1.5
BYPASSING = "linli_bench_bypassing"
TOLD = b'{"community": "dungen", "kind": "no_smoke_detector", "severity": 3, "description": "stairs of the third unit"}'


@dataclass
class Side:
    """One of the two processes: its port, and what was seen of it."""

    port: int
    rates: list[float] = field(default_factory=list)
    requests: int = 0
    cpu_seconds: float = 0.0


async def guards(neighbourhood: Neighbourhood, token: str) -> dict[str, dict[str, float]]:
    """Two processes alike, while the service itself relays what both of them say. `ratio` is of requests per second,
    `cpu_ratio` of the processor's time for one request in the process and in PostgreSQL, which other load moves less."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    write = request_bytes("POST", "/v1/hazards", headers, TOLD)
    unlogged, unguarded = {"WITHOUT": "log"}, {"WITHOUT": "log,rows,fields"} | await bypassing_role(neighbourhood)
    with bare_handlers(neighbourhood, module_of("volunteer")) as guarded:
        made = httpx.post(f"http://{LOOPBACK}:{guarded}/v1/hazards", content=TOLD, headers=headers, trust_env=False)
        made.raise_for_status()
        read = request_bytes("GET", f"/v1/hazards/{made.json()['id']}", headers)
        return {
            "log_of_a_write": await compared(
                neighbourhood, guarded, unlogged, request_bytes("POST", "/v1/hazards", headers, HAZARD)),
            "guarded_write": await compared(neighbourhood, guarded, unguarded, write),
            "guarded_read": await compared(neighbourhood, guarded, unguarded, read),
        }


async def bypassing_role(neighbourhood: Neighbourhood) -> dict[str, str]:
    """The environment of a process whose role no policy holds. It lives as long as the bench's own database."""
    password, url = secrets.token_hex(16), url_for(neighbourhood.admin_url, "volunteer", BYPASSING)
    admin = await asyncpg.connect(neighbourhood.admin_url, password=neighbourhood.part("postgres").admin_password)
    try:
        await admin.execute(f"create role {BYPASSING} login bypassrls password '{password}'")
        await admin.execute(f"grant {app_of('volunteer')} to {BYPASSING}")
    finally:
        await admin.close()
    file = Path(neighbourhood.folder.work, "bypassing")
    file.write_text(password)
    return {"DATABASE_URL": url, "DATABASE_PASSWORD_FILE": str(file)}


async def compared(
    neighbourhood: Neighbourhood, guarded: int, without: Mapping[str, str], request: bytes,
) -> dict[str, float]:
    with bare_handlers(neighbourhood, "deploy.bench.unguarded:app", without) as unguarded:
        sides = {"with": Side(guarded), "without": Side(unguarded)}
        for number in range(ROUNDS):
            for side in sorted(sides.values(), key=lambda one: one.port, reverse=bool(number % 2)):
                await turn(neighbourhood, side, request)
    return ratios(sides)


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


def ratios(sides: Mapping[str, Side]) -> dict[str, float]:
    guarded, without = sides["with"], sides["without"]
    each_turn = [one / other for one, other in zip(guarded.rates, without.rates, strict=True)]
    cpu = {name: side.cpu_seconds / side.requests for name, side in sides.items()}
    return {"with_per_s": round(median(guarded.rates)), "without_per_s": round(median(without.rates)),
            "ratio": round(median(each_turn), 2), "with_cpu_ms": round(cpu["with"] * 1000, 2),
            "without_cpu_ms": round(cpu["without"] * 1000, 2), "cpu_ratio": round(cpu["without"] / cpu["with"], 2)}
