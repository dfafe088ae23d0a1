"""The OpenID Connect provider that the tests put in the place of ours (ID-8): installed once, where there is node and npm.

Everything of it lies in tests/identity/external/node_modules, at the versions and hashes of package-lock.json. Without it
those tests are skipped, and say why.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.topology import PROJECT
from deploy.words import Words

FOLDER = PROJECT / "tests" / "identity" / "external"
SECONDS = 180


def install(folder: Path = FOLDER) -> None:
    """Changes nothing when what the lock names is there already."""
    npm = shutil.which("npm") if shutil.which("node") else None
    if npm is None:
        return
    with one_at_a_time(folder):
        wanted, installed = (folder / "package-lock.json").read_text(), folder / "node_modules" / ".installed"
        if installed.exists() and installed.read_text() == wanted:
            return
        say("正在安装测试用的外部登录服务（npm），只需一次…", "Installing the external sign-in provider of the tests (npm), once …")
        try:
            fetch(npm, folder)
            installed.write_text(wanted)
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder / "node_modules", ignore_errors=True)
            say(f"没有装上（{type(error).__name__}），相关测试将跳过。", f"It was not installed ({type(error).__name__}); its tests are skipped.")


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def fetch(npm: str, folder: Path) -> None:
    """The cache is thrown away, because the home folder may be absent or not ours to write to."""
    with tempfile.TemporaryDirectory() as cache:
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--cache", cache], cwd=folder, check=True,
                       timeout=SECONDS, stdout=sys.stderr)


def say(zh: str, en: str) -> None:
    print(Words(zh, en), file=sys.stderr, flush=True)
