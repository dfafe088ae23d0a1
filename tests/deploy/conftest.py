"""Real servers of these tests' own, and the plain account that root lends a test."""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deploy.keys import Keys
from deploy.local import Nats
from deploy.topology import PROJECT


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys") / "secrets").make()


@pytest.fixture(scope="module")
def nats_server(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Iterator[Nats]:
    folder = tmp_path_factory.mktemp("nats")
    server = Nats(folder / "store", folder / "logs", keys)
    server.start()
    yield server
    server.stop()


class Runner(NamedTuple):
    """Who runs a script, with an interpreter that this account can reach."""

    name: str
    python: str
    become: dict[str, Any]

    def owns(self, folder: Path) -> Path:
        if self.become:
            os.chown(folder, self.become["user"], self.become["group"])
        return folder


def runner_of(account: str) -> Runner | None:
    """None where the project or every fitting Python is out of the account's reach."""
    entry = pwd.getpwnam(account)
    become = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/python{version}", f"/usr/local/bin/python{version}"):
        probe = [python, "-c", "import psutil, deploy.topology"]
        try:
            subprocess.run(probe, check=True, capture_output=True, cwd="/", env=environment(), **become)
        except (OSError, subprocess.CalledProcessError):
            continue
        return Runner(account, python, become)
    return None


def environment() -> dict[str, str]:
    """That of somebody without a home and without our virtual environment."""
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(
        [str(PROJECT), *(path for path in sys.path if path.endswith("site-packages"))])}


@pytest.fixture(params=["ourselves", "plain user"])
def runner(request: pytest.FixtureRequest) -> Runner:
    """Ourselves; and, when that is root, a plain user as well."""
    if request.param == "ourselves":
        return Runner("ourselves", sys.executable, {})
    if os.geteuid() != 0:
        pytest.skip("only root can lend an account")
    found = runner_of("nobody")
    if found is None:
        pytest.skip("the project or its Python is in a folder that a plain user cannot reach")
    return found
