"""./linli dead-letters: events that a service could not handle, and handling them again once the cause is mended."""

from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from deploy.topology import SERVICES
from deploy.verbs.options import DATA_FOLDER, Data
from deploy.verbs.running import Running
from deploy.words import Refusal, Words

verbs = typer.Typer()
letters = typer.Typer(help="无法处理的事件 · Events that could not be handled", no_args_is_help=True)
verbs.add_typer(letters, name="dead-letters")

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="死信编号 · Ids, as `list` shows them")]
All = Annotated[bool, typer.Option("--all", help="全部未处理的 · Every one that is still open")]


@letters.command("list", help="列出死信 · List them")
def list_letters(data: Data = DATA_FOLDER) -> None:
    running = Running(data)
    with running.as_operator() as http:
        found = list(every_letter(running, http))
    table = Table("id", "service", "type", "reason", "failed at", "replayed at")
    for service, letter in found:
        table.add_row(letter["id"], service, letter["type"], letter["reason"], letter["failed_at"],
                      letter["replayed_at"] or "")
    Console().print(table if found else str(Words("没有死信。", "There are no dead letters.")))


@letters.command("replay", help="重新处理 · Handle them again")
def replay_letters(ids: Ids = None, everything: All = False, data: Data = DATA_FOLDER) -> None:
    if bool(ids) == everything:
        raise typer.BadParameter("ID… | --all")
    running = Running(data)
    with running.as_operator() as http:
        chosen = [(service, letter["id"]) for service, letter in every_letter(running, http)
                  if (letter["id"] in ids if ids else letter["replayed_at"] is None)]
        if ids and len(chosen) < len(set(ids)):
            raise Refusal("没有找到这些编号的死信。", "There is no dead letter of that id.")
        for service, id in chosen:
            running.post(http, f"/{service}/v1/dead-letters/{id}/replay")
            print(Words(f"{service} 的 {id} 已重新处理。", f"{service} has handled {id}."))


def every_letter(running: Running, http: httpx.Client) -> Iterator[tuple[str, dict[str, Any]]]:
    for service in SERVICES:
        for letter in running.listed(http, f"/{service}/v1/dead-letters"):
            yield service, letter
