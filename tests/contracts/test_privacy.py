"""No personal data in an event: ids, codes, counts, dates of things, coarse bands. Nothing else can be written down."""

from collections.abc import Iterator
from typing import Any

import pytest

from deploy.spec.schemas import Schema, inlined, schema_of
from shared.events import REGISTRY

PERSONAL = frozenset({
    "name", "surname", "phone", "mobile", "tel", "telephone", "email", "mail", "wechat", "address", "street", "door",
    "identity", "idcard", "passport", "number", "birth", "birthday", "birthdate", "born", "age", "gender", "sex",
    "ethnicity", "religion", "health", "diagnosis", "blood", "text", "note", "notes", "comment", "comments", "words",
    "description", "title", "message", "remark", "photo", "photos", "url", "signature",
    "lat", "lon", "lng", "latitude", "longitude", "location", "point", "coordinates", "geo",
})
"""A field is personal when one of its words is: `contact_phone`, `id_number`, `birth_date`."""

PATTERNS = frozenset({
    r"^[a-z][a-z0-9_]*$", r"^[a-z][a-z0-9]{1,30}$", r"^[0-9a-f]{64}$", r"^[A-Za-z0-9_-]{86}$",
})
"""Codes and community slugs: too narrow for a Chinese name or a sentence, and a number cannot begin one; and digests and
signatures of one exact length."""

FORMATS = frozenset({"uuid", "date", "date-time"})

SUBJECTS = frozenset({"installed_by", "accepted_by", "account", "opened_by"})
"""Subjects of accounts, opaque to all but the issuer: the separation of duties needs to compare them, one's own words
are found by one's own, and access for an emergency is one account's."""


def objections(schema: Schema, field: str = "data") -> Iterator[str]:
    """Why this part of a payload could hold personal data."""
    if personal := PERSONAL.intersection(field.split("_")):
        yield f"{field}: {', '.join(personal)} is personal"
    match schema:
        case {"anyOf": options}:
            for option in options:
                yield from objections(option, field)
        case {"type": "object", "properties": properties}:
            for name, part in properties.items():
                yield from objections(part, name)
        case {"type": "array", "items": items}:
            yield from objections(items, field)
        case {"type": "string"} if not is_bound(schema) and field not in SUBJECTS:
            yield f"{field}: free text; use Code, an id, a date or a Literal"
        case {"type": "string" | "integer" | "boolean" | "null"}:
            pass
        case _:
            yield f"{field}: {schema} could hold anything"


def is_bound(schema: Schema) -> bool:
    return ("enum" in schema or "const" in schema
            or schema.get("format") in FORMATS or schema.get("pattern") in PATTERNS)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_payload_cannot_hold_personal_data(name: str) -> None:
    schema = schema_of(name)
    assert list(objections(inlined(schema["properties"]["data"], schema["$defs"]))) == []


UNFIT: dict[str, Any] = {
    "contact_phone": {"type": "integer"},
    "id_number": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*$"},
    "birth_date": {"type": "string", "format": "date"},
    "lat": {"type": "number"},
    "reason": {"type": "string", "maxLength": 200},
    "anything": {"type": "object", "additionalProperties": True},
    "codes": {"type": "array", "items": {"type": "string"}},
    "either": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "loose": {"type": "string", "pattern": ".*"},
}


@pytest.mark.parametrize("field", UNFIT)
def test_what_could_hold_personal_data_is_refused(field: str) -> None:
    assert len(list(objections({"type": "object", "properties": {field: UNFIT[field]}}))) >= 1
