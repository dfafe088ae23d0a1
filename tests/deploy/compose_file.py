"""docker-compose.yml as Compose would see it with no `.env`; no engine is needed to read it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.topology import PROJECT

VARIABLE = re.compile(r"\$\{(\w+)(?::([-+])([^{}]*))?\}")
"""`${NAME}`, `${NAME:-default}` or `${NAME:+instead}`, the innermost first."""


def read(name: str, **variables: str) -> dict[str, Any]:
    """With what `.env` may say; every other variable has its default."""
    text = (PROJECT / name).read_text()
    while (replaced := VARIABLE.sub(lambda found: value_of(found, variables), text)) != text:
        text = replaced
    return yaml.safe_load(text)


def value_of(found: re.Match[str], variables: Mapping[str, str]) -> str:
    name, sign, other = found.groups()
    said = variables.get(name, "")
    if sign == "+":
        return other if said else ""
    return said or other or ""


COMPOSE = read("docker-compose.yml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OFFICIAL = ("postgres", "nats", "gateway")
OURS = tuple(name for name in SERVICES if name not in OFFICIAL)


def variables_of_file(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def environment_of(service: str, **variables: str) -> dict[str, str]:
    """What the container is given, as strings."""
    asked = read("docker-compose.yml", **variables)["services"][service]
    from_file = variables_of_file(PROJECT / asked["env_file"]) if "env_file" in asked else {}
    return from_file | {name: str(value) for name, value in asked.get("environment", {}).items()}


def waits_for(service: str) -> dict[str, str]:
    return {name: each["condition"] for name, each in SERVICES[service].get("depends_on", {}).items()}
