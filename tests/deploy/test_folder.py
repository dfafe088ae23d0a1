"""A data folder is taken only by one neighbourhood, and only if it is ours and of a version we know."""

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from deploy.local import disk
from deploy.local.folder import VERSIONS, DataFolder
from deploy.local.state import identity_of, myself
from deploy.words import Refusal


def content_of(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    return {str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
            for path in folder.rglob("*")}


def of_another_layout(folder: Path) -> None:
    (folder / "linli.json").write_text(json.dumps(VERSIONS | {"layout": 99}))


def of_an_older_postgres(folder: Path) -> None:
    (folder / "linli.json").write_text(json.dumps(VERSIONS | {"postgresql": 17}))
    (folder / "postgres").mkdir()


def with_a_broken_marker(folder: Path) -> None:
    (folder / "linli.json").write_text("{")


def with_holiday_photographs(folder: Path) -> None:
    (folder / "IMG_0001.jpg").write_bytes(b"\xff\xd8")


def of_somebody_else(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(folder, 65534, 65534)


STRANGE = [of_another_layout, of_an_older_postgres, with_a_broken_marker, with_holiday_photographs, of_somebody_else]


@pytest.mark.parametrize("make_strange", STRANGE)
def test_a_strange_folder_is_refused_and_left_as_it_is(tmp_path: Path, make_strange: Callable[[Path], None]) -> None:
    make_strange(tmp_path)
    before = content_of(tmp_path)
    with pytest.raises(Refusal) as refusal:
        DataFolder(tmp_path).claim()
    assert content_of(tmp_path) == before
    assert all(str(tmp_path) in words for words in refusal.value.words)
    assert all("--data" in words for words in refusal.value.words)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Refusal):
            DataFolder(path).claim()


def test_a_second_start_is_told_of_the_first(tmp_path: Path) -> None:
    first = DataFolder(tmp_path / "data")
    first.claim()
    first.state.write({**myself(), "gateway_url": "http://127.0.0.1:8080"})
    with pytest.raises(Refusal) as refusal:
        DataFolder(tmp_path / "data").claim()
    assert all("http://127.0.0.1:8080" in words and str(os.getpid()) in words for words in refusal.value.words)
    assert first.state.running()
    first.release()
    assert not first.state.path.exists()
    second = DataFolder(tmp_path / "data")
    second.claim()
    second.release()


def test_a_new_folder_lets_others_through_but_not_in(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a" / "data")
    folder.claim()
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o711
    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder.logs, folder.work)} == {0o700}
    folder.release()


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o750)
    folder = DataFolder(tmp_path / "mine")
    folder.claim()
    folder.release()
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o750


@pytest.mark.parametrize(("free_megabytes", "exists", "refused"), [
    (100, False, True), (399, False, True), (401, False, False), (149, True, True), (151, True, False)])
def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_megabytes: int, exists: bool, refused: bool,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free_megabytes * 2**20))
    if not refused:
        disk.refuse_full_disk(tmp_path, is_new=not exists)
        return
    with pytest.raises(Refusal, match=str(free_megabytes)):
        disk.refuse_full_disk(tmp_path, is_new=not exists)


@pytest.mark.parametrize("line", [
    f"initdb: error: could not write: {os.strerror(errno.ENOSPC)}",
    "[2026] [ERR] JetStream failed to store a msg: write /x/1.blk: no space left on device",
])
def test_the_servers_own_words_for_a_full_disk_are_known(line: str) -> None:
    assert disk.is_full(line)


@pytest.fixture
def sleeper(tmp_path: Path):
    (tmp_path / "work").mkdir()
    process = subprocess.Popen([sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"],
                               cwd=tmp_path / "work", stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()


def state_with(folder: Path, process: dict) -> DataFolder:
    found = DataFolder(folder)
    found.state.write({"pid": 1, "started": 0, "processes": {"volunteer": process}})
    return found


def test_what_a_killed_run_left_behind_is_stopped(tmp_path: Path, sleeper: subprocess.Popen) -> None:
    folder = state_with(tmp_path, identity_of(sleeper.pid))
    assert folder.state.running() is None
    assert folder.state.stop_leftovers() == ["volunteer"]
    assert not psutil.pid_exists(sleeper.pid)


@pytest.mark.parametrize("doubt", ["another start time", "another place"])
def test_what_is_not_provably_ours_is_left_alone(tmp_path: Path, sleeper: subprocess.Popen, doubt: str) -> None:
    known = identity_of(sleeper.pid)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if doubt == "another start time":
        folder = state_with(tmp_path, known | {"started": known["started"] - 60})
    else:
        folder = state_with(elsewhere, known)
    assert folder.state.stop_leftovers() == []
    assert psutil.pid_exists(sleeper.pid) and sleeper.poll() is None
