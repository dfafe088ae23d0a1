"""The gateway of our own: Caddy with deploy/Caddyfile, on loopback."""

import os
from collections.abc import Mapping

from deploy.local.application import Application
from deploy.local.binaries import caddy
from deploy.local.folder import DataFolder
from deploy.local.nats import answers
from deploy.local.part import Part
from deploy.local.ports import LOOPBACK
from deploy.local.process import Launch
from deploy.topology import PROJECT

CONFIGURATION = PROJECT / "deploy" / "Caddyfile"


class Gateway(Part):
    """`environment` is what deploy/Caddyfile reads, besides what is worked out here."""

    name = "gateway"
    grace_seconds = 20.0

    def __init__(self, folder: DataFolder, port: int, applications: Mapping[str, Application]) -> None:
        super().__init__(folder.logs)
        self.folder, self.port, self.applications = folder.gateway, port, applications
        self.url = f"http://{LOOPBACK}:{port}"
        self.environment: dict[str, str] = {}

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)

    def launch(self) -> Launch:
        environment = {
            "GATEWAY_BIND": LOOPBACK,
            "GATEWAY_PORT": str(self.port),
            "GATEWAY_PAGES": str(CONFIGURATION.parent),
            "GATEWAY_STORAGE": f'"{self.folder}"',
            # Caddy would look for its folders in a home that may be absent.
            "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder),
            "GOMEMLIMIT": "96MiB",
            "CORS_ORIGINS": os.environ.get("CORS_ORIGINS", ""),
            **self.environment,
            **{f"{name.upper()}_UPSTREAM": f"{LOOPBACK}:{each.port}" for name, each in self.applications.items()},
        }
        command = [caddy(), "run", "--config", CONFIGURATION, "--adapter", "caddyfile"]
        return Launch(command, self.folder, environment)

    def is_ready(self) -> bool:
        """Ready is what a visitor would call ready: every application, ready itself by then, answers through it."""
        return all(answers(f"{self.url}/{name}/docs") for name in self.applications)
