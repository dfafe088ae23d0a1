"""Brings one database to the newest revision: `python -m deploy.migrate volunteer`.

Connects as the migrator, with MIGRATOR_DATABASE_URL and MIGRATOR_PASSWORD_FILE. Can be run again at any time.
"""

import argparse

from alembic import command
from alembic.config import Config

from deploy.topology import APPLICATIONS, PROJECT


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m deploy.migrate")
    arguments.add_argument("application", choices=APPLICATIONS)
    application = arguments.parse_args().application
    command.upgrade(Config(PROJECT / "alembic.ini", ini_section=application), "head")


if __name__ == "__main__":
    main()
