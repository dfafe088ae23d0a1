"""From what a caller sent to the columns of a row of the register."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from shared.db import Entity, changed
from shared.http.problems import invalid
from shared.types import In

E = TypeVar("E", bound=Entity)


def columns_of(body: In) -> dict[str, Any]:
    """What was given, with lists as JSON holds them and a `point` as its two columns."""
    given = body.model_dump(include=body.model_fields_set)
    as_json = body.model_dump(mode="json", include=body.model_fields_set)
    columns = {name: as_json[name] if isinstance(value, list | dict) else value for name, value in given.items()}
    if "point" in columns:
        point = columns.pop("point") or {"longitude": None, "latitude": None}
        columns |= point
    return columns


def revised(entity: E, body: In, now: datetime, written: Mapping[str, Any] = MappingProxyType({})) -> bool:
    """Sets what was given, null included, or as it is `written`; True when that changed something.

    Raises `Invalid` for an empty must-have.
    """
    wanted = columns_of(body) | written
    table = type(entity).__table__
    for name, value in wanted.items():
        if value is None and not table.c[name].nullable:
            raise invalid(f"body.{name}", "不能为空", "Cannot be empty")
    different = {name: value for name, value in wanted.items() if getattr(entity, name) != value}
    for name, value in different.items():
        setattr(entity, name, value)
    if different:
        changed(entity, now)
    return bool(different)
