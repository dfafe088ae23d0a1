"""The whole of it as a visitor starts it: `up`, in a process of its own, until it is told to stop or is killed."""

import json
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest
from patience import until
from runners import Runner, environment
from spilled import Told, secrets_in

from deploy.local.folder import DataFolder
from deploy.topology import APPLICATIONS

SECONDS_TO_START, SECONDS_TO_STOP = 90, 60
OPERATIONS = ("readyz", "livez", "metrics")
# Longer than the gateway waits for an application that is being revived.
get = partial(httpx.get, trust_env=False, timeout=20)


class Visitor:
    """Runs verbs on one data folder."""

    def __init__(self, runner: Runner, data: Path) -> None:
        self.runner, self.data = runner, data
        self.folder = DataFolder(data)

    def start(self, *options: str) -> subprocess.Popen:
        command = [
            self.runner.python, "-P", "-m", "deploy", "up", "--empty", "--port", "0", *options, "--data", self.data]
        return subprocess.Popen(command, env=environment(), cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, **self.runner.become)

    def run(self, *verb: str) -> subprocess.CompletedProcess:
        command = [self.runner.python, "-P", "-m", "deploy", *verb, "--data", self.data]
        return subprocess.run(command, env=environment(), cwd="/", capture_output=True, text=True,
                              timeout=SECONDS_TO_START, **self.runner.become)

    def await_panel(self, up: subprocess.Popen) -> str:
        """Its output up to the end of the panel."""
        said = ""
        for line in up.stdout:
            said += line
            if "Ctrl-C" in line:
                return said
        raise AssertionError(f"it did not start:\n{said}")

    @property
    def state(self) -> dict:
        return json.loads(self.folder.state.path.read_text())

    def family(self) -> list[psutil.Process]:
        parents = [psutil.Process(each["pid"]) for each in self.state["processes"].values()]
        return [each for parent in parents for each in (parent, *parent.children(recursive=True))]


@contextmanager
def visiting(runner: Runner) -> Iterator[Visitor]:
    home = Path(tempfile.mkdtemp(prefix="linli-up-"))
    visitor = Visitor(runner, runner.owns(home) / "data")
    yield visitor
    if visitor.folder.state.path.exists():
        visitor.folder.state.stop_leftovers()
    shutil.rmtree(home)


@pytest.fixture
def visitor(plain_user: Runner) -> Iterator[Visitor]:
    with visiting(plain_user) as visitor:
        yield visitor


@pytest.fixture
def one_of_us(ourselves: Runner) -> Iterator[Visitor]:
    with visiting(ourselves) as visitor:
        yield visitor


def ends_well(up: subprocess.Popen, number: signal.Signals) -> None:
    up.send_signal(number)
    said, _ = up.communicate(timeout=SECONDS_TO_STOP)
    assert up.returncode == 0, said
    assert "Traceback" not in said


def addresses_of(processes: list[psutil.Process]) -> set[str]:
    """Where somebody could knock."""
    return {each.laddr.ip for process in processes for each in process.net_connections("inet")
            if each.status == psutil.CONN_LISTEN}


def nobody_was_told_a_secret(told: Told, visitor: Visitor) -> None:
    """OP-8, live: what is in the environment or on a command line, everybody on the machine can read."""
    if not Path("/proc/self/environ").exists():
        return
    secrets = secrets_in(visitor.folder.secrets)
    assert len(secrets) >= len(APPLICATIONS) * 6 and min(map(len, secrets)) >= 16
    said = str(told.words)
    assert all(word in said for word in ("DATABASE_PASSWORD_FILE", "nats-server", "caddyfile", "checkpointer", "deploy.migrate"))
    assert told.spilled(secrets) == set()


def test_a_day_in_its_life(visitor: Visitor) -> None:
    first, told = visitor.start(), Told()
    with told.following(first.pid):
        panel = visitor.await_panel(first)
    url = visitor.state["gateway_url"]
    assert all(f"{url}/{name}/docs" in panel for name in APPLICATIONS)

    for name in APPLICATIONS:
        assert get(f"{visitor.state['applications'][name]}/readyz").status_code == 200
        assert {get(f"{url}/{name}/{path}").status_code for path in OPERATIONS} == {404}
        assert get(f"{url}/{name}/docs").status_code == 200

    token = visitor.run("token", "--as", "operator")
    assert token.returncode == 0 and token.stdout.count(".") == 2 and token.stdout.count("\n") == 1, token.stderr
    assert visitor.run("dead-letters", "list").returncode == 0
    assert "events" in visitor.run("replay", "volunteer", "--since", "1h").stdout
    doctor = visitor.run("doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert all(name in doctor.stdout for name in APPLICATIONS)

    second = visitor.run("up", "--port", "0")
    assert second.returncode == 1
    assert str(first.pid) in second.stderr and url in second.stderr

    taken = url.rpartition(":")[2]
    beside = Visitor(visitor.runner, visitor.data.parent / "beside")
    refused = beside.run("up", "--port", taken)
    assert refused.returncode == 1
    assert taken in refused.stderr and "--port" in refused.stderr

    before = visitor.state["processes"]["volunteer"]["pid"]
    psutil.Process(before).kill()
    until(lambda: visitor.state["processes"]["volunteer"]["pid"] != before)
    until(lambda: get(f"{url}/volunteer/docs").status_code == 200)

    processes = visitor.family()
    assert addresses_of([psutil.Process(first.pid), *processes]) == {"127.0.0.1"}
    told.note([psutil.Process(first.pid), *processes])
    nobody_was_told_a_secret(told, visitor)
    ends_well(first, signal.SIGTERM)
    assert not psutil.wait_procs(processes, timeout=1)[1]
    assert not visitor.folder.state.path.exists()


def test_two_side_by_side_and_one_is_killed(one_of_us: Visitor) -> None:
    beside = Visitor(one_of_us.runner, one_of_us.data.parent / "beside")
    one, other = one_of_us.start(), beside.start()
    one_of_us.await_panel(one)
    beside.await_panel(other)
    processes = one_of_us.family()
    assert not {each.pid for each in processes} & {each.pid for each in beside.family()}

    one.kill()
    one.wait()
    assert not psutil.wait_procs(processes, timeout=5)[1]
    assert get(f"{beside.state['gateway_url']}/volunteer/docs").status_code == 200
    assert one_of_us.run("token", "--as", "operator").returncode == 1
    ends_well(other, signal.SIGINT)

    again = one_of_us.start()  # in the folder of the killed one
    one_of_us.await_panel(again)
    ends_well(again, signal.SIGINT)


def test_told_to_stop_while_it_starts_it_stops(one_of_us: Visitor) -> None:
    up = one_of_us.start()
    until(lambda: one_of_us.folder.state.path.exists())
    processes = one_of_us.family()
    ends_well(up, signal.SIGTERM)
    assert not psutil.wait_procs(processes, timeout=1)[1]
