"""./linli token: an access token of a seeded persona, alone on standard output, for use in $( )."""

from typing import Annotated

import typer

from deploy.verbs.options import DATA_FOLDER, Data
from deploy.verbs.running import Running

verbs = typer.Typer()

Account = Annotated[str, typer.Option(
    "--as", metavar="ROLE@COMMUNITY", help="谁的令牌，如 squad_leader@yingui · Whose, e.g. squad_leader@yingui")]


@verbs.command(help="打印访问令牌 · Print an access token")
def token(account: Account, data: Data = DATA_FOLDER) -> None:
    print(Running(data).token(account))
