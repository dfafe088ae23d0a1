"""OpenAPI of every process with an HTTP side. Building an app connects to nothing."""

import importlib
from pathlib import Path
from typing import Any

from deploy.spec.golden import as_json
from deploy.topology import APPLICATIONS, module_of


def openapi_of(application: str) -> dict[str, Any]:
    module, _, attribute = module_of(application).partition(":")
    return getattr(importlib.import_module(module), attribute).openapi()


def write(folder: Path) -> list[Path]:
    """`openapi-<application>.json` of each."""
    written = []
    for application in APPLICATIONS:
        path = folder / f"openapi-{application}.json"
        path.write_text(as_json(openapi_of(application)))
        written.append(path)
    return written
