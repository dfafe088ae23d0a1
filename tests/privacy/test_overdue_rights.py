"""What was promised to a person and is late is said once: requests after 15 days, emergencies nobody judged after 72 hours."""

from datetime import timedelta

import pytest

from services.resources.rights.overdue import telling_overdue
from shared.jobs import run_once
from shared.testing import TestService
from tests.privacy.test_az_5_emergency import ACCESSES, SUPERVISOR, WORKER, Clock, clock, opened, register

__all__ = ["clock", "register"]
pytestmark = pytest.mark.anyio

REQUEST, REVIEW = "resources.subject_request.overdue.v1", "resources.emergency_access.review_overdue.v1"


async def look(register: TestService, clock: Clock) -> list[str]:
    """Looks twice, as the job does; gives what has been said until now."""
    for _ in range(2):
        await run_once(telling_overdue, register.state.database, clock(), lambda: None)
    return [row.type for row in await register.said(REQUEST, REVIEW)]


async def test_what_is_late_is_said_once(register: TestService, clock: Clock) -> None:
    access = await opened(register, clock)
    body = {"resident_id": access["resident_id"], "kind": "erasure"}
    assert (await register.post("/v1/subject-requests", WORKER, body)).status_code == 201
    clock.go_on(hours=71)
    assert await look(register, clock) == []
    clock.go_on(hours=1)
    assert await look(register, clock) == [REVIEW]
    clock.now += timedelta(days=12)
    assert await look(register, clock) == [REVIEW, REQUEST]


async def test_what_was_done_in_time_is_not_late(register: TestService, clock: Clock) -> None:
    access = await opened(register, clock)
    judged = await register.post(f"{ACCESSES}/{access['id']}/review", SUPERVISOR, {"verdict": "justified"})
    assert judged.status_code == 200, judged.text
    body = {"resident_id": access["resident_id"], "kind": "erasure"}
    asked = (await register.post("/v1/subject-requests", WORKER, body)).json()
    refused = {"reason": "identity_not_shown"}
    assert (await register.post(f"/v1/subject-requests/{asked['id']}/refuse", WORKER, refused)).status_code == 200
    clock.now += timedelta(days=30)
    assert await look(register, clock) == []
