"""./linli demo: story 1, played through the public HTTP API and checked by an outside integrator."""

import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.keys import Keys
from deploy.local import Neighbourhood
from deploy.stories.hazard import HazardStory
from deploy.stories.integrator import USER, Integrator
from deploy.stories.people import People, StoryBroken
from deploy.stories.telling import Teller
from deploy.stories.verdict import Verdict, judge
from deploy.verbs.up import end_on_signals
from deploy.words import Refusal, Words

verbs = typer.Typer()

READING_PACE_SECONDS = 0.35
OPERATOR = "operator"
TYPED_WIDTH = 140

AsJson = Annotated[bool, typer.Option("--json", help="最后一行是 JSON · The last line is JSON")]
Against = Annotated[str | None, typer.Option(
    metavar="URL", help="在已运行的邻里上演（网关地址） · Play on one that runs: its gateway's URL")]
Secrets = Annotated[Path | None, typer.Option(
    help="其密钥目录 · Its secrets folder, with --against", envvar="LINLI_SECRETS")]
Nats = Annotated[str | None, typer.Option(help="其 NATS 地址 · Its NATS URL, with --against", envvar="LINLI_NATS")]


@dataclass(frozen=True)
class Stage:
    """Where a story is played."""

    gateway_url: str
    nats_url: str
    keys: Keys


@verbs.command(help="上演“隐患”故事，全程真实运行 · Play the hazard story for real, and check it")
def demo(as_json: AsJson = False, against: Against = None, secrets: Secrets = None, nats: Nats = None) -> None:
    console = Console(highlight=False, stderr=as_json, width=None if sys.stdout.isatty() else TYPED_WIDTH)
    begun = time.monotonic()
    end_on_signals()
    try:
        verdict = play_against(against, secrets, nats, console) if against else play_in_a_throw_away_folder(console)
    except StoryBroken as broken:
        raise Refusal(f"故事没有演完：{broken}", f"The story did not come to its end: {broken}") from None
    report(verdict, console, time.monotonic() - begun, as_json)


def play_against(gateway_url: str, secrets: Path | None, nats: str | None, console: Console) -> Verdict:
    if secrets is None or nats is None:
        raise typer.BadParameter("--against needs --secrets and --nats")
    return asyncio.run(play(Stage(gateway_url.rstrip("/"), nats, Keys(secrets)), console))


def play_in_a_throw_away_folder(console: Console) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="linli-demo-", ignore_cleanup_errors=True) as folder:
        console.print(str(Words("正在启动整个邻里 …", "Starting the whole neighbourhood …")))
        with Neighbourhood(Path(folder) / "data") as neighbourhood:
            stage = Stage(neighbourhood.gateway_url, neighbourhood.nats_url, neighbourhood.keys)
            return asyncio.run(play(stage, console))


async def play(stage: Stage, console: Console) -> Verdict:
    since = datetime.now(UTC) - timedelta(seconds=1)
    people = People(stage.gateway_url, stage.keys.persona_password.read_text().strip())
    integrator = Integrator(stage.nats_url, stage.keys.seed(USER), since)
    await integrator.start()
    try:
        await HazardStory(people, Teller(console, pace_of(console)), integrator).play()
        return await judge(people[OPERATOR], integrator, since)
    finally:
        await integrator.stop()
        await people.close()


def pace_of(console: Console) -> float:
    return READING_PACE_SECONDS if console.is_terminal and not os.environ.get("CI") else 0.0


def report(verdict: Verdict, console: Console, seconds: float, as_json: bool) -> None:
    facts = {"stories": {"hazard": "closed"}, **asdict(verdict), "seconds": round(seconds, 1)}
    Teller(console, 0).end(
        Words("一句话走完四个服务，回到说话的人那里。", "One word went through four services and came back as an answer."),
        f"{verdict.events} events · lost {verdict.lost} · duplicated {verdict.duplicated} · commit → integrator "
        f"p50 {verdict.p50_ms} ms, p99 {verdict.p99_ms} ms · {facts['seconds']} s")
    if as_json:
        print(json.dumps(facts), flush=True)
    if verdict.lost or verdict.duplicated:
        sys.exit(1)
