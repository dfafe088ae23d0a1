"""The AsyncAPI document hangs together and its examples are true. It was checked once against AsyncAPI's own schema."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from deploy.spec.asyncapi import document
from deploy.topology import APPLICATIONS
from shared.events import REGISTRY

DOCUMENT = document()
SECTIONS = {"asyncapi", "id", "info", "defaultContentType", "servers", "channels", "operations", "components"}


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from references(inner)


def at(reference: str) -> Any:
    assert reference.startswith("#/"), "the document needs no other file"
    part: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def test_the_document_is_whole() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert set(DOCUMENT) == SECTIONS
    assert set(DOCUMENT["channels"]) == set(DOCUMENT["components"]["messages"]) == set(REGISTRY)
    assert [tag["name"] for tag in DOCUMENT["info"]["tags"]] == list(APPLICATIONS)
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT


def test_every_reference_leads_somewhere() -> None:
    assert all(at(reference) for reference in references(DOCUMENT))


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_channel_is_cut_by_type_and_community(name: str) -> None:
    channel, operation = DOCUMENT["channels"][name], DOCUMENT["operations"][f"say.{name}"]
    assert channel["address"] == f"{name}.{{community}}"
    assert set(channel["parameters"]) == {"community"}
    assert channel["x-jetstream"]["stream"] == name.partition(".")[0].upper()
    assert operation["action"] == "send"
    assert at(operation["channel"]["$ref"]) is channel
    assert at(channel["messages"]["event"]["$ref"])["name"] == name


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_message_describes_its_examples(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    validator = jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/messages/{name}/payload", "components": DOCUMENT["components"]}, validate_formats=True)
    assert message["examples"]
    for example in message["examples"]:
        validator.validate(example["payload"])
        assert not validator.is_valid(example["payload"] | {"type": "another.type.altogether.v1"})
        assert not validator.is_valid(example["payload"] | {"data": {}})
