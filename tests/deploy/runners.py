"""The plain account that root lends a test."""

import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from deploy.topology import PROJECT


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
