"""The data folder: everything one neighbourhood keeps. One neighbourhood at a time, and only of a version we know.

    linli.json   which layout and which PostgreSQL      postgres/  nats/  gateway/   the servers' own
    secrets/     made by deploy/keys.py                 logs/      one file per process
    state.json   what runs, while it runs               work/      where the applications stand
    audit/       signed checkpoints of every log, one file per service
"""

import fcntl
import json
import os
import pwd
from pathlib import Path

from deploy.local.disk import refuse_full_disk
from deploy.local.state import State
from deploy.topology import POSTGRES_VERSION
from deploy.words import Refusal

LAYOUT = 1
VERSIONS = {"layout": LAYOUT, "postgresql": POSTGRES_VERSION}
OUR_HIDDEN_FILES = ".linli"


class DataFolder:
    def __init__(self, path: Path) -> None:
        self.path = Path(path).absolute()
        self.marker = self.path / "linli.json"
        self.secrets = self.path / "secrets"
        self.postgres = self.path / "postgres"
        self.nats = self.path / "nats"
        self.gateway = self.path / "gateway"
        self.audit = self.path / "audit"
        self.work = self.path / "work"
        self.logs = self.path / "logs"
        self.state = State(self.path / "state.json")
        self._lock: int | None = None

    @property
    def is_new(self) -> bool:
        return not self.postgres.exists()

    def claim(self) -> None:
        """Makes the folder ours until `release`, or raises a `Refusal` and leaves everything as it was."""
        self.make()
        self.refuse_strange_folder()
        self.refuse_second_start()
        refuse_full_disk(self.path, self.is_new)
        if not self.marker.exists():
            new = self.path / f"{OUR_HIDDEN_FILES}.json"
            new.write_text(json.dumps(VERSIONS))
            new.rename(self.marker)
        for folder in (self.work, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)

    def release(self) -> None:
        if self._lock is not None:
            self.state.clear()
            os.close(self._lock)
            self._lock = None

    def make(self) -> None:
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True)
                # Others may walk through, to the cluster that PostgreSQL's account owns, but see nothing.
                self.path.chmod(0o711)
            if not self.path.is_dir():
                raise NotADirectoryError
        except NotADirectoryError:
            raise Refusal(f"{self.path} 不是文件夹。请用 --data 指定一个文件夹。",
                          f"{self.path} is not a folder. Name one with --data.") from None
        except OSError:
            raise self.not_writable() from None

    def refuse_strange_folder(self) -> None:
        owner = self.path.stat().st_uid
        if owner != os.geteuid():
            raise Refusal(f"数据文件夹 {self.path} 属于用户 {name_of(owner)}。请用该用户运行，或用 --data 换一个位置。",
                          f"The data folder {self.path} belongs to {name_of(owner)}. "
                          "Run as that user, or choose another place with --data.")
        if not os.access(self.path, os.W_OK):
            raise self.not_writable()
        if not self.marker.exists():
            self.refuse_foreign_content()
        elif (found := self.versions()) != VERSIONS:
            raise Refusal(
                f"数据文件夹 {self.path} 来自另一个版本（{found}），本版本需要 {VERSIONS}。没有改动任何内容；请用原来的版本打开，或用 --data 换一个位置。",
                f"The data folder {self.path} is of another version ({found}); this one needs {VERSIONS}. "
                "Nothing was touched. Open it with the version that made it, or choose another place with --data.")

    def refuse_foreign_content(self) -> None:
        if any(not entry.name.startswith(OUR_HIDDEN_FILES) for entry in self.path.iterdir()):
            raise Refusal(f"{self.path} 里有别的内容，不是邻里的数据文件夹。请用 --data 换一个位置。",
                          f"{self.path} holds something else; it is no data folder of Linli. "
                          "Choose another place with --data.")

    def versions(self) -> dict[str, object]:
        try:
            return json.loads(self.marker.read_text())
        except ValueError:
            return {}

    def refuse_second_start(self) -> None:
        lock = os.open(self.path / f"{OUR_HIDDEN_FILES}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            other = self.state.read() or {}
            where = other.get("gateway_url", "?")
            raise Refusal(
                f"这个数据文件夹已经在运行（进程 {other.get('pid', '?')}，{where}）。要再开一个，请用 --data 指定另一个文件夹。",
                f"This data folder is already running (process {other.get('pid', '?')}, {where}). "
                "For a second neighbourhood name another folder with --data.") from None
        self._lock = lock

    def not_writable(self) -> Refusal:
        return Refusal(f"不能写入 {self.path}。请用 --data 换一个位置。",
                       f"{self.path} may not be written to. Choose another place with --data.")


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
