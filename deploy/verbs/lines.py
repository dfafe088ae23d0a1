"""What `up` shows of all that the processes write: one readable line per thing that matters."""

import json
import threading
import time
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from deploy.local.disk import is_full
from deploy.topology import APPLICATIONS
from deploy.words import Words

COLOURS = dict(zip(APPLICATIONS, ("green", "magenta", "yellow", "cyan", "blue"), strict=True))
LEVELS = {"warning": "yellow", "error": "bold red", "critical": "bold red"}

# Of the servers' own logs only what somebody should look at; everything is in the log files.
SERVERS_SAY = {
    "postgres": (" PANIC: ", "automatic recovery in progress"),
    "nats": ("[FTL]", "[ERR]"),
    "gateway": ('"level":"error"', '"level":"fatal"'),
}
# How an application's log line reads; `None` is not shown, because `say` has told it already.
SENTENCES: dict[str, Words | None] = {
    "request": Words("{method} {route} → {status}({ms} ms)", "{method} {route} → {status} ({ms} ms)"),
    "event.handled": Words("听到 {type}", "heard {type}"),
    "event.retried": Words("稍后重试 {stream} 的事件（第 {attempt} 次）：{error}",
                           "tries an event of {stream} again later (attempt {attempt}): {error}"),
    "event.dead": Words("无法处理 {type}，已放入死信：{error}", "cannot handle {type}, now a dead letter: {error}"),
    "import.done": Words("导入完成：新收 {accepted}，并入 {linked}，退回 {refused}",
                         "imported: {accepted} accepted, {linked} linked, {refused} refused"),
    "import.judged": Words("判断完毕：可收 {accepted}，可并 {linked}，退回 {refused}",
                           "judged: {accepted} to accept, {linked} to link, {refused} refused"),
    "nats.away": Words("NATS 不在，事件先存着", "NATS is away, events are kept"),
    "service.started": None,
    "service.stopped": None,
    "nats.connected": None,
    "relay.elected": None,
}
NOT_SHOWN = {"service", "level", "timestamp", "event", "trace_id"}
DISK_FULL = Words("磁盘已满！请尽快腾出空间，然后重新启动。已确认的数据没有丢失。",
                  "The disk is full! Make room soon, then start again. Nothing acknowledged is lost.")
SECONDS_BETWEEN_WARNINGS = 60


class Lines:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._printing = threading.Lock()
        self._warned_at = -SECONDS_BETWEEN_WARNINGS

    def say(self, name: str, words: Words) -> None:
        self._print(name, str(words), "")

    def show(self, name: str, line: str) -> None:
        if is_full(line) and time.monotonic() - self._warned_at > SECONDS_BETWEEN_WARNINGS:
            self._warned_at = time.monotonic()
            self._print(name, str(DISK_FULL), "bold red")
        elif name in SERVERS_SAY:
            if any(sign in line for sign in SERVERS_SAY[name]):
                self._print(name, line, "yellow")
        elif told := sentence(line):
            self._print(name, *told)

    def _print(self, name: str, message: str, style: str) -> None:
        line = Text.assemble(
            (f"{datetime.now():%H:%M:%S} ", "dim"), (f"{name:<10} ", COLOURS.get(name, "dim")), (message, style))
        try:
            with self._printing:
                self._console.print(line, soft_wrap=True)
        except OSError:
            return  # nobody reads us any more (`up | head`); the work goes on


def sentence(line: str) -> tuple[str, str] | None:
    """Words and style for one line of an application. What is no JSON is shown as it is: it did not start properly."""
    entry = parsed(line)
    if entry is None:
        return (line, "") if line.strip() else None
    style = LEVELS.get(str(entry.get("level")), "")
    event = str(entry.get("event", ""))
    if event not in SENTENCES:
        facts = " ".join(f"{key}={value}" for key, value in entry.items() if key not in NOT_SHOWN)
        return f"{event} {facts}".strip(), style
    words = SENTENCES[event]
    return (str(words).format_map(Gaps(entry)), style) if words else None


def parsed(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


class Gaps(dict):
    """A sentence can be told with a fact missing."""

    def __missing__(self, key: str) -> str:
        return "?"
