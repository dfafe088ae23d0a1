"""Every process describes its HTTP side, without a database, NATS or a single setting."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from deploy.spec.folder import openapi_of
from deploy.topology import APPLICATIONS, PROJECT, SERVICES

METHODS = ("get", "post", "put", "patch", "delete")


def operations(application: str) -> list[dict[str, Any]]:
    paths = openapi_of(application)["paths"]
    return [item[method] | {"at": f"{method.upper()} {path}"}
            for path, item in paths.items() for method in METHODS if method in item]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_offers_its_routes_under_a_version(service: str) -> None:
    open_to_all = {"/livez", "/readyz", "/metrics"}
    paths = set(openapi_of(service)["paths"])
    assert paths - open_to_all
    assert not [path for path in paths - open_to_all if not path.startswith("/v1/")]


@pytest.mark.parametrize("application", APPLICATIONS)
def test_operations_have_one_name_each(application: str) -> None:
    names = Counter(operation["operationId"] for operation in operations(application))
    assert not [name for name, count in names.items() if count > 1]


def test_the_specification_is_written_with_nothing_running(tmp_path: Path) -> None:
    program = "import sys, pathlib; from deploy.spec import folder; folder.write(pathlib.Path(sys.argv[1]))"
    bare = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    subprocess.run([sys.executable, "-c", program, tmp_path / "spec"], cwd=PROJECT, env=bare, check=True)
    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "spec").iterdir()}
    assert set(written) == {"asyncapi.json", *(f"openapi-{application}.json" for application in APPLICATIONS)}
    assert written["asyncapi.json"]["asyncapi"].startswith("3.")
    assert all(written[f"openapi-{application}.json"]["openapi"].startswith("3.") for application in APPLICATIONS)
