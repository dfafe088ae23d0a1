"""One of the five applications: a process under uvicorn."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.databases import app_of, url_for
from deploy.keys import Keys
from deploy.local.folder import DataFolder
from deploy.local.nats import answers
from deploy.local.part import Part
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.process import Launch
from deploy.topology import APPLICATIONS, ISSUER, PROJECT, SERVICES

PYTHON_PATH = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
BARE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": PYTHON_PATH}


class Application(Part):
    """`environment` is what shared/settings.py reads, over what is worked out here; `PORT` is its own for good."""

    grace_seconds = 30.0

    def __init__(self, name: str, folder: DataFolder) -> None:
        self.name = name
        super().__init__(folder.logs)
        self.folder = folder
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.environment: dict[str, str] = {}

    def launch(self) -> Launch:
        return Launch([sys.executable, "-P", "-m", "deploy.serve", self.name], self.folder.work, BARE | self.environment)

    def is_ready(self) -> bool:
        return answers(f"{self.url}/readyz")


def environment_of(
    application: Application, peers: Mapping[str, Application], keys: Keys,
    admin_url: str, nats_url: str, gateway_url: str,
) -> dict[str, str]:
    name, issuer, app = application.name, peers[ISSUER], app_of(application.name)
    environment = {
        "SERVICE": name,
        "ENVIRONMENT": "development",
        "LOG_FORMAT": "json",
        "CORS_ORIGINS": os.environ.get("CORS_ORIGINS", ""),
        "HOST": LOOPBACK,
        "PORT": str(application.port),
        "DATABASE_URL": url_for(admin_url, name, app),
        "DATABASE_PASSWORD_FILE": str(keys.password(app)),
        "FIELD_KEYS_FILE": str(keys.field_keys(name)),
        "AUDIT_KEY_FILE": str(keys.audit_key(name)),
        "AUDIT_CHECKPOINTS_DIR": str(application.folder.audit),
        "NATS_URL": nats_url,
        "NATS_NKEY_SEED_FILE": str(keys.seed(name)),
        "ISSUER_URL": f"{gateway_url}/{ISSUER}",
        "JWKS_URL": f"{issuer.url}/.well-known/jwks.json",
        "TOKEN_URL": f"{issuer.url}/v1/token",
        "SERVICE_CREDENTIAL_FILE": str(keys.credential(name)),
        **{f"{service.upper()}_URL": peers[service].url for service in SERVICES},
    }
    if name == ISSUER:
        environment |= {
            "SIGNING_KEY_FILE": str(keys.signing_key),
            "PERSONA_PASSWORD_FILE": str(keys.persona_password),
            "SERVICE_KEYS_DIR": str(keys.public_service_keys),
        }
    else:
        environment |= {"SERVICE_KEY_FILE": str(keys.service_key(name))} | other_issuers()
    return environment


def other_issuers() -> dict[str, str]:
    """What whoever starts this says of whom to believe, in the place of the built-in issuer."""
    named = os.environ.get("TRUSTED_ISSUERS_FILE")
    return {"TRUSTED_ISSUERS_FILE": str(Path(named).absolute())} if named else {}


def make_applications(folder: DataFolder) -> dict[str, Application]:
    return {name: Application(name, folder) for name in APPLICATIONS}
