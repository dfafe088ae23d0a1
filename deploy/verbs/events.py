"""./linli events: what the services say, as it is said; as an integrator hears it, with a consumer of its own per stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import uuid4

import typer
from nats.errors import Error
from nats.errors import TimeoutError as NothingToFetch
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from rich.console import Console
from rich.text import Text

from deploy.streams import connect
from deploy.topology import APPLICATIONS, INTEGRATOR
from deploy.verbs.lines import COLOURS
from deploy.verbs.moments import moment
from deploy.verbs.options import DATA_FOLDER, Data
from deploy.verbs.running import Running

verbs = typer.Typer()
FETCH_SECONDS, RETRY_SECONDS, FORGOTTEN_AFTER_SECONDS = 5, 1, 60.0

Community = Annotated[str, typer.Option("--community", metavar="C", help="只看一个社区 · Of one community")]
Type = Annotated[str, typer.Option(
    "--type", metavar="T", help="只看一类，如 volunteer 或 volunteer.hazard · Of one kind, e.g. volunteer.hazard")]
Since = Annotated[datetime | None, typer.Option(
    "--since", parser=moment, metavar="T", help="从何时起，如 6h · From when, e.g. 6h; default: from now on")]
AsJson = Annotated[bool, typer.Option("--json", help="每行一个 CloudEvent · One CloudEvent per line")]


@verbs.command(help="跟随事件 · Follow the events")
def events(community: Community = "*", type: Type = "", since: Since = None, as_json: AsJson = False,
           data: Data = DATA_FOLDER) -> None:
    running = Running(data)
    with suppress(KeyboardInterrupt):
        asyncio.run(follow(running, subject_of(type, community), since or datetime.now(UTC), as_json))


def subject_of(type: str, community: str) -> str:
    """`<service>.<aggregate>.<past tense>.v<major>.<community>`, with a star for each part that is not asked for."""
    parts = type.split(".") if type else []
    if len(parts) > 4:
        raise typer.BadParameter("volunteer | volunteer.hazard | volunteer.hazard.verified | volunteer.hazard.verified.v1")
    return ".".join([*parts, *["*"] * (4 - len(parts)), community])


async def follow(running: Running, subject: str, since: datetime, as_json: bool) -> None:
    client = await connect(running.nats_url, INTEGRATOR, running.keys.seed(INTEGRATOR))
    service = subject.split(".")[0]
    streams = APPLICATIONS if service == "*" else [service]
    console = Console(highlight=False)

    async def show(stream: str) -> None:
        wanted = subject if service != "*" else stream + subject[1:]
        async for message in heard(client.jetstream(), stream.upper(), wanted, since):
            if as_json:
                print(message.decode(), flush=True)
            else:
                console.print(line_of(json.loads(message)), soft_wrap=True)

    try:
        await asyncio.gather(*map(show, streams))
    finally:
        await client.close()


async def heard(jetstream: JetStreamContext, stream: str, subject: str, since: datetime) -> AsyncIterator[bytes]:
    """In order, for ever: after an interruption it goes on behind the last one heard."""
    last = 0
    while True:
        try:
            name = f"events-{uuid4().hex}"
            start = {"opt_start_seq": last + 1} if last else {"opt_start_time": since}
            policy = DeliverPolicy.BY_START_SEQUENCE if last else DeliverPolicy.BY_START_TIME
            await jetstream.add_consumer(stream, ConsumerConfig(
                name=name, filter_subject=subject, ack_policy=AckPolicy.NONE, deliver_policy=policy,
                inactive_threshold=FORGOTTEN_AFTER_SECONDS, **start))
            subscription = await jetstream.pull_subscribe_bind(name, stream=stream)
            while True:
                with suppress(NothingToFetch):
                    # One at a time: a larger batch would be held back until it is full or its time is over.
                    message, = await subscription.fetch(1, timeout=FETCH_SECONDS)
                    last = message.metadata.sequence.stream
                    yield message.data
        except (Error, OSError):
            await asyncio.sleep(RETRY_SECONDS)


def line_of(event: dict[str, Any]) -> Text:
    at = datetime.fromisoformat(event["time"]).astimezone()
    service = event["type"].split(".")[0]
    facts = " ".join(f"{key}={value}" for key, value in event["data"].items() if value is not None)
    return Text.assemble(
        (f"{at:%H:%M:%S} ", "dim"), (f"{event['type']:<38} ", COLOURS.get(service, "")), (f"{event['community']:<12} ", "bold"),
        f"{facts} ", (f"loop={event['correlationid'][-12:]}", "dim"))
