"""./linli spec: the HTTP and event interfaces as files, for code generators and integrators. Nothing needs to run."""

from pathlib import Path
from typing import Annotated

import typer

verbs = typer.Typer()

Out = Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="写到哪个文件夹 · The folder to write to")]


@verbs.command(help="写出各服务的 OpenAPI 与事件的 AsyncAPI 3 · Write OpenAPI per service and AsyncAPI 3")
def spec(out: Out = Path("spec")) -> None:
    from deploy.spec import folder  # imports every service

    for path in folder.write(out):
        typer.echo(path)
