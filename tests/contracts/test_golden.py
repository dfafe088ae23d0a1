"""Golden examples are events as they travel: what was published once is understood for ever."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from deploy.spec.golden import GOLDEN, examples_of, number_of
from deploy.spec.schemas import inlined, schema_of
from deploy.topology import PROJECT
from shared.events import REGISTRY, parse
from tests.contracts.history import changes, content_of

EXAMPLES = sorted(GOLDEN.glob("*"))
SCHEMAS = GOLDEN.parent / "schemas"


def type_of(path: Path) -> str:
    return path.stem.rpartition(".")[0]


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(part) for key, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_understood_completely(path: Path) -> None:
    written = json.loads(path.read_text())
    event = parse(path.read_bytes())
    assert event.type == type_of(path), "an example is named <type>.<number>.json"
    understood = event.model_dump(mode="json", exclude_unset=True)  # an optional field of later has a default here
    assert without_nulls(understood) == without_nulls(written), "an unknown field, or another spelling"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_fits_its_committed_schema(path: Path) -> None:
    schema = json.loads((SCHEMAS / f"{type_of(path)}.json").read_text())
    example = json.loads(path.read_text())
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(example)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_dataschema_leads_to_the_schema_of_data(path: Path) -> None:
    schema = json.loads((SCHEMAS / f"{type_of(path)}.json").read_text())
    example = json.loads(path.read_text())
    registry = jsonschema_rs.Registry([(schema["$id"], schema)])
    data = jsonschema_rs.Draft202012Validator(
        {"$ref": example["dataschema"]}, registry=registry, validate_formats=True)
    assert data.is_valid(example["data"])
    assert not data.is_valid({field: "no such thing" for field in example["data"]})


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_field_is_shown_by_an_example(name: str) -> None:
    examples = examples_of(name)
    how = f"python -m deploy.spec example {name} '{{…}}'"
    assert examples, f"{name} has no golden example yet: {how}"
    assert [number_of(path) for path in examples] == list(range(1, len(examples) + 1))
    schema = schema_of(name)
    data = inlined(schema["properties"]["data"], schema["$defs"])
    shown = {field for example in examples.values() for field in without_nulls(example["data"])}
    assert shown >= set(data["properties"]), f"no example shows {set(data['properties']) - shown}: {how}"


def test_committed_examples_were_only_ever_added() -> None:
    first = {change.path: change.blob for change in reversed([*changes("golden")]) if change.status == "A"}
    texts = content_of([*first.values()])
    touched = [str(path) for path, blob in first.items() if text_of(PROJECT / path) != texts[blob]]
    assert not touched, f"golden examples are append-only: restore these and add the next number instead: {touched}"


def text_of(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
