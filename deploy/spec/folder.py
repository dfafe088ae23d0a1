"""What `./linli spec` writes: OpenAPI of every process with an HTTP side, and AsyncAPI of what they say."""

import importlib
from pathlib import Path
from typing import Any

from deploy.spec.asyncapi import document
from deploy.spec.golden import as_json
from deploy.topology import APPLICATIONS, module_of


def openapi_of(application: str) -> dict[str, Any]:
    """Building an app connects to nothing. Raises `ImportError` where there is no such application."""
    module, _, attribute = module_of(application).partition(":")
    described = getattr(importlib.import_module(module), attribute).openapi()
    return described | {"servers": [{"url": f"/{application}"}]}


def descriptions() -> dict[str, dict[str, Any]]:
    """File name → what it says."""
    openapi = {f"openapi-{application}.json": openapi_of(application) for application in APPLICATIONS}
    return openapi | {"asyncapi.json": document()}


def write(folder: Path) -> list[Path]:
    """All or, if one application cannot be described, none."""
    contents = {folder / name: as_json(content) for name, content in descriptions().items()}
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in contents.items():
        path.write_text(content)
    return list(contents)
