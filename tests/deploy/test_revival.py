"""A part that crashes is started again, with growing delay; one that is taken down stays down."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from patience import until

from deploy.local import revival as revivals
from deploy.local.part import Part, StartFailed
from deploy.local.process import Launch
from deploy.local.revival import Revival


class Sleeper(Part):
    """A process that is ready at once, or as soon as it may."""

    name = "sleeper"
    start_seconds = 10.0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.command = "echo awake; exec sleep 600"

    def launch(self) -> Launch:
        return Launch(["/bin/sh", "-c", self.command], self.log.parent, {"PATH": "/usr/bin:/bin"})

    def is_ready(self) -> bool:
        return bool(self.process.last_lines)


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def sleeper(tmp_path: Path, heard: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sleeper]:
    monkeypatch.setattr(revivals, "DELAYS_SECONDS", (0.01, 0.02, 0.03))
    revival = Revival(lambda name, words: heard.append(words.en))
    part = Sleeper(tmp_path)
    part.on_exit = revival.ended
    part.revival = revival
    part.start()
    revival.watch(part)
    yield part
    part.giving_up.set()
    revival.close()
    part.stop()


def test_a_killed_part_comes_back(sleeper: Sleeper, heard: list[str]) -> None:
    before = sleeper.pid
    sleeper.kill()
    until(lambda: "is back" in heard)
    assert sleeper.is_running and sleeper.pid != before
    assert heard[0] == "ended unexpectedly (code -9), starts again in 0.01 s"


def test_delays_grow_while_it_fails_and_its_last_words_are_told(sleeper: Sleeper, heard: list[str]) -> None:
    good, sleeper.command = sleeper.command, "echo out of order >&2; exit 3"
    sleeper.is_ready = lambda: False
    sleeper.kill()
    until(lambda: sum("did not start: out of order" in line for line in heard) >= 2)
    del sleeper.is_ready
    sleeper.command = good
    until(lambda: "is back" in heard)
    announced = [line.rsplit(" ", 2)[1] for line in heard if "starts again" in line]
    assert announced[:3] == ["0.01", "0.02", "0.03"]
    assert "ended unexpectedly (code 3), starts again in 0.02 s" in heard


def test_one_that_is_taken_down_stays_down(sleeper: Sleeper, heard: list[str]) -> None:
    sleeper.revival.let_go(sleeper)
    sleeper.stop()
    sleeper.revival.close()
    assert heard == []
    assert not sleeper.is_running


def test_one_that_died_before_it_was_watched_comes_back(sleeper: Sleeper, heard: list[str]) -> None:
    sleeper.revival.let_go(sleeper)
    sleeper.kill()
    sleeper.revival.watch(sleeper)
    until(lambda: "is back" in heard)


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    part = Sleeper(tmp_path)
    part.command = "echo the roof is missing; exit 1"
    part.is_ready = lambda: False
    with pytest.raises(StartFailed, match="the roof is missing"):
        part.start()
    assert "the roof is missing" in part.log.read_text()


def test_a_part_that_will_not_stop_is_made_to(tmp_path: Path) -> None:
    part = Sleeper(tmp_path)
    part.command = "trap '' TERM; echo awake; while true; do sleep 600 & wait; done"
    part.grace_seconds = 0.1
    part.start()
    children = psutil.Process(part.pid).children()
    part.stop()
    assert part.process.exit_code == -signal.SIGKILL
    for child in children:
        child.kill()


def test_ctrl_c_in_the_terminal_does_not_reach_the_children(sleeper: Sleeper) -> None:
    assert os.getpgid(sleeper.pid) != os.getpgid(0)


PARENT = """
import signal, subprocess, sys
from deploy.local.warden import Warden
warden = Warden()
children = [subprocess.Popen(["sleep", "600"], start_new_session=True) for _ in range(3)]
for child in children:
    warden.watch(child.pid, signal.SIGTERM)
warden.forget(children[2].pid)
print(*(child.pid for child in children), flush=True)
sys.stdin.readline()
"""


def test_where_the_kernel_does_not_help_a_warden_ends_the_orphans() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              cwd="/", env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    *watched, forgotten = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    assert not psutil.wait_procs(watched, timeout=10)[1]
    assert forgotten.is_running()
    forgotten.kill()
