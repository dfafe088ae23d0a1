"""./linli check-dependencies: what is publicly known to be wrong with the versions in requirements.lock.

pip-audit asks the advisories of the Python package index. No database is bundled: it would be old on the day it is needed,
and say "nothing known" of what everybody else knows. So without the index the answer is "not checked", never "clean".
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from deploy.topology import PROJECT
from deploy.words import Words

verbs = typer.Typer()

PIP_AUDIT = "pip-audit==2.10.1"
LOCK = PROJECT / "requirements.lock"
SECONDS = 300
CLEAN, FOUND, NOT_CHECKED = 0, 1, 3

Lock = Annotated[Path, typer.Argument(help="要检查的清单 · the lock to check", exists=True, dir_okay=False)]


class Verdict(NamedTuple):
    """`lines` are `package version: advisory, fixed in …`, or the packages that nobody could be asked about."""

    code: int
    words: Words
    lines: Sequence[str]


@verbs.command("check-dependencies", help="依赖有无已知漏洞（0 没有，1 有，3 没能检查） · Known vulnerabilities (0 none, 1 some, 3 not checked)")
def check_dependencies(lock: Lock = LOCK) -> None:
    verdict = judge(report_on(lock))
    print(verdict.words, *verdict.lines, sep="\n", file=sys.stdout if verdict.code == CLEAN else sys.stderr)
    raise typer.Exit(verdict.code)


def report_on(lock: Path) -> dict[str, Any] | None:
    """What pip-audit found; None when it could not be fetched, did not end, or could not ask. It runs in a folder of its own."""
    command = [Path(sys.executable).parent / "uv", "tool", "run", "--quiet", "--from", PIP_AUDIT, "pip-audit", "--disable-pip",
               "--require-hashes", "--progress-spinner", "off", "--format", "json", "--requirement", lock]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        return json.loads(answer.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None


def judge(report: dict[str, Any] | None) -> Verdict:
    """A package that nobody was asked about is not clean: the check is not done."""
    packages = (report or {}).get("dependencies", [])
    found = [f"{package['name']} {package['version']}: {advisory['id']}, {fixed(advisory)}"
             for package in packages for advisory in package.get("vulns", [])]
    unknown = [f"{package['name']}: {package['skip_reason']}" for package in packages if "skip_reason" in package]
    if found:
        return Verdict(FOUND, Words("有已知漏洞：", "Known vulnerabilities:"), [*found, *unknown])
    if not packages:
        return Verdict(NOT_CHECKED, Words("没有检查：取不到 pip-audit，或它连不上软件包索引。", "Not checked: pip-audit could not "
                                          "be fetched, or did not reach the package index."), [])
    if unknown:
        return Verdict(NOT_CHECKED, Words("没有查完，索引对这些包没有回答：", "Not checked to the end, the index did not answer "
                                          "for these:"), unknown)
    return Verdict(CLEAN, Words(f"{len(packages)} 个包，没有已知漏洞。", f"{len(packages)} packages, no known vulnerability."), [])


def fixed(advisory: dict[str, Any]) -> str:
    versions = ", ".join(advisory.get("fix_versions", []))
    return f"fixed in {versions}" if versions else "not fixed yet"
