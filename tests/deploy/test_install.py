"""./linli on a machine that has Python and nothing else: without the internet, with a stand-in for uv that pip installs for real."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from deploy.topology import PROJECT

# What the stand-in does: notes that it was called, and fails while a file says so.
UV = """#!/bin/sh
echo "$*" >> "$STAND_IN_NOTES"
[ ! -e "$STAND_IN_NOTES.broken" ]
"""
MAIN = 'import sys; print("handed over:", *sys.argv[1:])'
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)


def wheel_of_uv(folder: Path) -> str:
    """A wheel whose only content is the stand-in; its line for the lock file."""
    wheel = folder / "uv-9-py3-none-any.whl"
    files = {
        "uv-9.data/scripts/uv": UV,
        "uv-9.dist-info/METADATA": "Metadata-Version: 2.1\nName: uv\nVersion: 9\n",
        "uv-9.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
               for name, text in files.items()}
    record = "".join(f"{name},sha256={digest},{len(files[name])}\n" for name, digest in digests.items())
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in (files | {"uv-9.dist-info/RECORD": record + "uv-9.dist-info/RECORD,,\n"}).items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
    return f"uv==9 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class Checkout:
    """A project with our entry and installer, and a home that nobody may write to."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.notes = folder / "project 邻里", folder / "notes"
        wheels = folder / "wheels"
        (self.folder / "deploy").mkdir(parents=True)
        wheels.mkdir()
        for name in ("linli", "deploy/install.py"):
            shutil.copy(PROJECT / name, self.folder / name)
        (self.folder / "deploy" / "__main__.py").write_text(MAIN)
        (self.folder / "deploy" / "bootstrap.lock").write_text(wheel_of_uv(wheels))
        (self.folder / "requirements.lock").write_text("# nothing\n")
        self.environment = {
            "PATH": os.environ["PATH"], "PYTHON": BASE_PYTHON, "HOME": "/nonexistent", "LANG": "C.UTF-8",
            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull,
            "STAND_IN_NOTES": str(self.notes),
        }

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.folder / "linli", *words], cwd="/", capture_output=True, text=True,
                              env=self.environment | environment)

    @property
    def installations(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    @property
    def stamp(self) -> Path:
        return self.folder / ".venv" / ".installed"

    def break_the_net(self, broken: bool) -> None:
        flag = self.notes.with_name("notes.broken")
        flag.touch() if broken else flag.unlink()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_start_installs_and_the_second_does_not(checkout: Checkout) -> None:
    first = checkout.run("token", "--as", "a b")
    assert (first.returncode, first.stdout) == (0, "handed over: token --as a b\n"), first.stderr
    assert "requirements.lock" in checkout.installations[0] and "--require-hashes" in checkout.installations[0]
    second = checkout.run("up", PIP_FIND_LINKS="/nonexistent")
    assert (second.returncode, second.stdout, second.stderr) == (0, "handed over: up\n", "")
    assert len(checkout.installations) == 1


def test_an_interrupted_installation_is_made_anew(checkout: Checkout) -> None:
    checkout.break_the_net(True)
    failed = checkout.run("up")
    assert failed.returncode == 1
    assert "./linli" in failed.stderr and failed.stdout == ""
    assert not checkout.stamp.exists()
    (checkout.folder / ".venv" / "half").touch()
    checkout.break_the_net(False)
    assert checkout.run("up").returncode == 0
    assert not (checkout.folder / ".venv" / "half").exists()


def test_another_lock_brings_it_up_to_date_in_place(checkout: Checkout) -> None:
    assert checkout.run("up").returncode == 0
    (checkout.folder / ".venv" / "kept").touch()
    (checkout.folder / "requirements.lock").write_text("# another\n")
    assert checkout.run("up").returncode == 0
    assert (checkout.folder / ".venv" / "kept").exists()
    assert len(checkout.installations) == 2


def test_an_update_that_fails_is_tried_again(checkout: Checkout) -> None:
    assert checkout.run("up").returncode == 0
    (checkout.folder / "requirements.lock").write_text("# another\n")
    checkout.break_the_net(True)
    assert checkout.run("up").returncode == 1
    checkout.break_the_net(False)
    assert checkout.run("up").returncode == 0


def test_a_python_that_went_away_is_replaced(checkout: Checkout) -> None:
    assert checkout.run("up").returncode == 0
    python = checkout.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    assert checkout.run("up").returncode == 0
    assert len(checkout.installations) == 2


@pytest.mark.parametrize(("exit_code", "needed"), [(3, "3.11"), (4, "pip")])
def test_a_python_that_will_not_do_is_one_sentence_in_two_languages(checkout: Checkout, exit_code: int, needed: str) -> None:
    """The stand-in answers as an old Python, or one without pip, would."""
    tools = checkout.folder.parent / "tools"
    tools.mkdir()
    for name in ("sh", "cat", "cksum", "dirname"):
        (tools / name).symlink_to(shutil.which(name))
    stand_in = tools / "python3"
    stand_in.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    stand_in.chmod(0o755)
    refused = checkout.run("up", PATH=str(tools), PYTHON="")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 2
    assert all(needed in line for line in refused.stderr.splitlines())


def test_two_first_starts_at_once_install_once(checkout: Checkout) -> None:
    starts = [subprocess.Popen([checkout.folder / "linli", "up"], env=checkout.environment, cwd="/",
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(2)]
    assert [start.communicate()[0] for start in starts] == ["handed over: up\n"] * 2
    assert len(checkout.installations) == 1
