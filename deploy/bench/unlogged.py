"""The volunteer service as it would be without its log (shared/privacy/audit), for the comparison alone.

    uvicorn deploy.bench.unlogged:app
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from deploy.topology import module_of
from shared import db


def without(info: Mapping[str, Any], service: str) -> list[str]:
    return []


db.closing = without
module, _, name = module_of("volunteer").partition(":")
app = getattr(import_module(module), name)
