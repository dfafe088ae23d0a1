"""An event type is published by its first golden example. From then on its schema may only gain optional fields."""

import json
from collections import defaultdict
from typing import Any

import pytest

from deploy.spec.schemas import Schema, inlined, schema_of
from shared.events import REGISTRY
from tests.contracts.additive import breaks
from tests.contracts.history import changes, content_of

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}


def an_object(required: list[str], **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


BEFORE = an_object(["kind"], kind=TEXT, count=COUNT)

ALLOWED: dict[str, Schema] = {
    "nothing changed": BEFORE,
    "an optional field": an_object(["kind"], kind=TEXT, count=COUNT, floor=COUNT),
    "another wording": an_object(["kind"], kind=TEXT | {"description": "Kind"}, count=COUNT),
}

REFUSED: dict[str, tuple[Schema, str]] = {
    "a field removed": (an_object(["kind"], kind=TEXT), "event.count was removed"),
    "a new required field": (
        an_object(["kind", "floor"], kind=TEXT, count=COUNT, floor=COUNT), "event: required gained ['floor']"),
    "a field made required": (an_object(["kind", "count"], kind=TEXT, count=COUNT), "event: required gained ['count']"),
    "a field made optional": (an_object([], kind=TEXT, count=COUNT), "event: required lost ['kind']"),
    "a narrower range": (
        an_object(["kind"], kind=TEXT, count=COUNT | {"minimum": 1}), "event.count: was 0, is 1"),
    "a new limit": (
        an_object(["kind"], kind=TEXT | {"maxLength": 9}, count=COUNT), "event.kind: 'maxLength' was added"),
    "another type": (an_object(["kind"], kind=TEXT, count=TEXT),
                     "event.count: 'minimum' was removed; event.count: was 'integer', is 'string'"),
    "a closed vocabulary": (
        an_object(["kind"], kind=TEXT | {"enum": ["hazard"]}, count=COUNT), "event.kind: enum gained ['hazard']"),
}


@pytest.mark.parametrize("after", ALLOWED.values(), ids=ALLOWED)
def test_optional_fields_and_words_may_be_added(after: Schema) -> None:
    assert breaks(BEFORE, after) == []


@pytest.mark.parametrize(("after", "said"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_named(after: Schema, said: str) -> None:
    assert "; ".join(breaks(BEFORE, after)) == said


@pytest.mark.parametrize("wrap", [
    lambda schema: {"type": "array", "items": schema},
    lambda schema: {"anyOf": [schema, {"type": "null"}]},
    lambda schema: an_object([], line=schema),
])
def test_nested_objects_are_held_to_the_same(wrap: Any) -> None:
    assert breaks(wrap(BEFORE), wrap(ALLOWED["an optional field"])) == []
    assert len(breaks(wrap(BEFORE), wrap(REFUSED["a field removed"][0]))) == 1


def test_published_schemas_only_gained_optional_fields() -> None:
    newest = {name: plain(schema_of(name)) for name in REGISTRY}
    published = versions_since_publication()
    texts = content_of([blob for blobs in published.values() for blob in blobs])
    broken = [
        found
        for name, blobs in published.items()
        for blob in blobs
        for found in (breaks(plain(json.loads(texts[blob])), newest[name], name) if name in newest
                      else [f"{name} was published and is gone"])
    ]
    assert not broken, "\n".join([
        "These event types are published; publish the change as .v2 beside them:", *dict.fromkeys(broken)])


def versions_since_publication() -> dict[str, dict[str, None]]:
    """Event type → blobs of its schema, as committed with or after its first golden example, oldest first."""
    newest: dict[str, str] = {}
    published: dict[str, dict[str, None]] = defaultdict(dict)
    for change in changes("schemas", "golden"):
        if change.status == "D":
            continue
        if change.path.parent.name == "golden":
            name = change.path.stem.rpartition(".")[0]
            published[name] |= {newest[name]: None} if name in newest else {}
        else:
            name = change.path.stem
            newest[name] = change.blob
            if name in published:
                published[name][change.blob] = None
    return published


def plain(schema: Schema) -> Schema:
    return inlined(schema, schema["$defs"])
