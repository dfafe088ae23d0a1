"""The reads that were written down before there was a chain are its first entries; none is lost, and back again."""

import os
import subprocess
import sys
from uuid import uuid4

import asyncpg
import pytest

from deploy.databases import migrator_of
from deploy.topology import PROJECT
from shared.privacy.audit.walk import COLUMNS, Walk
from shared.testing.databases import as_admin, password_file, secret

pytestmark = pytest.mark.anyio

OLD = """
    insert into audit_entry (id, at, reader, community, kind, file_id, resident_id, purpose)
    select uuidv7(), now() - i * interval '1 hour 1 microsecond', 'reader ' || i, 'yingui', 'opinion',
           gen_random_uuid(), case when i % 2 = 0 then gen_random_uuid() end, 'handling'
    from generate_series(1, 40) i
"""
READS = "select at, {who}, community, kind, {file}, resident_id, purpose from audit_entry order by at"


def migrate(url: str, action: str, revision: str) -> None:
    environment = {"MIGRATOR_DATABASE_URL": url, "MIGRATOR_PASSWORD_FILE": str(password_file(migrator_of("mediation")))}
    subprocess.run([sys.executable, "-m", "alembic", "--name", "mediation", action, revision], cwd=PROJECT, check=True,
                   env=os.environ | environment, capture_output=True)


async def test_old_reads_are_the_first_entries() -> None:
    role, name = migrator_of("mediation"), f"t_migration_{uuid4().hex[:12]}"
    url = os.environ["TEST_POSTGRES_URL"].replace("postgres@", f"{role}@").rpartition("/")[0] + f"/{name}"
    await as_admin(f"create database {name} owner {role}")
    try:
        migrate(url, "upgrade", "0002")
        connection = await asyncpg.connect(url, password=secret(role), server_settings={"linli.reach": "*"})
        await connection.execute(OLD)
        before = [tuple(row) for row in await connection.fetch(READS.format(who="reader", file="file_id"))]
        migrate(url, "upgrade", "0003")
        walk = Walk()
        entries = await connection.fetch(f"select {COLUMNS} from audit_entry order by seq")
        assert [walk.step(entry) for entry in entries] == [None] * 40
        assert {(entry["action"], entry["outcome"]) for entry in entries} == {("opinion.read", "read")}
        after = [tuple(row) for row in await connection.fetch(READS.format(who="actor", file="subject_id"))]
        assert after == before and [entry["at"] for entry in entries] == [row[0] for row in before]
        migrate(url, "downgrade", "0002")
        assert [tuple(row) for row in await connection.fetch(READS.format(who="reader", file="file_id"))] == before
        await connection.close()
    finally:
        await as_admin(f"drop database if exists {name} with (force)")
