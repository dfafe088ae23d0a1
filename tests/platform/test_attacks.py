"""What a stranger with a valid token tries: other people's ids, fields that are not theirs to set, and text that wants
to be SQL, a header or a line of the log. Against every route, on real rows."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.identity.policy import ROLES, roles_with
from shared.testing import TestService, bearer
from tests.platform.apps import ALL_APPS, APPS, served
from tests.platform.asking import Question, ask, example, question_of, resolved
from tests.platform.rows import ANYBODYS, COMMUNITY, ELSEWHERE, MINE, Admin, named_tables, place_id
from tests.platform.test_az_1_matrix import live

pytestmark = pytest.mark.anyio

STRANGER = bearer(*(f"{role}@yingui" for role in ROLES if role != "service"), subject=str(uuid4()))
EVERYTHING = bearer(*(f"{role}@*" for role in ROLES if role != "service"), subject=str(uuid4()))

FORGED = "x\r\nSet-Cookie: hijacked=1\r\n\r\n{\"event\": \"forged\"}"
HOSTILE = (
    "'\"); drop table hazard; -- \\' or '1'='1' $$||pg_sleep(5)||$$",
    "%s%n%(x)s{0}{{7*7}}${jndi:ldap://x}<script>alert(1)</script>",
    FORGED,
    "../..\\../etc/passwd\u202etxt",
)


@asynccontextmanager
async def attacked(name: str, folder: Path) -> AsyncIterator[tuple[TestService, Admin]]:
    async with live(name, folder) as service:
        admin = await Admin.of(service.state.database.engine.url.database)
        await admin.seed(name)
        await admin.seed(name, "yingui", [ELSEWHERE])
        yield service, admin
        await admin.connection.close()


def questions_of(name: str) -> list[Question]:
    return [question_of(ALL_APPS[name], route) for route in served(ALL_APPS[name]) if route.gates]


def fields_of(question: Question) -> dict[str, Any]:
    return resolved(question.body, question.definitions).get("properties", {}) if question.body else {}


def kinds_of(schema: dict[str, Any], question: Question) -> Iterator[dict[str, Any]]:
    schema = resolved(schema, question.definitions)
    yield schema
    for inner in schema.get("anyOf", ()):
        yield from kinds_of(inner, question)


@pytest.mark.parametrize("name", APPS)
async def test_whoever_has_every_role_elsewhere_finds_nothing_here(name: str, tmp_path: Path) -> None:
    """IDOR with the ids of another community, on every route that takes one. It is entered as a denial (AZ-8), and
    answered like the id of a row that exists nowhere, which is none."""
    async with attacked(name, tmp_path) as (service, admin):
        before, hidden = await admin.fingerprint(name), set()
        for question in questions_of(name):
            if question.place == "row" and "dead-letters" not in question.served.path:
                answer = await ask(service, question, STRANGER, MINE)
                expected = 403 if roles_with(str(question.served.gates[0])) == {"service"} else 404
                assert answer.status_code == expected, f"{question.served.name}: {answer.status_code} {answer.text[:200]}"
                unknown = await ask(service, question, STRANGER, NOWHERE)
                assert unmarked(unknown) == unmarked(answer), question.served.name
                if expected == 404 and answer.json()["kind"] not in NO_TABLE:
                    hidden.add((answer.json()["kind"], question.served.gates[0]))
        assert await admin.fingerprint(name) == before
        assert await denied(service) == {(kind, permission, str(MINE)) for kind, permission in hidden} != set()


NOWHERE = uuid4()
NO_TABLE = {"loop", "place", "community"}
"""What 404s speak of that has no table of its own with such an id."""


def unmarked(answer: httpx.Response) -> str:
    """As it is for any id."""
    text = answer.text
    for id in (MINE, NOWHERE):
        text = text.replace(str(id), "ID").replace(str(place_id(id)), "ID")
    return text


async def denied(service: TestService) -> set[tuple[str, str, str]]:
    """Of which rows, by which permission."""
    await service.state.denials.end_window()
    said = [json.loads(entry.body) for entry in await service.entered("denied")]
    return {(one["kind"], one["permission"], id) for one in said if "kind" in one
            for id in (*one.get("subjects", ()), one.get("subject_id")) if id}


LOOSE = {"place_id", "courtyard_id", "resident_id", "opinion_id", "hazard_id"}
"""Ids of another service's things: here they are kept, and open nothing."""
OWN = {"resources": {"courtyard_id", "resident_id"}}
"""Unless it is the service they belong to."""


