"""A request that passes the schema of its route, made from the OpenAPI document; and where the route says whose rows."""

from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from shared.testing import TestService
from tests.platform.apps import Served
from tests.platform.rows import COMMUNITY, place_id

Place = Literal["row", "named", "nowhere"]
"""A row by its id; a community by its name, in the body or the query; or all that one reaches."""

ROW_IN_BODY = {"POST /v1/reservations"}
"""The need in the body says whose it is."""
OF_ALL = {"/v1/items/{code}"}
"""The catalogue is one for all communities."""

STRINGS = {"uuid": None, "date": "2026-03-02", "date-time": "2026-03-02T08:00:00Z"}
NAMED = {"community": COMMUNITY, "ends_at": "2026-03-02T09:00:00Z", "checklist": "rental-2026-11"}
BESIDES = {"POST /v1/volunteers": ("name", "squad_id"), "POST /v1/patrols": ("squad_id",)}
"""What the schema alone does not tell; and what it leaves open, but says whose squad it is about."""


class Question(NamedTuple):
    served: Served
    place: Place
    parameters: dict[str, Any]
    """Required query parameters, and `community` where there is one."""
    body: dict[str, Any] | None
    """Its JSON schema."""
    is_form: bool
    definitions: dict[str, Any]
    all_parameters: dict[str, Any]
    """Of the query, also those that may be left out."""


def question_of(app: FastAPI, served: Served) -> Question:
    document = app.openapi()
    operation = document["paths"][served.path][served.method.lower()]
    parameters = {one["name"]: one["schema"] for one in operation.get("parameters", [])
                  if one["in"] == "query" and (one.get("required") or one["name"] == "community")}
    content = operation.get("requestBody", {}).get("content", {})
    body = next((media["schema"] for media in content.values()), None)
    definitions = document.get("components", {}).get("schemas", {})
    place = place_of(served, parameters, resolved(body, definitions) if body else {})
    every = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
    return Question(served, place, parameters, body, "application/json" not in content, definitions, every)


def place_of(served: Served, parameters: dict[str, Any], body: dict[str, Any]) -> Place:
    if served.name in ROW_IN_BODY or ("{" in served.path and served.path not in OF_ALL):
        return "row"
    return "named" if "community" in {*parameters, *body.get("properties", {})} else "nowhere"


async def ask(
    service: TestService, question: Question, who: dict[str, str], row: UUID, *, community: str = COMMUNITY,
    query: dict[str, Any] | None = None, body: dict[str, Any] | None = None, **headers: Any,
) -> httpx.Response:
    """The least that the schema takes, about the row or the community; and what else of a query or a body is given."""
    parts = {"id": place_id(row) if "/places/" in question.served.path else row, "correlation_id": row, "slug": community, "code": "mask"}
    path = question.served.path
    for name in [piece.split("}")[0] for piece in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", str(parts.get(name, row)))
    asked = {name: example(schema, question.definitions, row, name) for name, schema in question.parameters.items()}
    asked |= {"community": community} if "community" in asked else {}
    sent = sent_with(question, row, community, body or {}) if question.body else {}
    if question.served.method != "GET":
        headers = {"Idempotency-Key": str(uuid4())} | headers
    return await service.client.request(
        question.served.method, path, params=asked | (query or {}), headers=who | headers, **sent)


def sent_with(question: Question, row: UUID, community: str, more: dict[str, Any]) -> dict[str, Any]:
    body = example(question.body or {}, question.definitions, row)
    body |= {"community": community} if "community" in body else {}
    body |= dict.fromkeys(BESIDES.get(question.served.name, ()), str(row)) | more
    if not question.is_form:
        return {"json": body}
    file = {"file": ("list.csv", b"a,b\n1,2\n")} if "file" in body else None
    return {"data": {key: value for key, value in body.items() if key != "file"}, "files": file}


def resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    return schema


def example(schema: dict[str, Any], definitions: dict[str, Any], row: UUID, name: str = "") -> Any:
    """The least that is allowed. Every id in it is that of the row."""
    schema = resolved(schema, definitions)
    if name in NAMED:
        return NAMED[name]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(schema[choice][0], definitions, row, name)
    for given in ("const", "default"):
        if schema.get(given) is not None:
            return schema[given]
    if options := schema.get("enum") or schema.get("examples"):
        return options[0]
    return of_type(schema, definitions, row)


def of_type(schema: dict[str, Any], definitions: dict[str, Any], row: UUID) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {key: example(inner, definitions, row, key) for key, inner in schema.get("properties", {}).items()
                if key in schema.get("required", ())}
    if kind == "array":
        return [example(schema["items"], definitions, row)] * schema.get("minItems", 0)
    if kind == "string":
        return STRINGS.get(schema.get("format", ""), "mask") or str(row)
    return {"boolean": True, "integer": max(1, schema.get("minimum", 1)), "number": 1.0}.get(str(kind), {})
