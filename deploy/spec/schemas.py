"""One JSON Schema per event type, of the whole envelope with its data typed."""

from inspect import cleandoc
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.events import REGISTRY, Event
from shared.events.registry import SCHEMA_BASE, schema_name

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


class WithoutTitles(GenerateJsonSchema):
    """A field's title would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(name: str) -> Schema:
    """`$id` names the envelope's schema; its `#data`, which is what an event's `dataschema` points at, the payload's."""
    payload = REGISTRY[name]
    generated = Event[payload].model_json_schema(schema_generator=WithoutTitles)
    properties = generated["properties"] | {
        "source": {"const": f"/{name.partition('.')[0]}", "type": "string"},
        "type": {"const": name, "type": "string"},
        "dataschema": {"const": schema_name(name), "type": "string"},
        "data": {"$anchor": "data"} | generated["properties"]["data"],
    }
    return {
        "$schema": DIALECT,
        "$id": f"{SCHEMA_BASE}{name}",
        "title": name,
        "description": cleandoc(payload.__doc__ or ""),
        "type": "object",
        "properties": properties,
        # CloudEvents requires `specversion`; the model only knows its one value.
        "required": ["specversion", *generated["required"]],
        "$defs": generated["$defs"],
    }


def schemas() -> dict[str, Schema]:
    return {name: schema_of(name) for name in sorted(REGISTRY)}


def inlined(schema: Any, definitions: Schema) -> Any:
    """The same schema with every `#/$defs/…` replaced by what it refers to. Payloads do not refer to themselves."""
    if isinstance(schema, list):
        return [inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    referred = schema.get("$ref", "").removeprefix("#/$defs/")
    beside = {key: inlined(part, definitions) for key, part in schema.items() if key not in ("$ref", "$defs")}
    return (inlined(definitions[referred], definitions) if referred else {}) | beside
