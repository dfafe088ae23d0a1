"""One child process. It dies with us, also when we are killed with SIGKILL; its output goes line by line to a log."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import NamedTuple

import psutil

from deploy.local.accounts import Account
from deploy.local.warden import Warden

LOG_BYTES = 10 * 2**20
LAST_LINES = 40
SECONDS_FOR_LAST_WORDS = 3
PR_SET_PDEATHSIG = 1

# Linux ties a child to the *thread* that made it, so one thread that lives as long as we do makes them all.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
_on_linux = sys.platform == "linux"
_prctl = ctypes.CDLL(None).prctl if _on_linux else None
_warden = None if _on_linux else Warden()


class Launch(NamedTuple):
    """What to run. `orphaned` is the signal it gets when we are gone."""

    command: Sequence[str | Path]
    cwd: Path
    environment: Mapping[str, str]
    account: Account | None = None
    orphaned: signal.Signals = signal.SIGKILL


class LogFile(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk loses log lines; it must not fill the terminal with complaints about them."""


class Process:
    def __init__(self, name: str, launch: Launch, log: Path, on_line: Callable[[str, str], None],
                 on_exit: Callable[["Process"], None]) -> None:
        self.name = name
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        self._on_line, self._on_exit = on_line, on_exit
        self._log = LogFile(log, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
        self._popen = _spawner.submit(spawn, launch).result()
        self.pid = self._popen.pid
        self.started = started_at(self.pid)
        self._ended = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"read {name}", daemon=True)
        self._reader.start()
        threading.Thread(target=self._await_end, name=f"await {name}", daemon=True).start()

    @property
    def is_running(self) -> bool:
        return not self._ended.is_set()

    @property
    def exit_code(self) -> int | None:
        return self._popen.poll()

    def wait(self, timeout: float | None = None) -> bool:
        """True once it has ended and its last line is written."""
        return self._ended.wait(timeout)

    def send(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def stop(self, number: signal.Signals, grace_seconds: float) -> None:
        self.send(number)
        if not self.wait(grace_seconds):
            self.send(signal.SIGKILL)
            self.wait()

    def _read(self) -> None:
        for raw in self._popen.stdout:
            line = raw.decode(errors="replace").rstrip()
            self.last_lines.append(line)
            self._log.emit(logging.makeLogRecord({"msg": line}))
            self._on_line(self.name, line)
        self._log.close()

    def _await_end(self) -> None:
        self._popen.wait()
        if _warden:
            _warden.forget(self.pid)
        # Its children may hold the other end of the pipe a little longer than it lives, or for good.
        self._reader.join(SECONDS_FOR_LAST_WORDS)
        self._ended.set()
        self._on_exit(self)


def spawn(launch: Launch) -> subprocess.Popen:
    become = {}
    if launch.account:
        become = {"user": launch.account.uid, "group": launch.account.gid, "extra_groups": []}
    popen = subprocess.Popen(
        launch.command, cwd=launch.cwd, env=dict(launch.environment), umask=0o077,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        process_group=0,  # Ctrl-C is for us; we stop the children in their order
        preexec_fn=partial(die_with, os.getpid(), launch.orphaned) if _on_linux else None, **become,
    )
    if _warden:
        _warden.watch(popen.pid, launch.orphaned)
    return popen


def die_with(parent: int, number: int) -> None:
    """Runs in the child between fork and exec, where nothing may be imported, locked or allocated at length."""
    _prctl(PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        os._exit(1)


def started_at(pid: int) -> float | None:
    """Together with the pid it names one process for good. `None` if it has gone already."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None
