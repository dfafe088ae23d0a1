"""Declares the databases and their roles: one database per application, reachable by its own roles alone.

    ADMIN_DATABASE_URL=postgresql://postgres@host:5432/postgres ADMIN_PASSWORD_FILE=… PASSWORDS_DIR=… \\
        python -m deploy.databases

`<name>_migrator` owns, `<name>_app` reads and writes rows, `linli_backup` reads past row-level security.
Can be run again at any time; passwords are set to what the files say.
"""

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from deploy.topology import APPLICATIONS, POSTGRES_VERSION
from deploy.words import Refusal

PREFIX = "linli"
ADMIN = "postgres"
BACKUP = f"{PREFIX}_backup"
KEYRING = f"{PREFIX}_keyring"
BOOTSTRAP_LOCK = 8_107_540_213


def database_of(application: str) -> str:
    return f"{PREFIX}_{application}"


def migrator_of(application: str) -> str:
    return f"{database_of(application)}_migrator"


def app_of(application: str) -> str:
    return f"{database_of(application)}_app"


def url_for(admin_url: str, application: str, role: str) -> str:
    """The same server, another database and role, without a password."""
    admin = urlsplit(admin_url)
    place = admin.netloc.rpartition("@")[2]
    return admin._replace(netloc=f"{role}@{place}", path=f"/{database_of(application)}").geturl()


async def declare(admin_url: str, admin_password: str | None, password_of: Callable[[str], str]) -> None:
    """`password_of` gives each role's password. Needs a superuser, because the backup role bypasses row security."""
    admin = await asyncpg.connect(admin_url, password=admin_password)
    try:
        refuse_old_server(admin)
        await admin.execute("select pg_advisory_lock($1)", BOOTSTRAP_LOCK)
        await declare_role(admin, BACKUP, "bypassrls", password_of(BACKUP))
        for application in APPLICATIONS:
            for role in (migrator_of(application), app_of(application)):
                await declare_role(admin, role, "nobypassrls", password_of(role))
            await declare_database(admin, application)
        await declare_keyring(admin, admin_url, admin_password)
        await asyncio.gather(*(
            grant(url_for(admin_url, application, migrator_of(application)), application,
                  password_of(migrator_of(application)))
            for application in APPLICATIONS
        ))
    finally:
        await admin.close()


def refuse_old_server(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version()
    if version.major < POSTGRES_VERSION:
        raise Refusal(f"PostgreSQL 版本太旧：需要 {POSTGRES_VERSION}，此服务器是 {version.major}。",
                      f"PostgreSQL is too old: {POSTGRES_VERSION} is needed, this server is {version.major}.")


async def declare_role(admin: asyncpg.Connection, role: str, row_security: str, password: str) -> None:
    exists = await admin.fetchval("select true from pg_roles where rolname = $1", role)
    await admin.execute(
        f"{'alter' if exists else 'create'} role {role} login nosuperuser nocreatedb nocreaterole noreplication "
        f"{row_security} password '{scram_verifier(password)}'")


async def declare_database(admin: asyncpg.Connection, application: str) -> None:
    database = database_of(application)
    if not await admin.fetchval("select true from pg_database where datname = $1", database):
        # The same collation wherever the server comes from: an index must not depend on a libc.
        await admin.execute(
            f"create database {database} owner {migrator_of(application)} template template0 encoding 'UTF8' "
            "locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype 'C'")
    await admin.execute(f"""
        revoke all on database {database} from public;
        grant connect on database {database} to {app_of(application)}, {BACKUP};
    """)


async def declare_keyring(admin: asyncpg.Connection, admin_url: str, admin_password: str | None) -> None:
    """Where the wrapped keys of people are: apart, and not for the backup role, so that no backup of a service's
    database can be read once a key is destroyed. Each application has a schema of its own."""
    if not await admin.fetchval("select true from pg_database where datname = $1", KEYRING):
        await admin.execute(f"create database {KEYRING} template template0 encoding 'UTF8' "
                            "locale_provider builtin builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype 'C'")
    await admin.execute(f"revoke all on database {KEYRING} from public")
    keyring = await asyncpg.connect(urlsplit(admin_url)._replace(path=f"/{KEYRING}").geturl(), password=admin_password)
    try:
        await keyring.execute("revoke create on schema public from public")
        for application in APPLICATIONS:
            await keyring.execute(KEYRING_SCHEMA.format(
                database=KEYRING, schema=application, app=app_of(application)))
    finally:
        await keyring.close()


KEYRING_SCHEMA = """
    create schema if not exists {schema};
    create table if not exists {schema}.subject_key (
        subject uuid, key_id text, wrapped bytea not null, made_at timestamptz not null default now(),
        primary key (subject, key_id));
    create table if not exists {schema}.destroyed_subject (subject uuid primary key, destroyed_at timestamptz not null);
    grant connect on database {database} to {app};
    grant usage on schema {schema} to {app};
    grant select, insert, delete on {schema}.subject_key to {app};
    grant select, insert on {schema}.destroyed_subject to {app};
"""


ONLY_READ = ("audit_entry",)
"""Tables that the application adds to through a function of the owner's alone; the migration says so, too."""
ADDED_BY_FUNCTION = """
    do $do$ begin
        if to_regclass('{table}') is not null then
            revoke insert, update, delete, truncate on {table} from {app};
        end if;
    end $do$;
"""


async def grant(migrator_url: str, application: str, password: str) -> None:
    """Holds for tables that exist and, by default privileges, for every one that the migrator will make."""
    app = app_of(application)
    migrator = await asyncpg.connect(migrator_url, password=password)
    try:
        await migrator.execute(f"""
            revoke create on schema public from public;
            grant usage on schema public to {app}, {BACKUP};
            grant select, insert, update, delete on all tables in schema public to {app};
            grant usage on all sequences in schema public to {app};
            grant select on all tables in schema public to {BACKUP};
            grant select on all sequences in schema public to {BACKUP};
            alter default privileges in schema public grant select, insert, update, delete on tables to {app};
            alter default privileges in schema public grant usage on sequences to {app};
            alter default privileges in schema public grant select on tables to {BACKUP};
            alter default privileges in schema public grant select on sequences to {BACKUP};
        """ + "".join(ADDED_BY_FUNCTION.format(table=table, app=app) for table in ONLY_READ))
    finally:
        await migrator.close()


def scram_verifier(password: str, iterations: int = 4096) -> str:
    """What PostgreSQL stores (RFC 5802), made here, so that the password itself is in no statement and in no log."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${iterations}:{salt64}${stored64}:{server64}"


def main() -> None:
    passwords = Path(os.environ["PASSWORDS_DIR"])
    admin_password = os.environ.get("ADMIN_PASSWORD_FILE")
    asyncio.run(declare(
        os.environ["ADMIN_DATABASE_URL"],
        Path(admin_password).read_text().strip() if admin_password else None,
        lambda role: (passwords / role).read_text().strip(),
    ))


if __name__ == "__main__":
    main()
