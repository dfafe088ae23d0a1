"""Seals personal data under the newest field key, and once what an older version had not sealed; buries first whom an older
copy of the keyring would bring back.

    python -m deploy.keys FOLDER --new-field-keys
    SERVER_URL=postgresql://host:5432 SECRETS_DIR=FOLDER python -m deploy.seal [--forget-old] [APPLICATION …]

Every service must have the new key file before. Runs beside the services and can be stopped and started again; what is left is known from the values themselves.
"""

import argparse
import asyncio
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.sql.schema import Table

from deploy.databases import app_of, migrator_of, url_for
from deploy.keys import Keys
from deploy.topology import APPLICATIONS, module_of
from deploy.words import Refusal
from shared.db import engine_of
from shared.privacy.fields.columns import SEALED
from shared.privacy.fields.resealing import Resealing
from shared.privacy.fields.vault import Vault
from shared.privacy.rights.burying import bury_again
from shared.reach import EVERYWHERE, SETTING

NOT_VALID = """
    select conrelid::regclass::text as "table", conname as name from pg_constraint
    where not convalidated and conname like 'ck\\_%\\_sealed' escape '\\' order by 1, 2
"""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m deploy.seal")
    arguments.add_argument("--forget-old", action="store_true",
                           help="destroy the old keys afterwards: once every service has the new one, and knowing that "
                                "older backups can then not be read any more")
    arguments.add_argument("applications", nargs="*", metavar="APPLICATION", help=" | ".join(APPLICATIONS))
    given = arguments.parse_args()
    keys = Keys(Path(os.environ["SECRETS_DIR"]))
    for application in given.applications or APPLICATIONS:
        if application not in APPLICATIONS:
            arguments.error(f"{application}: {' | '.join(APPLICATIONS)}")
        asyncio.run(seal(application, os.environ["SERVER_URL"], keys, forget_old=given.forget_old, told=print))


def log_nothing(line: str) -> None:
    pass


async def seal(
    application: str, server_url: str, keys: Keys, *, forget_old: bool = False, told: Callable[[str], None] = log_nothing,
) -> None:
    """Everything of one application; afterwards PostgreSQL holds every column to it."""
    app = app_of(application)
    database = make_url(url_for(server_url, application, app)).set(
        drivername="postgresql+asyncpg", password=keys.password(app).read_text().strip())
    tables = sealed_tables(application)
    if not tables:
        return
    blind_index = tables[0].metadata.info["tables"].blind_index
    vault = Vault.of(application, database, keys.field_keys(application), blind_index)
    engine = engine_of(database, application, 2, **{SETTING: EVERYWHERE})
    try:
        erased = tables[0].metadata.tables.get("erased_subject")
        if erased is not None and (buried := await bury_again(erased, vault.keyring, engine)):
            told(f"{application}.erased_subject: {buried}")
        for table in tables:
            if rows := await Resealing(table, vault, engine).run():
                told(f"{application}.{table.__tablename__}: {rows}")
        if forget_old:
            if left := sum([await Resealing(table, vault, engine).left() for table in tables]):
                raise Refusal(f"{application}：还有 {left} 行使用旧密钥，旧密钥未销毁。", f"{application}: {left} rows are still "
                              "under an old key, which was kept: does every service have the new key file?")
            await vault.keyring.forget_others()
    finally:
        await engine.dispose()
        await vault.close()
    await validate(application, server_url, keys)


async def validate(application: str, server_url: str, keys: Keys) -> None:
    migrator = await connected(application, server_url, keys)
    try:
        for row in await migrator.fetch(NOT_VALID):
            await migrator.execute(f'alter table {row["table"]} validate constraint "{row["name"]}"')
    finally:
        await migrator.close()


async def has_unsealed(application: str, server_url: str, keys: Keys) -> bool:
    migrator = await connected(application, server_url, keys)
    try:
        return bool(await migrator.fetch(NOT_VALID))
    finally:
        await migrator.close()


async def connected(application: str, server_url: str, keys: Keys) -> asyncpg.Connection:
    migrator = migrator_of(application)
    return await asyncpg.connect(
        url_for(server_url, application, migrator), password=keys.password(migrator).read_text().strip(),
        server_settings={SETTING: EVERYWHERE})


def sealed_tables(application: str) -> list[type]:
    module = import_module(module_of(application).partition(":")[0])
    metadata: dict[str, Table] = module.app.state.tables.metadata.tables if hasattr(module.app.state, "tables") else {}
    mine = set(map(id, metadata.values()))
    return sorted((table for table in SEALED if id(table.__table__) in mine), key=lambda table: table.__tablename__)


if __name__ == "__main__":
    main()
