"""./linli test: the whole suite, or what pytest is asked for; with pytest's own exit code."""

import os
import sys

import typer

from deploy import external_issuer
from deploy.topology import PROJECT

verbs = typer.Typer()
MOST_WORKERS = 4
"""One more than there are cores: many tests wait for a process to come or go."""


@verbs.command(
    help="运行测试（其余参数交给 pytest） · Run the tests; further arguments go to pytest",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def test(context: typer.Context) -> None:
    arguments = context.args
    chosen = any(argument.startswith(("-n", "--numprocesses")) or "no:xdist" in argument for argument in arguments)
    workers = [] if chosen else ["-n", str(min(MOST_WORKERS, (os.cpu_count() or 1) + 1))]
    external_issuer.install()
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *workers, *arguments])
