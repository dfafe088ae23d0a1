"""The check of dependencies says "clean" only of what it has asked about."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.topology import PROJECT
from deploy.verbs.check_dependencies import CLEAN, FOUND, LOCK, NOT_CHECKED, judge

SOUND: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
HOLED = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}, {"id": "PYSEC-2", "fix_versions": []}]}
UNKNOWN = {"name": "c", "skip_reason": "not found on PyPI"}


@pytest.mark.parametrize(("packages", "code", "lines"), [
    ([SOUND], CLEAN, []),
    ([SOUND, HOLED], FOUND, ["b 2: PYSEC-1, fixed in 3", "b 2: PYSEC-2, not fixed yet"]),
    ([SOUND, UNKNOWN], NOT_CHECKED, ["c: not found on PyPI"]),
    ([HOLED, UNKNOWN], FOUND, ["b 2: PYSEC-1, fixed in 3", "b 2: PYSEC-2, not fixed yet", "c: not found on PyPI"]),
    ([], NOT_CHECKED, []),
])
def test_what_is_said(packages: list[dict[str, Any]], code: int, lines: list[str]) -> None:
    verdict = judge({"dependencies": packages, "fixes": []})
    assert (verdict.code, list(verdict.lines)) == (code, lines)
    assert all(verdict.words)


def test_no_answer_at_all_is_not_clean() -> None:
    assert judge(None).code == NOT_CHECKED


def test_without_a_way_to_the_index_it_says_that_nothing_was_checked(tmp_path: Path) -> None:
    offline = {"UV_OFFLINE": "1", "UV_CACHE_DIR": str(tmp_path), "UV_TOOL_DIR": str(tmp_path / "tools"), "LANG": "C.UTF-8"}
    answer = subprocess.run([sys.executable, "-P", "-m", "deploy", "check-dependencies"], cwd="/", capture_output=True, text=True,
                            env=os.environ | offline | {"PYTHONPATH": str(PROJECT)})
    assert (answer.returncode, answer.stdout) == (NOT_CHECKED, "")
    assert "Not checked" in answer.stderr


def test_the_lock_is_one_that_can_be_checked() -> None:
    """Every package by version and hash, so that what is judged is what is installed."""
    named = [line for line in LOCK.read_text().splitlines() if line and line[0].isalpha()]
    assert named and all("==" in line for line in named)
