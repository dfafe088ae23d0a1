"""./linli doctor: what runs and how it is. Exit code 1 if something is wrong, with what to do about it."""

import asyncio
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from nats.errors import Error
from rich.console import Console
from rich.table import Table

from deploy.verbs.options import DATA_FOLDER, Data
from deploy.verbs.running import Running
from deploy.verbs.vitals import (
    ConsumerVitals,
    ProcessVitals,
    consumers_of,
    free_gigabytes,
    nats_is_healthy,
    processes_of,
    readiness_of,
    versions,
)
from deploy.words import Words

verbs = typer.Typer()
LITTLE_ROOM_GIGABYTES = 1.0
OLD_SECONDS = 30


@verbs.command(help="体检：进程、版本、积压、死信、磁盘 · What runs, versions, lag, dead letters, disk")
def doctor(data: Data = DATA_FOLDER) -> None:
    running = Running(data)
    console = Console(highlight=False)
    processes, readiness = processes_of(running.state), readiness_of(running.state)
    consumers = consumers_or_none(running)
    free = free_gigabytes(data)
    console.print(process_table(processes), application_table(readiness), consumer_table(consumers or []))
    console.print(" · ".join([f"{name} {version}" for name, version in versions().items()]
                             + [f"Python {platform.python_version()}", f"{free:.1f} GB free"]))
    for issuer, of_known in issuers_of(readiness).items():
        console.print(f"{'✓' if of_known else '✗'} 信任的签发方 trusted issuer {issuer}")
    console.print(f"网关 gateway {running.gateway_url} · NATS {running.nats_url} · 数据 data {data}")
    found = findings(processes, readiness, consumers, nats_is_healthy(running.state), free, data)
    for words in found:
        console.print(f"✗ {words}", style="bold red")
    if found:
        raise typer.Exit(1)
    console.print(str(Words("✓ 一切正常", "✓ All is well")), style="bold green")


def consumers_or_none(running: Running) -> list[ConsumerVitals] | None:
    try:
        return asyncio.run(consumers_of(running))
    except (OSError, Error, TimeoutError):
        return None


def process_table(processes: list[ProcessVitals]) -> Table:
    table = Table("process", "pid", "MB", title="进程 processes")
    for one in processes:
        table.add_row(one.name, str(one.pid or "✗"), f"{one.megabytes:.0f}")
    table.add_section()
    table.add_row("", "", f"{sum(one.megabytes for one in processes):.0f}")
    return table


def application_table(readiness: Mapping[str, dict[str, Any] | None]) -> Table:
    table = Table("name", "ready", "database", "nats", "outbox", "oldest", "dead", "migration", title="应用 applications")
    for name, one in readiness.items():
        facts = one or {}
        table.add_row(name, "✓" if facts.get("ready") else "✗", *(
            shown(facts.get(key)) for key in ("database", "nats", "outbox_waiting", "outbox_oldest_seconds",
                                              "dead_letters", "migration")))
    return table


def issuers_of(readiness: Mapping[str, dict[str, Any] | None]) -> dict[str, bool]:
    """Whose tokens the services believe, and whether all of them know its keys."""
    found: dict[str, bool] = {}
    for one in readiness.values():
        for issuer, is_known in ((one or {}).get("issuers") or {}).items():
            found[issuer] = found.get(issuer, True) and is_known
    return found


def consumer_table(consumers: list[ConsumerVitals]) -> Table:
    table = Table("stream", "consumer", "behind", "unacked", "redelivered", title="消费者 consumers")
    for one in consumers:
        table.add_row(*map(shown, one))
    return table


def shown(value: object) -> str:
    if value is None:
        return "?"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def findings(
    processes: list[ProcessVitals], readiness: Mapping[str, dict[str, Any] | None],
    consumers: list[ConsumerVitals] | None, nats_healthy: bool | None, free: float, data: Path,
) -> list[Words]:
    """What is wrong, and what to do."""
    found = [
        Words(f"{one.name} 没有运行，会自动重启；反复出现时请看 {data}/logs/{one.name}.log",
              f"{one.name} is not running; it is started again by itself. If that repeats, see {data}/logs/{one.name}.log")
        for one in processes if one.pid is None
    ]
    for name, one in readiness.items():
        found += application_findings(name, one)
    found += [Words(f"签发方 {issuer} 的公钥还没取到，它签发的令牌暂时用不了",
                    f"the keys of the issuer {issuer} are not known: its tokens cannot be checked yet")
              for issuer, is_known in issuers_of(readiness).items() if not is_known]
    if consumers is None:
        found.append(Words("NATS 连不上；事件先存在数据库里，恢复后自动补发", "NATS cannot be reached; events wait in the databases"))
    elif nats_healthy is False:
        found.append(Words("NATS 的存储停住了（多半是磁盘曾满）：腾出空间后重启 ./linli up",
                           "NATS has frozen its store, most likely for want of disk space: make room, then restart ./linli up"))
    if free < LITTLE_ROOM_GIGABYTES:
        found.append(Words(f"磁盘只剩 {free:.1f} GB，请腾出空间", f"Only {free:.1f} GB of disk are left: make room"))
    return found


def application_findings(name: str, one: dict[str, Any] | None) -> list[Words]:
    if one is None:
        return [Words(f"{name} 没有应答", f"{name} does not answer")]
    found = []
    if not one.get("ready"):
        found.append(Words(f"{name} 还不能服务", f"{name} is not ready"))
    if (one.get("outbox_oldest_seconds") or 0) > OLD_SECONDS:
        found.append(Words(f"{name} 有事件 {OLD_SECONDS} 秒还没发出", f"{name} has had events unpublished for {OLD_SECONDS} s"))
    if dead := one.get("dead_letters"):
        found.append(Words(f"{name} 有 {dead} 封死信：./linli dead-letters list", f"{name} has {dead} dead letters: ./linli dead-letters list"))
    return found
