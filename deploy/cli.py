"""The verbs of ./linli. Each is a module in deploy/verbs; only the one that is asked for is imported."""

import sys
from importlib import import_module

import typer
from rich.console import Console

from deploy.words import Refusal, Words

MODULES = {
    "up": "up",
    "demo": "demo",
    "test": "test",
    "import": "import_file",
    "token": "token",
    "events": "events",
    "dead-letters": "dead_letters",
    "replay": "replay",
    "audit": "audit",
    "spec": "spec",
    "doctor": "doctor",
    "keys": "keys",
    "check-dependencies": "check_dependencies",
    "bench": "bench",
}
CLIENTS = {"httpx", "nats", "asyncpg"}
"""Whose errors mean that something is away; by name, because importing them would cost every verb a second."""
HELP = "邻里：韧性社区的后端。 Linli: the backend of a resilient neighbourhood."


def main() -> None:
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        make(asked)(prog_name="./linli")
    except Refusal as refusal:
        tell(refusal.words)
        sys.exit(1)
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in CLIENTS and not isinstance(error, ConnectionError):
            raise
        tell(Words(f"连不上正在运行的服务，或它还没有准备好：{type(error).__name__}",
                   f"What runs cannot be reached, or is not ready yet: {type(error).__name__}"))
        sys.exit(1)


def tell(words: Words) -> None:
    console = Console(stderr=True)
    console.print(words.zh, style="bold red", soft_wrap=True, markup=False, highlight=False)
    console.print(words.en, style="red", soft_wrap=True, markup=False, highlight=False)


def make(asked: str) -> typer.Typer:
    """Every verb's module has `verbs`, a Typer application whose commands become ours."""
    app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)
    app.callback()(lambda: None)  # keeps the verb's name in the command line when only one is loaded
    for module in [MODULES[asked]] if asked in MODULES else MODULES.values():
        app.add_typer(import_module(f"deploy.verbs.{module}").verbs)
    return app
