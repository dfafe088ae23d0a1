"""./linli audit verify: walks the log of every service and finds whatever was changed in it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError
from rich.console import Console

from deploy.databases import BACKUP, url_for
from deploy.keys import Keys
from deploy.local.folder import DataFolder
from deploy.streams import connect, stream_of
from deploy.topology import APPLICATIONS, OPERATOR
from deploy.verbs.options import DATA_FOLDER, Data
from deploy.verbs.running import Running
from deploy.words import Refusal, Words
from shared.events import parse
from shared.privacy.audit import checkpoints
from shared.privacy.audit.checkpoints import Checkpoint
from shared.privacy.audit.notary import COMMUNITY
from shared.privacy.audit.verify import BATCH, SELECT, Verdict, verify

verbs = typer.Typer()
audit = typer.Typer(help="谁做了、谁看了什么的日志 · The log of who did and who read what", no_args_is_help=True)
verbs.add_typer(audit, name="audit")

Service = Annotated[str | None, typer.Option("--service", metavar="SERVICE", help=" | ".join(APPLICATIONS))]
AsJson = Annotated[bool, typer.Option("--json", help="只打印 JSON · JSON alone")]
Server = Annotated[str | None, typer.Option(
    metavar="URL", help="另一台数据库服务器 · Another database server, with --secrets and --checkpoints")]
Secrets = Annotated[Path | None, typer.Option(help="其密钥目录 · Its secrets folder")]
Nats = Annotated[str | None, typer.Option(help="其 NATS 地址 · Its NATS URL")]
Folder = Annotated[Path | None, typer.Option("--checkpoints", help="检查点所在目录 · The folder of checkpoints, or of a folder for each service")]


@dataclass(frozen=True)
class Place:
    """Where the logs, the keys and the checkpoints are. `urls`: per service, as the role that only reads."""

    urls: dict[str, str]
    keys: Keys
    checkpoints: Path
    nats_url: str | None


@audit.command("verify", help="逐条核对 · Walk every entry")
def verify_logs(
    service: Service = None, as_json: AsJson = False, data: Data = DATA_FOLDER, server: Server = None,
    secrets: Secrets = None, folder: Folder = None, nats: Nats = None,
) -> None:
    if service is not None and service not in APPLICATIONS:
        raise typer.BadParameter(" | ".join(APPLICATIONS), param_hint="--service")
    place = another(server, secrets, folder, nats) if server else running_here(data, folder)
    verdicts = [asyncio.run(verdict_on(place, one)) for one in ([service] if service else APPLICATIONS)]
    if as_json:
        print(json.dumps([verdict.document() for verdict in verdicts]))
    else:
        console = Console(highlight=False)
        for line in told(verdicts):
            console.print(line, soft_wrap=True)
    if not all(verdict.is_whole for verdict in verdicts):
        sys.exit(1)


def running_here(data: Path, folder: Path | None) -> Place:
    running = Running(data)
    return Place(running.state["databases"], running.keys, folder or DataFolder(data).audit, running.nats_url)


def another(server: str, secrets: Path | None, folder: Path | None, nats_url: str | None) -> Place:
    if secrets is None or folder is None:
        raise Refusal("--server 需要同时给出 --secrets 和 --checkpoints。", "--server needs --secrets and --checkpoints.")
    return Place({name: url_for(server, name, BACKUP) for name in APPLICATIONS}, Keys(secrets), folder, nats_url)


async def verdict_on(place: Place, service: str) -> Verdict:
    witnesses = await told_by_stream(place, service) if place.nats_url else []
    taken = checkpoints.every(checkpoints.found_in(place.checkpoints, service))
    keys = [checkpoints.key_in(file) for file in place.keys.audit_keys(service)]
    async with entries(place.urls[service], place.keys.password(BACKUP).read_text().strip()) as found:
        return await verify(service, found, taken, keys, witnesses)


async def told_by_stream(place: Place, service: str) -> list[Checkpoint]:
    """What nobody can take back: the stream lets no message be deleted. All of it, not the last alone: a file that was
    taken away is begun anew by the service itself, with signatures that hold."""
    client = await connect(place.nats_url or "", OPERATOR, place.keys.seed(OPERATOR))
    stream, subject = stream_of(service).name, f"{service}.audit.checkpointed.v1.{COMMUNITY}"
    try:
        last = (await client.jetstream().get_last_msg(stream, subject)).seq or 0
        return [checkpoint_of(service, body) async for body in said(client, stream, subject, last)]
    except NotFoundError:
        return []
    finally:
        await client.close()


async def said(client: Client, stream: str, subject: str, last: int) -> AsyncIterator[bytes]:
    unacknowledged = ConsumerConfig(ack_policy=AckPolicy.NONE)
    subscription = await client.jetstream().pull_subscribe(subject, stream=stream, config=unacknowledged)
    seen = 0
    while seen < last:
        for message in await subscription.fetch(BATCH):
            seen = message.metadata.sequence.stream
            yield message.data


def checkpoint_of(service: str, body: bytes) -> Checkpoint:
    return Checkpoint(service, **parse(body).data.model_dump(mode="json"))


@asynccontextmanager
async def entries(url: str, password: str) -> AsyncIterator[AsyncIterator[asyncpg.Record]]:
    """All at one moment, past row-level security, a batch in memory at a time."""
    connection = await asyncpg.connect(url, password=password)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection.cursor(SELECT, prefetch=BATCH)
    finally:
        await connection.close()


def told(verdicts: list[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.is_whole:
            yield str(Words(
                f"[green]✓[/] {verdict.service}：{verdict.entries} 条记录完整，{verdict.checkpoints} 个签名检查点，"
                f"覆盖到第 {verdict.covered} 条",
                f"[green]✓[/] {verdict.service}: {verdict.entries} entries, whole; {verdict.checkpoints} signed "
                f"checkpoints, up to entry {verdict.covered}"))
        for finding in verdict.findings:
            yield f"[red]✗ {verdict.service}[/]  {finding.words.zh}"
            yield f"  {finding.words.en}"
