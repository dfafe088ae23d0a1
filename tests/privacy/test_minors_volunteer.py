"""What the law, and the rule of the Youth League, bar minors from when they volunteer."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.volunteer.main import app
from shared.clock import local_day, system_clock
from shared.testing import TestService, bearer, running
from tests.volunteer.register import with_register

pytestmark = pytest.mark.anyio

WORKER = bearer("social_worker@yingui", subject="worker")
RESIDENT = "01a21358-d3b5-755f-a093-a7f13621c908"


@pytest.fixture
async def volunteer(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        yield service


def born(years: int) -> str:
    today = local_day(system_clock())
    return today.replace(year=today.year - years, day=min(today.day, 28)).isoformat()


@pytest.mark.parametrize(("years", "guardian", "status"), [
    (13, "母亲何丽，纸质同意", 409), (14, None, 422), (17, None, 422), (17, "母亲何丽，纸质同意", 201), (18, None, 201),
])
@pytest.mark.parametrize("in_register", [True, False])
async def test_who_may_volunteer(
    volunteer: TestService, years: int, guardian: str | None, status: int, in_register: bool,
) -> None:
    body: dict[str, Any] = {"community": "yingui", "guardian": guardian}
    if in_register:
        register = await with_register(volunteer)
        register.answers[f"/v1/residents/{RESIDENT}"] = {
            "id": RESIDENT, "community": "yingui", "name": "李四", "phones": [], "birth_date": born(years)}
        body["resident_id"] = RESIDENT
    else:
        body |= {"name": "李四", "birth_date": born(years)}
    answer = await volunteer.post("/v1/volunteers", WORKER, body)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["errors"][0]["field"] == "body.guardian"


@pytest.mark.parametrize(("years", "status"), [(17, 409), (18, 200)])
async def test_no_danger_is_given_to_a_minor(volunteer: TestService, years: int, status: int) -> None:
    who = {"community": "yingui", "name": "李四", "birth_date": born(years), "guardian": "母亲何丽"}
    id = (await volunteer.post("/v1/volunteers", WORKER, who)).json()["id"]
    reported = await volunteer.post("/v1/hazards", bearer("volunteer@yingui", subject="reporter"), {
        "community": "yingui", "kind": "blocked_drain", "place_label": "3栋楼下", "severity": 2})
    hazard = f"/v1/hazards/{reported.json()['id']}"
    assert (await volunteer.post(f"{hazard}/verify", WORKER, {"severity": 2})).status_code == 200
    assert (await volunteer.post(f"{hazard}/assign", WORKER, {"volunteer_id": id})).status_code == status
