"""What git remembers of the contract's folder."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.topology import PROJECT

CONTRACT = Path("shared/events")


class Change(NamedTuple):
    commit: str
    status: str
    """A added, M modified, D deleted, T another kind of file."""
    path: Path
    blob: str


def git(*arguments: str, given: str = "") -> str:
    """Skips the test where there is no history to ask: an exported tree, or no git."""
    if not (PROJECT / ".git").exists():
        pytest.skip("not a git checkout: there is no history to compare the contract with")
    # The folder may belong to another user than the one who tests, as in a container.
    command = ["git", "-c", f"safe.directory={PROJECT}", "-C", str(PROJECT), *arguments]
    try:
        done = subprocess.run(command, input=given.encode(), capture_output=True)
    except FileNotFoundError:
        pytest.skip("git is not installed: there is no history to compare the contract with")
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def changes(*folders: str) -> Iterator[Change]:
    """Every committed change below these folders of the contract, oldest first."""
    log = git("log", "--reverse", "--topo-order", "-m", "--raw", "--no-abbrev", "--no-renames", "-z", "--format=%x00%H",
              "HEAD", "--", *(str(CONTRACT / folder) for folder in folders))
    commit, parts = "", iter(log.split("\0"))
    for part in parts:
        if part.lstrip("\n").startswith(":"):
            _, _, _, blob, status = part.split()
            yield Change(commit, status, Path(next(parts)), blob)
        elif part:
            commit = part


def content_of(blobs: list[str]) -> dict[str, str]:
    """Every blob's text, in one call."""
    answer = git("cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs)).encode()
    contents = {}
    for blob in blobs:
        header, _, rest = answer.partition(b"\n")
        size = int(header.split()[2])
        contents[blob], answer = rest[:size].decode(), rest[size + 1:]
    return contents
