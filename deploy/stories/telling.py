"""How a story is told on the screen: scenes, deeds and what travelled between the services meanwhile."""

import time
from collections import Counter

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from deploy.stories.integrator import Arrival
from deploy.words import Words

MARKS = {"volunteer": "🦺", "mediation": "🗣 ", "eldercare": "🏠", "resources": "📦"}


class Teller:
    """`pace`: seconds between lines, for people who read; 0 for machines."""

    def __init__(self, console: Console, pace: float) -> None:
        self._console, self._pace = console, pace
        self._scene, self._told = 0, 0

    def scene(self, zh: str, en: str) -> None:
        self._scene += 1
        self._console.print()
        self._console.rule(f"[bold]{self._scene}. {zh}[/]  [dim]{en}[/]", align="left", style="cyan")
        self._wait()

    def deed(self, who: str, zh: str, en: str) -> None:
        self._console.print(f"  [green]{who:<26}[/] {zh}  [dim]{en}[/]")
        self._wait()

    def refusal(self, who: str, zh: str, en: str, title: str) -> None:
        self._console.print(f"  [yellow]{who:<26}[/] {zh} [yellow]✋ {title}[/]  [dim]{en}[/]")
        self._wait()

    def table(self, title: str, columns: list[str], rows: list[list[str]]) -> None:
        table = Table(*columns, title=title, title_justify="left", box=None, padding=(0, 2), header_style="dim")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)
        self._wait()

    def travelled(self, arrivals: list[Arrival]) -> None:
        """The events an outside integrator has received since the last scene."""
        fresh, self._told = arrivals[self._told:], len(arrivals)
        for name, count in Counter(arrival.event.type for arrival in fresh).items():
            service, _, rest = name.partition(".")
            self._console.print(f"      ⚡ {MARKS[service]} [magenta]{service}[/].{rest}[dim] × {count}[/]")
        if fresh:
            self._wait()

    def end(self, words: Words, facts: str) -> None:
        self._console.print()
        self._console.print(Panel(f"[bold]{words.zh}[/]\n{words.en}\n\n{facts}", border_style="green", expand=False))

    def _wait(self) -> None:
        if self._pace:
            time.sleep(self._pace)


