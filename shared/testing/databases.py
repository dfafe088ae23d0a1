"""A migrated, empty database for each test. One that was used is washed and used again: a copy costs twenty times as much.

Only what a test can have written is taken away. Where it changed the schema, or rows that the migrations wrote, the
database is dropped, so that the next test gets a copy of the migrated one.
"""

import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

Served = tuple[str, str]
"""(server, service): a test may have a server of its own."""

CLEAN: dict[Served, list[str]] = defaultdict(list)
PRISTINE: dict[Served, tuple[list[str], str]] = {}
"""The tables that a migrated database has rows in, and the fingerprint of those and of its schema."""

SCHEMA = """
    select coalesce(md5(string_agg(one, '|' order by one)), '') from (
        select concat_ws(' ', attrelid::regclass, attname, atttypid, attnotnull) from pg_attribute
        join pg_class on pg_class.oid = attrelid where relnamespace = 'public'::regnamespace and attnum > 0
        union all select concat_ws(' ', oid::regclass, relowner, relrowsecurity, relforcerowsecurity, relacl, relhastriggers)
            from pg_class where relnamespace = 'public'::regnamespace
        union all select concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid), convalidated) from pg_constraint
        union all select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal
        union all select concat_ws(' ', polrelid::regclass, polname, pg_get_expr(polqual, polrelid)) from pg_policy
        union all select concat_ws(' ', proname, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
    ) as everything (one)
"""
TABLES = "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
WASH = """
    do $$ declare
        used record;
        dirty boolean;
    begin
        for used in select oid::regclass as name, pg_relation_size(oid) > 1000000 as large from pg_class
                    where relnamespace = 'public'::regnamespace and relkind = 'r' and oid::regclass::text <> all ('{kept}') loop
            execute format('select exists (select from %s)', used.name) into dirty;
            continue when not dirty;
            if used.large then
                execute format('truncate %s cascade', used.name);
            else
                execute format('delete from %s', used.name);
            end if;
        end loop;
        for used in select schemaname, sequencename from pg_sequences where last_value is not null loop
            execute format('alter sequence %I.%I restart', used.schemaname, used.sequencename);
        end loop;
    end $$
"""


@asynccontextmanager
async def fresh_database(service: str) -> AsyncIterator[str]:
    """A migrated, empty database of the service; its app role's URL, without the password."""
    server = os.environ["TEST_POSTGRES_URL"]
    name = CLEAN[server, service].pop() if CLEAN[server, service] else await copy(server, service)
    try:
        yield f"postgresql://linli_{service}_app@{urlsplit(server).netloc.rpartition('@')[2]}/{name}"
    finally:
        if await washed(server, service, name):
            CLEAN[server, service].append(name)
        else:
            await as_admin(f"drop database if exists {name} with (force)")


async def copy(server: str, service: str) -> str:
    name = f"t_{service}_{uuid4().hex[:12]}"
    await as_admin(f"create database {name} template linli_{service} strategy file_copy")
    if (server, service) not in PRISTINE:
        async with administering(name) as admin:
            tables = [row[0] for row in await admin.fetch(TABLES)]
            kept = [table for table in tables if await admin.fetchval(f"select exists (select from {table})")]
            PRISTINE[server, service] = kept, await fingerprint(admin, kept)
    return name


async def washed(server: str, service: str, name: str) -> bool:
    """Empties it. False when it is no longer what was copied."""
    kept, pristine = PRISTINE[server, service]
    async with administering(name) as admin:
        await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                            "where datname = current_database() and pid <> pg_backend_pid()")
        if await fingerprint(admin, kept) != pristine:
            return False
        await admin.execute("set session_replication_role = replica")  # no foreign key, no trigger of the append-only log
        await admin.execute(WASH.format(kept="{" + ",".join(kept) + "}"))
        return True


async def fingerprint(admin: asyncpg.Connection, kept: list[str]) -> str:
    rows = [await admin.fetchval(f"select md5(string_agg(one::text, '|' order by one::text)) from {table} one") for table in kept]
    return "/".join([await admin.fetchval(SCHEMA), *map(str, rows)])


@asynccontextmanager
async def administering(database: str = "postgres") -> AsyncIterator[asyncpg.Connection]:
    """On a connection of its own, because a test may kill the server in between."""
    url = urlsplit(os.environ["TEST_POSTGRES_URL"])._replace(path=f"/{database}").geturl()
    admin = await asyncpg.connect(url, password=secret("postgres"))
    try:
        yield admin
    finally:
        await admin.close()


async def as_admin(statement: str) -> None:
    async with administering() as admin:
        await admin.execute(statement)


def secret(role: str) -> str:
    return password_file(role).read_text().strip()


def password_file(role: str) -> Path:
    return Path(os.environ["TEST_SECRETS"]) / "passwords" / role
