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
from deploy.topology import PROJECT

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
    environment = {"SERVER_URL": admin_url, "SECRETS_DIR": str(keys.folder)}
    migration = subprocess.run(
        [sys.executable, "-m", "deploy.migrate"], cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True)
    if migration.returncode != 0:
        raise RuntimeError(f"migration failed:\n{migration.stdout}{migration.stderr}")


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN, None)
    if run is None:
        return
    run["postgres"].stop()
    shutil.rmtree(run["folder"], ignore_errors=True)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
