"""./linli replay: a service publishes again what its outbox holds, under the same ids; consumers know what they have heard."""

from datetime import datetime
from typing import Annotated

import typer

from deploy.topology import APPLICATIONS
from deploy.verbs.moments import moment
from deploy.verbs.options import DATA_FOLDER, Data
from deploy.verbs.running import Running
from deploy.words import Words

verbs = typer.Typer()

Service = Annotated[str, typer.Argument(metavar="SERVICE", help=" · ".join(APPLICATIONS))]
Since = Annotated[datetime, typer.Option("--since", parser=moment, metavar="T", help="起始时间，如 2026-11-25 或 6h · From when")]


@verbs.command(help="重新发布某个服务的事件 · Publish a service's events again")
def replay(service: Service, since: Since, data: Data = DATA_FOLDER) -> None:
    if service not in APPLICATIONS:
        raise typer.BadParameter(" | ".join(APPLICATIONS), param_hint="SERVICE")
    running = Running(data)
    with running.as_operator() as http:
        events = running.post(http, f"/{service}/v1/outbox/replay", {"since": since.isoformat()})["events"]
    print(Words(f"{events} 个事件将重新发布。", f"{events} events are published again."))
