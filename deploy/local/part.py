"""One part of a running neighbourhood: a server we start, wait for, and stop."""

import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from deploy.local.disk import full_disk, is_full
from deploy.local.process import Launch, Process

LONGEST_PAUSE = 0.2


class Stopped(Exception):
    """We are asked to stop while something is still starting."""


class StartFailed(Exception):
    def __init__(self, name: str, last_lines: list[str]) -> None:
        super().__init__("\n".join([f"{name} did not start", *last_lines[-12:]]))
        self.name, self.last_lines = name, last_lines


class Part(ABC):
    """`on_line(name, line)` is told every line of output, `on_spawn(part)` and `on_exit(part)` every start and end."""

    name: str
    stop_signal = signal.SIGTERM
    grace_seconds = 20.0
    start_seconds = 60.0

    def __init__(self, logs: Path) -> None:
        self.log = logs / f"{self.name}.log"
        self.process: Process | None = None
        self.on_line: Callable[[str, str], None] = lambda name, line: None
        self.on_spawn: Callable[[Part], None] = lambda part: None
        self.on_exit: Callable[[Part], None] = lambda part: None
        self.giving_up = threading.Event()

    @abstractmethod
    def launch(self) -> Launch: ...

    @abstractmethod
    def is_ready(self) -> bool: ...

    def prepare(self) -> None:
        """What has to be there before the process starts."""

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.is_running

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.is_running else None

    def start(self) -> None:
        """Returns when it is ready. Raises `StartFailed` with its last words, or a `Refusal` for a full disk."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.prepare()
        self.spawn()
        self.wait_ready()

    def spawn(self) -> None:
        if self.giving_up.is_set():
            raise Stopped
        self.process = Process(self.name, self.launch(), self.log,
                               lambda name, line: self.on_line(name, line), lambda _: self.on_exit(self))
        self.on_spawn(self)

    def wait_ready(self) -> None:
        pause, deadline = 0.01, time.monotonic() + self.start_seconds
        while not self.is_ready():
            if self.giving_up.is_set():
                raise Stopped
            if not self.is_running or time.monotonic() > deadline:
                self.stop()
                raise self.failure()
            self.process.wait(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    def failure(self) -> Exception:
        last_lines = list(self.process.last_lines)
        if any(map(is_full, last_lines)):
            return full_disk()
        return StartFailed(self.name, last_lines)

    def stop(self) -> None:
        if self.is_running:
            self.process.stop(self.stop_signal, self.grace_seconds)

    def kill(self) -> None:
        """As a crash would."""
        if self.is_running:
            self.process.send(signal.SIGKILL)
            self.process.wait()
