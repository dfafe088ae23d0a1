"""`python -m deploy.spec write` and `python -m deploy.spec example`: for whoever changes shared/events."""

from typing import Annotated

import typer

from deploy.spec import committed, golden
from deploy.topology import PROJECT

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)


@app.command()
def write() -> None:
    """Regenerates the schemas, asyncapi.json and the table in README.md beside shared/events, and the policy's page."""
    for path in committed.write():
        typer.echo(path.relative_to(PROJECT))


@app.command()
def example(
    type: Annotated[str, typer.Argument(help="e.g. volunteer.squad.formed.v1")],
    data: Annotated[str, typer.Argument(help="the payload as JSON")],
    community: str = "yingui",
) -> None:
    """Adds a golden example. Commit it last: from then on the event type is a promise."""
    typer.echo(golden.add_example(type, data, community).relative_to(PROJECT))


if __name__ == "__main__":
    app()
