"""./linli up: everything, in the foreground, until Ctrl-C or SIGTERM."""

import asyncio
import signal
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy import sample_data
from deploy.local import Neighbourhood, StartFailed
from deploy.stories.people import StoryBroken
from deploy.topology import APPLICATIONS, INTEGRATOR
from deploy.verbs.lines import Lines
from deploy.verbs.options import DATA_FOLDER, GATEWAY_PORT, Data, with_data
from deploy.words import Refusal, Words

verbs = typer.Typer()

Port = Annotated[int, typer.Option("--port", help="网关端口（0：任选） · Port of the gateway (0: any)", min=0, max=65535)]

Empty = Annotated[bool, typer.Option("--empty", help="不装入示例社区 · Do not load the sample communities")]
SAMPLES_ARE_IN = "samples.loaded"


@verbs.command(help="启动整个邻里，Ctrl-C 停止 · Start everything; Ctrl-C ends it")
def up(port: Port = GATEWAY_PORT, data: Data = DATA_FOLDER, empty: Empty = False) -> None:
    console = Console(highlight=False)
    lines = Lines(console)
    begun = time.monotonic()
    end_on_signals()
    try:
        with Neighbourhood(data, port=port, say=lines.say, on_line=lines.show) as neighbourhood:
            ready_after = time.monotonic() - begun
            if empty:
                (data / SAMPLES_ARE_IN).touch()  # whose register begins empty wants no invented people later either
            else:
                load_samples(neighbourhood, data, console)
            console.print(panel(neighbourhood, data, ready_after))
            threading.Event().wait()
    except KeyboardInterrupt:
        console.print(str(Words("已停止。数据都在，下次启动继续。", "Stopped. The data is kept for the next start.")))
    except StartFailed as failure:
        raise not_started(failure, data) from None


def load_samples(neighbourhood: Neighbourhood, data: Path, console: Console) -> None:
    """On the first start only."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        loading = bar.add_task(str(Words("装入示例社区", "loading the sample communities")), total=None, visible=False)

        def tell(done: int, total: int, what: str) -> None:
            bar.update(loading, completed=done, total=total, description=what, visible=True)

        password = neighbourhood.keys.persona_password.read_text().strip()
        try:
            failed = asyncio.run(sample_data.load_once(neighbourhood.gateway_url, password, data / SAMPLES_ARE_IN, tell))
        except StoryBroken as broken:
            failed = [str(broken)]  # the neighbourhood runs all the same; the next start goes on with the samples
    for name in failed:
        console.print(str(Words(f"示例 {name} 没有装入", f"the sample {name} was not loaded")), style="yellow")


def end_on_signals() -> None:
    """The first one ends us in order; while that goes on (it cannot take long) further ones change nothing."""
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

    def end(*_: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, end)


def panel(neighbourhood: Neighbourhood, data: Path, seconds: float) -> Panel:
    gateway_url, seed = neighbourhood.gateway_url, neighbourhood.keys.seed(INTEGRATOR)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    rows.add_row("网关 gateway", f"[bold cyan]{gateway_url}[/]")
    for name in APPLICATIONS:
        rows.add_row("接口文档 API docs" if name == APPLICATIONS[0] else "", f"{gateway_url}/{name}/docs")
    rows.add_row("令牌 a token", with_data("./linli token --as squad_leader@yingui", data))
    rows.add_row("事件 the events", with_data("./linli events", data))
    rows.add_row("订阅 subscribe", neighbourhood.nats_url)
    rows.add_row("", str(seed))
    rows.add_row("体检 how it is", with_data("./linli doctor", data))
    rows.add_row("数据 data", str(data.absolute()))
    title = f"邻里已就绪 Linli is ready · {seconds:.1f} s"
    return Panel(rows, title=title, subtitle="Ctrl-C 停止 ends it", border_style="green", expand=False)


def not_started(failure: StartFailed, data: Path) -> Refusal:
    said = "\n  ".join(failure.last_lines[-8:])
    logs = data / "logs"
    return Refusal(f"{failure.name} 没有启动成功，它最后说（全部日志在 {logs}）：",
                   f"{failure.name} did not start. Its last words (all of them are in {logs}):\n  {said}")
