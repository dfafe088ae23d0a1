"""Every event type Linli publishes, by its one name. The name is also the schema file and the NATS subject's stem."""

import re
from collections.abc import Callable
from typing import TypeVar

from .envelope import Event, Payload

EVENT_NAME = re.compile(r"^[a-z]+\.[a-z_]+\.[a-z_]+\.v[1-9][0-9]*$")
SCHEMA_BASE = "urn:linli:schema:"

REGISTRY: dict[str, type[Payload]] = {}

T = TypeVar("T", bound=type[Payload])


def event(name: str) -> Callable[[T], T]:
    """Registers a payload under `<service>.<aggregate>.<past tense>.v<major>`."""
    if not EVENT_NAME.match(name):
        raise ValueError(f"{name!r} is not <service>.<aggregate>.<past tense>.v<major>")

    def register(payload: T) -> T:
        if name in REGISTRY:
            raise ValueError(f"{name} is registered twice")
        payload.event_type = name
        REGISTRY[name] = payload
        return payload

    return register


def parse(body: bytes | str) -> Event:
    """Reads an event from the wire. Raises `KeyError` for an unknown type and `ValidationError` for a broken one."""
    envelope = Event[Payload].model_validate_json(body)
    return Event[REGISTRY[envelope.type]].model_validate_json(body)


def schema_name(name: str) -> str:
    """What an event's `dataschema` says: of the type's JSON Schema the part that describes `data`."""
    return f"{SCHEMA_BASE}{name}#data"
