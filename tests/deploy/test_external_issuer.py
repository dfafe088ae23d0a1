"""The provider for ID-8 is installed once, and nobody without node is bothered with it."""

import json
import os
from pathlib import Path

import pytest

from deploy import external_issuer
from deploy.external_issuer import FOLDER, install

NPM = """#!/bin/sh
echo "$@" >> calls
[ -e broken ] && exit 1
mkdir -p node_modules
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tools, folder = tmp_path / "tools", tmp_path / "external"
    tools.mkdir()
    folder.mkdir()
    for name, text in (("node", "#!/bin/sh\n"), ("npm", NPM)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    (folder / "package-lock.json").write_text("{}")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    return folder


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines() if (folder / "calls").exists() else []


def test_it_is_installed_once_for_each_lock(folder: Path) -> None:
    install(folder)
    install(folder)
    assert len(calls(folder)) == 1 and calls(folder)[0].startswith("ci --ignore-scripts")
    (folder / "package-lock.json").write_text("{ }")
    install(folder)
    assert len(calls(folder)) == 2


def test_what_was_not_installed_is_tried_again(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "broken").touch()
    install(folder)
    assert not (folder / "node_modules").exists() and capfd.readouterr().err.count("\n") == 2
    (folder / "broken").unlink()
    install(folder)
    assert (folder / "node_modules" / ".installed").exists()


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_without_node_nothing_happens(folder: Path, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external_issuer.shutil, "which", lambda name: None if name == missing else f"/bin/{name}")
    install(folder)
    assert calls(folder) == []


def test_the_lock_holds_hashes_and_names_no_registry() -> None:
    packages = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    assert all(one["integrity"].startswith("sha512-") for path, one in packages.items() if path)
    assert not any("resolved" in one for one in packages.values())
