"""What runs in a data folder, written down for the other verbs and for the start after a crash."""

import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

SECONDS_TO_END = 15
CLOCK_TOLERANCE_SECONDS = 2.0


class State:
    """`{pid, started, gateway_url, …, processes: {name: {pid, started}}}`; absent while nothing runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any] | None:
        try:
            return json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def write(self, content: Mapping[str, Any]) -> None:
        new = self.path.with_name(".linli.state")
        new.write_text(json.dumps(content, indent=1))
        new.rename(self.path)

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)

    def running(self) -> dict[str, Any] | None:
        """The state, if the neighbourhood that wrote it is still there."""
        found = self.read()
        return found if found and same_process(found["pid"], found["started"]) else None

    def stop_leftovers(self) -> list[str]:
        """Ends what a killed run left behind, if it is provably that: pid, start time and place all agree."""
        names = []
        for name, known in (self.read() or {}).get("processes", {}).items():
            process = same_process(known["pid"], known["started"])
            if process and stands_in(process, self.path.parent):
                end(process, signal.SIGINT if name == "postgres" else signal.SIGTERM)
                names.append(name)
        return names


def identity_of(pid: int) -> dict[str, Any]:
    return {"pid": pid, "started": psutil.Process(pid).create_time()}


def myself() -> dict[str, Any]:
    return identity_of(os.getpid())


def same_process(pid: int, started: float | None) -> psutil.Process | None:
    """A pid is given again and again; together with the start time it means one process."""
    try:
        process = psutil.Process(pid)
        same = started is not None and abs(process.create_time() - started) < CLOCK_TOLERANCE_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.Error:
        return None


def stands_in(process: psutil.Process, folder: Path) -> bool:
    """Every child of ours works somewhere inside its data folder."""
    try:
        return Path(process.cwd()).is_relative_to(folder.resolve())
    except psutil.Error:
        return False


def end(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
        process.wait(SECONDS_TO_END)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()
    except psutil.NoSuchProcess:
        return
