"""Options that several verbs have."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from deploy.topology import PROJECT

DATA_FOLDER = PROJECT / ".data"
GATEWAY_PORT = 8080

Data = Annotated[Path, typer.Option(
    "--data", envvar="LINLI_DATA", metavar="DIR", help="数据文件夹 · The data folder", show_default=".data")]


def with_data(command: str, data: Path) -> str:
    """The command as one has to type it for this data folder."""
    return command if data == DATA_FOLDER else f"{command} --data {shlex.quote(str(data))}"