@pytest.mark.parametrize("name", APPS)
async def test_a_body_cannot_reach_for_what_is_elsewhere(name: str, tmp_path: Path) -> None:
    """IDOR with an id of another community inside a body: refused, and that row is as it was."""
    async with attacked(name, tmp_path) as (service, admin):
        before = await admin.fingerprint(name, COMMUNITY)
        for question in questions_of(name):
            for field, schema in fields_of(question).items():
                if field in LOOSE - OWN.get(name, set()) or not any(kind.get("format") == "uuid" for kind in kinds_of(schema, question)):
                    continue
                answer = await ask(service, question, STRANGER, ELSEWHERE, community="yingui", body={field: str(MINE)})
                assert answer.status_code in (*range(400, 500), 503), f"{question.served.name} {field}: {answer.text[:300]}"
        assert await admin.fingerprint(name, COMMUNITY) == before


@pytest.mark.parametrize("name", ALL_APPS)
async def test_fields_that_are_not_the_callers_to_set_are_refused_by_name(name: str, tmp_path: Path) -> None:
    """Mass assignment: every column there is, that the body of a route does not offer."""
    columns = {column.name for table in named_tables(name) for column in table.__table__.c}
    async with attacked(name, tmp_path) as (service, admin):
        before = await admin.fingerprint(name)
        for question in questions_of(name):
            if question.body is None:
                continue
            protected = (columns | {"is_admin", "role", "grants"}) - set(fields_of(question))
            answer = await ask(service, question, EVERYTHING, ANYBODYS, body=dict.fromkeys(protected, "x"))
            assert answer.status_code == 422, f"{question.served.name}: {answer.status_code} {answer.text[:200]}"
            named = {error["field"] for error in answer.json()["errors"]}
            assert {f"body.{field}" for field in protected} <= named, question.served.name
        assert await admin.fingerprint(name) == before


@pytest.mark.parametrize("name", APPS)
async def test_hostile_text_is_text(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """SQL, header and log injection through every string of every body and query."""
    async with attacked(name, tmp_path) as (service, admin):
        tables = await admin.tables()
        for question in questions_of(name):
            for field, schema in fields_of(question).items():
                if any(kind.get("type") == "string" for kind in kinds_of(schema, question)):
                    for text in HOSTILE:
                        await thrown(service, question, field, text)
            for field, schema in question.all_parameters.items():
                if schema.get("type") == "string" or any(one.get("type") == "string" for one in schema.get("anyOf", ())):
                    for text in HOSTILE:
                        answer = await ask(service, question, EVERYTHING, ANYBODYS, query={field: text})
                        assert is_calm(answer), f"{question.served.name} {field}: {answer.status_code}"
        assert await admin.tables() == tables
    no_line_is_forged(capfd)


TIDIED = {("/v1/residents", "name"), ("/v1/residents/{id}", "name")}
"""Names of people are kept without the punctuation of the lists they come from."""


async def thrown(service: TestService, question: Question, field: str, text: str) -> None:
    answer = await ask(service, question, EVERYTHING, ANYBODYS, body={field: text})
    assert is_calm(answer), f"{question.served.name} {field}={text!r}: {answer.status_code}"
    shown = answer.json() if answer.headers["content-type"] == "application/json" else {}
    if answer.status_code < 300 and isinstance(shown, dict) and isinstance(shown.get(field), str):
        verbatim = shown[field] == text.strip() or (question.served.path, field) in TIDIED
        assert verbatim, f"{question.served.name} {field}: {shown[field]!r}"


def is_calm(answer: Any) -> bool:
    """An answer or a refusal, and nothing of the text in a header. 503: another service would be asked."""
    return (answer.status_code < 500 or answer.status_code == 503) and "set-cookie" not in answer.headers


READ = ("X-Request-Id", "Accept-Language", "traceparent", "X-Forwarded-Prefix", "User-Agent")
REFUSED_OR_KEPT = ("If-Match", "Idempotency-Key")


@pytest.mark.parametrize("name", APPS)
async def test_hostile_headers_are_headers(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async with attacked(name, tmp_path) as (service, admin):
        for question in questions_of(name):
            for headers, text in [(READ, text) for text in HOSTILE] + [((one,), FORGED) for one in REFUSED_OR_KEPT]:
                answer = await ask(service, question, EVERYTHING, ANYBODYS, **dict.fromkeys(headers, text.encode()))
                assert is_calm(answer), f"{question.served.name} {headers} {text!r}: {answer.status_code}"
                assert text not in answer.headers["x-request-id"]
    no_line_is_forged(capfd)


def no_line_is_forged(capfd: pytest.CaptureFixture[str]) -> None:
    lines = capfd.readouterr().out.splitlines()
    events = {json.loads(line)["event"] for line in lines if line.startswith("{")}
    assert "forged" not in events and all(line.startswith("{") for line in lines)
