"""The migrations of all databases, as one process that has to end well before an application starts."""

import signal
import sys
import threading

from deploy.keys import Keys
from deploy.local.application import BARE
from deploy.local.folder import DataFolder
from deploy.local.part import StartFailed, Stopped
from deploy.local.process import Launch, Process

NAME = "migrations"
SECONDS_TO_STOP = 5


def migrate(admin_url: str, keys: Keys, folder: DataFolder, giving_up: threading.Event) -> None:
    """Raises `StartFailed` with what Alembic said last."""
    environment = BARE | {"SERVER_URL": admin_url, "SECRETS_DIR": str(keys.folder)}
    launch = Launch([sys.executable, "-P", "-m", "deploy.migrate"], folder.work, environment)
    process = Process(NAME, launch, folder.logs / f"{NAME}.log", lambda name, line: None, lambda _: None)
    while not process.wait(0.2):
        if giving_up.is_set():
            process.stop(signal.SIGTERM, SECONDS_TO_STOP)
            raise Stopped
    if process.exit_code:
        raise StartFailed(NAME, list(process.last_lines))
