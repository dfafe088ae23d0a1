"""A NATS server of our own, configured by deploy/nats.conf."""

import urllib.error
import urllib.request
from pathlib import Path

from deploy.keys import Keys
from deploy.local.binaries import nats_server
from deploy.local.part import Part
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.process import Launch
from deploy.topology import PROJECT

CONFIGURATION = PROJECT / "deploy" / "nats.conf"


class Nats(Part):
    """`folder` is JetStream's own. Users are those of `keys`; each connects with its seed file."""

    name = "nats"
    grace_seconds = 15.0

    def __init__(self, folder: Path, logs: Path, keys: Keys) -> None:
        super().__init__(logs)
        self.folder, self.keys = folder, keys
        self.port, self.monitor_port = free_port(), free_port()
        self.url = f"nats://{LOOPBACK}:{self.port}"
        self.monitor_url = f"http://{LOOPBACK}:{self.monitor_port}"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def launch(self) -> Launch:
        environment = {
            "NATS_LISTEN": f'"{LOOPBACK}:{self.port}"',
            "NATS_MONITOR": f'"{LOOPBACK}:{self.monitor_port}"',
            "NATS_STORE": f'"{self.folder}"',  # quoted, because the path may have spaces
            "GOMEMLIMIT": "128MiB",
            **self.keys.nats_environment(),
        }
        return Launch([nats_server(), "-c", CONFIGURATION], self.folder, environment)

    def is_ready(self) -> bool:
        """Healthy includes JetStream: recovered, and not frozen by a full disk."""
        return answers(f"{self.monitor_url}/healthz")


def answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2) as response:
            response.read()
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
