"""AZ-1: every role at every route from every place it can be granted for, against the live API on real rows.

What is expected of a cell follows from the policy alone; nothing is left out, and the cells are counted.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shared.identity.policy import EVERYWHERE, ROLES, extent_of
from shared.testing import TestService, bearer, running
from tests.platform.apps import ALL_APPS, Served, served
from tests.platform.asking import BESIDES, Question, ask, question_of
from tests.platform.issuing import running_as_service
from tests.platform.rows import ANYBODYS, COMMUNITY, ME, MINE, OTHERS, SOMEBODY, Admin

pytestmark = pytest.mark.anyio

SCOPES = {"own": COMMUNITY, "other": "yingui", "everywhere": EVERYWHERE, "none": None}
WIDE = ("everywhere", "community")
BESIDES_THE_ROLE = ("second-factor-needed", "reason-needed")
"""Told to those whose role and place are right, see tests/privacy/test_az_5_emergency.py."""


class Cell(NamedTuple):
    role: str
    scope: str
    """A key of SCOPES; or `other unit`: in the own community, somebody else's squad, case, elder or word."""


def gate_of(route: Served) -> str | None:
    return route.gates[0]


def cells_of(question: Question) -> list[Cell]:
    cells = [Cell(role, scope) for role in ROLES for scope in SCOPES]
    return cells + [Cell(role, "other unit") for role in narrow_roles(question)]


def narrow_roles(question: Question) -> list[str]:
    """Those for whom a row, or the squad that a body names, can be somebody else's in their own community."""
    names_a_unit = question.place == "row" or question.served.name in BESIDES
    return [role for role in ROLES if names_a_unit and extent_at(question, role) not in (None, *WIDE)]


def extent_at(question: Question, role: str) -> str | None:
    """Routes for anybody who is signed in are about what is one's own."""
    permission = gate_of(question.served)
    return extent_of(permission, role) if permission else "own"


def expected(question: Question, cell: Cell) -> str:
    """`refused` is 403, `unseen` is 404, `let in` is anything that says the rows of that place are within reach."""
    extent = extent_at(question, cell.role)
    if cell.scope == "other unit":
        return "unseen" if question.place == "row" else "refused"
    if gate_of(question.served) is None:
        return "let in"
    if cell.scope == "none" or extent is None or (extent == "everywhere" and cell.scope != "everywhere"):
        return "refused"
    if cell.scope == "other":
        return {"row": "unseen", "named": "refused", "nowhere": "let in"}[question.place]
    return "let in"


def outcome(question: Question, status: int, text: str) -> str:
    if status == 403 and not any(more in text for more in BESIDES_THE_ROLE):
        return "refused"
    if status == 404 and question.place == "row":
        return "unseen"
    return "let in" if status < 500 or status == 503 else f"broken: {status}"


def caller_of(question: Question, cell: Cell, extent: str | None) -> dict[str, str]:
    """Whoever reaches everything is somebody else, so that nothing of theirs comes to be the narrow ones' own. Where a
    permission is asked for, the narrow ones are the resident of that id, too."""
    place = SCOPES.get(cell.scope, COMMUNITY)
    grants = [f"{cell.role}@{place}"] if place else []
    return bearer(*grants, subject=SOMEBODY) if extent in WIDE else bearer(
        *grants, subject=ME, person_id=MINE if gate_of(question.served) else None)


@asynccontextmanager
async def live(name: str, folder: Path) -> AsyncIterator[TestService]:
    if name == "identity":
        async with running_as_service(folder) as service:
            yield service
    else:
        async with running(ALL_APPS[name]) as service:
            yield service


@pytest.mark.parametrize("name", ALL_APPS)
async def test_every_cell_of_the_matrix(name: str, tmp_path: Path) -> None:
    """AZ-1."""
    app = ALL_APPS[name]
    questions = [question_of(app, route) for route in served(app) if route.gates]
    seen, wrong = 0, []
    async with live(name, tmp_path) as service:
        admin = await Admin.of(service.state.database.engine.url.database)
        tables = await admin.seed(name)
        for question in questions:
            for cell in cells_of(question):
                seen += 1
                wrong += await judged(service, admin, tables, question, cell)
        await admin.connection.close()
    assert seen == len(questions) * len(ROLES) * len(SCOPES) + sum(len(narrow_roles(one)) for one in questions)
    assert not wrong, f"{len(wrong)} of {seen} cells:\n" + "\n".join(wrong)


async def judged(service: TestService, admin: Admin, tables: list[str], question: Question, cell: Cell) -> list[str]:
    extent = extent_at(question, cell.role)
    row = OTHERS if cell.scope == "other unit" else MINE if extent not in (None, *WIDE) else ANYBODYS
    answer = await ask(service, question, caller_of(question, cell, extent), row)
    if question.served.method != "GET" and answer.status_code < 300 and extent not in WIDE:
        await admin.restore(tables)
    wanted, got = expected(question, cell), outcome(question, answer.status_code, answer.text)
    place = f"{question.served.name} {cell.role} {cell.scope}"
    problems = [] if wanted == got else [f"{place}: {answer.status_code}, not {wanted}: {answer.text[:150]}"]
    return problems + [f"{place} shows what is not theirs" for id in hidden(cell, extent) if leaks(question, answer, id)]


def hidden(cell: Cell, extent: str | None) -> list[Any]:
    """What must not be in any answer."""
    if cell.scope in ("other", "none") or extent is None:
        return [MINE, OTHERS, ANYBODYS]
    return [] if extent in WIDE else [OTHERS, ANYBODYS]


def leaks(question: Question, answer: Any, id: Any) -> bool:
    return answer.status_code < 300 and question.place != "row" and question.served.method == "GET" and str(id) in answer.text
