"""Makes `.venv` and fills it with exactly what requirements.lock names. Run by ./linli; needs the standard library alone.

An environment without `.installed` is half made (Ctrl-C, power cut, full disk) and is made anew;
one of an older lock is brought up to date in place.
"""

import fcntl
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
ENVIRONMENT = PROJECT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
INSTALLED = ENVIRONMENT / ".installed"
CACHE = ENVIRONMENT / ".cache"
LOCKS = (PROJECT / "requirements.lock", PROJECT / "deploy" / "bootstrap.lock")
SPACE_NEEDED = 900 * 2**20


def main(wanted: str) -> None:
    with one_at_a_time():
        if is_complete() and INSTALLED.read_text() == wanted:
            return  # another start did it while this one waited
        say("正在准备 Python 环境，只需一次…", "Preparing the Python environment, once …")
        refuse_full_disk()
        if not is_complete():
            create()
        INSTALLED.unlink(missing_ok=True)
        sync()
        INSTALLED.write_text(wanted)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    folder = os.open(PROJECT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_complete() -> bool:
    """The base Python may have been upgraded away under a complete environment: then it does not start."""
    try:
        return INSTALLED.exists() and run([PYTHON, "-c", ""]) is None
    except (OSError, subprocess.CalledProcessError):
        return False


def refuse_full_disk() -> None:
    free = shutil.disk_usage(PROJECT).free
    if free < SPACE_NEEDED and not is_complete():
        say(f"磁盘空间不足：需要约 {SPACE_NEEDED >> 20} MB，现有 {free >> 20} MB。",
            f"The disk is too full: about {SPACE_NEEDED >> 20} MB are needed, {free >> 20} MB are free.")
        sys.exit(1)


def create() -> None:
    """Debian's Python may lack ensurepip, others may lack pip: either is enough."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    run([sys.executable, "-m", "venv", "--without-pip", ENVIRONMENT])
    if find_spec("pip"):
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    else:
        run([PYTHON, "-m", "ensurepip"])
        pip = [PYTHON, "-m", "pip"]
    run([*pip, "install", "--quiet", "--require-hashes", "--no-cache-dir", "-r", LOCKS[1]], PIP_USER="0")


def sync() -> None:
    """The cache is inside the environment, because the home folder may be absent or not ours to write to."""
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    run([ENVIRONMENT / "bin" / "uv", "pip", "sync", "--python", PYTHON, "--require-hashes", "--compile-bytecode",
         # nkeys comes as source; it is built with the setuptools of bootstrap.lock instead of any that the index offers.
         "--no-build-isolation", "--cache-dir", CACHE, *quiet, *system_certificates(), *LOCKS],
        UV_PYTHON_DOWNLOADS="never", **mirror())
    shutil.rmtree(CACHE, ignore_errors=True)


def system_certificates() -> list[str]:
    """Trusts whom the machine trusts, as pip does: a site's own proxy or mirror may have a certificate of its own."""
    paths = ssl.get_default_verify_paths()
    found = os.path.exists(paths.openssl_cafile) or any(Path(paths.openssl_capath).glob("*"))
    return ["--system-certs"] if found else []


def mirror() -> dict[str, str]:
    """uv does not read pip's configuration, where people who need a mirror of the package index have named it."""
    if not find_spec("pip") or {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(os.environ):
        return {}
    settings = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    named = re.findall(r"^\S+\.index-url='(.+)'$", settings, re.MULTILINE)
    return {"UV_DEFAULT_INDEX": named[-1]} if named else {}


def run(command: list[str | Path], **environment: str) -> None:
    # Standard output stays free for what the verb prints: TOKEN=$(./linli token …) may be the very first call.
    subprocess.run(command, check=True, stdout=sys.stderr, env=os.environ | environment)


def say(zh: str, en: str) -> None:
    print(zh, en, sep="\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, subprocess.CalledProcessError) as error:
        what = error if isinstance(error, OSError) else f"{Path(error.cmd[0]).name}: exit code {error.returncode}"
        say(f"安装没有完成（{what}）。排除后再次运行 ./linli 即可继续。",
            f"The installation did not finish ({what}). Once that is solved, run ./linli again to go on.")
        sys.exit(1)
