"""PostgreSQL and NATS out of the wheels, as whoever runs them: they keep what they have, and nothing outlives its parent."""

import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from runners import Runner, environment

from deploy.keys import Keys
from deploy.local import Nats, Postgres
from deploy.local.state import same_process

# A runner of servers that does as it is told: one line in, one line out.
SCRIPT = """
import json, os, sys
from pathlib import Path
from deploy.keys import Keys
from deploy.local import Nats, Postgres
folder = Path(sys.argv[1])
keys = Keys(folder / "secrets").make()
servers = [Postgres(folder / "postgres", folder / "logs", keys.password("postgres"), fsync=False),
           Nats(folder / "nats", folder / "logs", keys)]
for server in servers:
    server.start()
print(json.dumps({"admin_url": servers[0].admin_url, "pids": [server.pid for server in servers]}), flush=True)
sys.stdin.readline()
for server in reversed(servers):
    server.stop()
"""


@contextmanager
def servers_of(runner: Runner, folder: Path) -> Iterator[tuple[subprocess.Popen, dict]]:
    script = subprocess.Popen(
        [runner.python, "-c", SCRIPT, folder], env=environment(), cwd="/", stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, **runner.become)
    try:
        line = script.stdout.readline()
        assert line, "the servers did not start"
        yield script, json.loads(line)
    finally:
        if script.poll() is None:
            script.communicate("\n", timeout=30)


def family(pids: list[int]) -> list[psutil.Process]:
    return [each for pid in pids for each in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))]


@pytest.fixture
def folder(runner: Runner) -> Iterator[Path]:
    """Of the runner's own, and not under pytest's, which lets nobody else through. Paths have spaces and more."""
    made = Path(tempfile.mkdtemp(prefix="linli 邻里 "))
    yield runner.owns(made)
    shutil.rmtree(made)


def test_killed_with_9_it_leaves_nothing_running(runner: Runner, folder: Path) -> None:
    with servers_of(runner, folder) as (script, told):
        processes = family(told["pids"])
        assert len(processes) > 4
        script.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(processes, timeout=5)
        assert not alive


def test_it_touches_nothing_outside_and_stops_in_order(runner: Runner, folder: Path) -> None:
    inside = folder / "data"
    inside.mkdir(mode=0o700)
    runner.owns(inside)
    watched = [folder, *folder.parents, Path(runner.python)]
    before = [(path.stat().st_mode, path.stat().st_uid) for path in watched], Path("/etc/passwd").read_bytes()
    with servers_of(runner, inside) as (script, told):
        processes = family(told["pids"])
        assert processes[0].uids().real != 0, "PostgreSQL runs as somebody else than root"
        assert {address for each in processes for address in listening(each)} == {"127.0.0.1"}
        script.communicate("\n", timeout=30)
        assert script.returncode == 0
        assert not psutil.wait_procs(processes, timeout=1)[1]
    assert ([(path.stat().st_mode, path.stat().st_uid) for path in watched], Path("/etc/passwd").read_bytes()) == before


def listening(process: psutil.Process) -> list[str]:
    return [each.laddr.ip for each in process.net_connections("inet") if each.status == psutil.CONN_LISTEN]


def test_secrets_are_the_owners_alone(keys: Keys) -> None:
    files = [path for path in keys.folder.rglob("*")]
    assert len(files) > 20
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_secrets_are_made_once(tmp_path: Path) -> None:
    first = {path: path.read_bytes() for path in Keys(tmp_path / "s").make().folder.rglob("*") if path.is_file()}
    again = {path: path.read_bytes() for path in Keys(tmp_path / "s").make().folder.rglob("*") if path.is_file()}
    other = {path.read_bytes() for path in Keys(tmp_path / "other").make().folder.rglob("*") if path.is_file()}
    assert again == first
    assert not other & set(first.values())
    assert len(set(first.values())) == len(first)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("postgres")
    server = Postgres(folder / "cluster", folder / "logs", keys.password("postgres"))
    server.start()
    yield server
    server.stop()


@pytest.mark.anyio
async def test_a_killed_postgres_keeps_what_it_acknowledged(postgres: Postgres) -> None:
    async def ask(statement: str) -> object:
        connection = await asyncpg.connect(postgres.admin_url, password=postgres.admin_password)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    await ask("create table kept as select 42 as answer")
    family_before = family([postgres.pid])
    postgres.kill()
    psutil.wait_procs(family_before, timeout=10)
    postgres.start()
    assert await ask("select answer from kept") == 42
    assert await ask("select current_setting('fsync') || current_setting('data_checksums')") == "onon"


def test_a_lock_left_by_a_crash_does_not_keep_postgres_from_starting(postgres: Postgres) -> None:
    """The pid that it names may by now be that of any process of the same user."""
    lock = postgres.folder / "postmaster.pid"
    content = lock.read_text().splitlines()
    postgres.stop()
    lock.write_text("\n".join([str(os.getpid()), *content[1:]]) + "\n")
    postgres.start()
    assert postgres.is_running


@pytest.mark.anyio
async def test_no_password_no_entry(postgres: Postgres) -> None:
    with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
        await asyncpg.connect(postgres.admin_url)


def test_a_pid_given_again_is_another_process() -> None:
    started = psutil.Process().create_time()
    assert same_process(os.getpid(), started)
    assert not same_process(os.getpid(), started - 3600)
    assert not same_process(2**22 - 3, started)


def test_a_restarted_nats_keeps_its_address(nats_server: Nats) -> None:
    before = nats_server.url
    nats_server.kill()
    assert not nats_server.is_ready()
    nats_server.start()
    assert nats_server.is_ready()
    assert nats_server.url == before
