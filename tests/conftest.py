"""Starts PostgreSQL once per run, before the workers are, and migrates the databases that tests copy."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deploy import databases
from deploy.keys import Keys
from deploy.local.postgres import Postgres
from deploy.topology import APPLICATIONS, PROJECT

RUN = pytest.StashKey[dict]()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="linli-test-"))
    folder.chmod(0o755)
    keys = Keys(folder / "secrets").make()
    postgres = Postgres(folder / "postgres", folder / "logs", keys.password(databases.ADMIN), fsync=False)
    postgres.start()
    config.stash[RUN] = {"folder": folder, "postgres": postgres}
    os.environ |= {"TEST_POSTGRES_URL": postgres.admin_url, "TEST_SECRETS": str(keys.folder)}
    asyncio.run(databases.declare(
        postgres.admin_url, postgres.admin_password, lambda role: keys.password(role).read_text().strip()))
    migrate_all(postgres.admin_url, keys)


def migrate_all(admin_url: str, keys: Keys) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "deploy.migrate", application],
            cwd=PROJECT,
            env=os.environ | {
                "MIGRATOR_DATABASE_URL": databases.url_for(admin_url, application, databases.migrator_of(application)),
                "MIGRATOR_PASSWORD_FILE": str(keys.password(databases.migrator_of(application))),
            },
        )
        for application in APPLICATIONS
        if any(PROJECT.glob(f"*/{application}/main.py")) and any(PROJECT.glob(f"*/{application}/migrations/versions/0001*.py"))
    ]
    failed = [process.args[-1] for process in running if process.wait() != 0]
    if failed:
        raise RuntimeError(f"migration failed: {', '.join(failed)}")


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is None:
        return
    run["postgres"].stop()
    shutil.rmtree(run["folder"], ignore_errors=True)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
