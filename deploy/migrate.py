"""Brings databases to the newest revision; all of them unless some are named. Can be run again at any time.

    MIGRATOR_DATABASE_URL=… MIGRATOR_PASSWORD_FILE=… python -m deploy.migrate volunteer
    SERVER_URL=postgresql://host:5432 SECRETS_DIR=… python -m deploy.migrate

The second form knows each database's migrator by itself, and seals what an older version had not (deploy/seal.py). Several in one process, because most of the time is imports.
"""

import argparse
import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config

from deploy import seal
from deploy.databases import migrator_of, url_for
from deploy.keys import Keys
from deploy.topology import APPLICATIONS, PROJECT


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m deploy.migrate")
    arguments.add_argument("applications", nargs="*", metavar="APPLICATION", help=" | ".join(APPLICATIONS))
    for application in arguments.parse_args().applications or APPLICATIONS:
        if application not in APPLICATIONS:
            arguments.error(f"{application}: {' | '.join(APPLICATIONS)}")
        os.environ |= access_to(application, os.environ)
        print(f"{application}: migrating", flush=True)
        command.upgrade(Config(PROJECT / "alembic.ini", ini_section=application), "head")
        if "SECRETS_DIR" in os.environ:
            asyncio.run(seal_leftovers(application, os.environ["SERVER_URL"], Keys(Path(os.environ["SECRETS_DIR"]))))


async def seal_leftovers(application: str, server_url: str, keys: Keys) -> None:
    """What an older version wrote unsealed; nothing in a new database, and asked of PostgreSQL's catalogue alone."""
    if await seal.has_unsealed(application, server_url, keys):
        await seal.seal(application, server_url, keys)


def access_to(application: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What shared/migrations.py reads; nothing where the environment names it already."""
    if "SERVER_URL" not in environment:
        return {}
    migrator = migrator_of(application)
    return {
        "MIGRATOR_DATABASE_URL": url_for(environment["SERVER_URL"], application, migrator),
        "MIGRATOR_PASSWORD_FILE": str(Keys(Path(environment["SECRETS_DIR"])).password(migrator)),
    }


if __name__ == "__main__":
    main()
