"""Hazards that wait too long are seen: a filter, and one word about each that reaches those above."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from services.volunteer.hazards import rules
from services.volunteer.hazards.models import IS_OPEN, State
from services.volunteer.hazards.overdue import tell_overdue
from shared.reach import EVERYWHERE
from shared.testing import TestService
from tests.volunteer.loop import COMMUNITY, FIXER, OTHER, WORKER, Loop, begun, get, post

pytestmark = pytest.mark.anyio

DUE, LATER = date(2126, 12, 1), date(2126, 12, 5)
IN_TIME = datetime(2126, 12, 1, 15, 59, tzinfo=UTC)
LATE = datetime(2126, 12, 1, 16, 0, tzinfo=UTC)
"""Midnight where the neighbourhood lives."""


async def turn(volunteer: TestService, now: datetime) -> None:
    async with volunteer.state.database.transaction(EVERYWHERE) as tx:
        assert not await tell_overdue(tx, now)


async def escalations(volunteer: TestService) -> list[tuple[str, str]]:
    return [(row.subject, row.data["reason"]) for row in await volunteer.said("volunteer.hazard.escalated.v1")]


async def due(volunteer: TestService, day: date = DUE) -> Loop:
    """A hazard to be mended by that day."""
    loop = await begun(volunteer)
    await loop.step("verify", {"due_on": str(day)})
    return loop


async def assigned_until(volunteer: TestService, loop: Loop, day: date) -> None:
    squad = await post(volunteer, "/v1/squads", {"community": COMMUNITY, "name": "一院小分队"}, WORKER)
    await loop.step("assign", {"squad_id": squad["id"], "due_on": str(day)}, WORKER)


@pytest.mark.parametrize(("state", "day", "reason"), [
    ("reported", "mend", "overdue"), ("verified", "mend", "overdue"), ("assigned", "mend", "overdue"),
    ("mitigating", "mend", "overdue"), ("mitigated", "inspect", "reinspection_overdue"),
    ("reinspected", "inspect", "reinspection_overdue"),
])
def test_which_day_counts(state: str, day: str, reason: str) -> None:
    expected = DUE if day == "mend" else LATER
    assert (rules.due_day(state, DUE, LATER), rules.overdue_reason(state)) == (expected, reason)


def test_the_index_and_the_rules_agree_on_what_is_open() -> None:
    assert all((f"'{state}'" in IS_OPEN) is (state not in rules.OPEN) for state in get_args(State))


async def test_it_is_said_once_when_the_day_is_over(volunteer: TestService) -> None:
    loop = await due(volunteer)
    await begun(volunteer)
    await turn(volunteer, IN_TIME)
    assert await escalations(volunteer) == []
    for _ in range(2):
        await turn(volunteer, LATE)
    assert await escalations(volunteer) == [(loop.id, "overdue")]
    assert (await volunteer.said())[-1].correlation_id == loop.correlation_id
    assert (await loop.seen())["escalated_at"] is not None


async def test_a_new_promise_that_is_broken_is_said_again(volunteer: TestService) -> None:
    loop = await due(volunteer)
    await turn(volunteer, LATE)
    await assigned_until(volunteer, loop, LATER)
    await turn(volunteer, LATE)
    assert len(await escalations(volunteer)) == 1
    await turn(volunteer, LATE + timedelta(days=4))
    assert await escalations(volunteer) == [(loop.id, "overdue")] * 2


async def test_what_waits_for_its_inspection_is_late_by_that_day(volunteer: TestService) -> None:
    now = datetime.now(UTC)
    loop = await due(volunteer, now.date() + timedelta(days=2))
    await loop.step("mitigate", who=FIXER)
    await turn(volunteer, now + timedelta(days=5))
    assert await escalations(volunteer) == []
    await turn(volunteer, now + timedelta(days=9))
    assert await escalations(volunteer) == [(loop.id, "reinspection_overdue")]


async def test_what_has_ended_is_never_late(volunteer: TestService) -> None:
    loop = await due(volunteer)
    await loop.step("mitigate", who=FIXER)
    await loop.step("reinspect", {"passed": True}, OTHER)
    await loop.step("close")
    await turn(volunteer, LATE + timedelta(days=999))
    assert await escalations(volunteer) == []


async def test_the_list_can_show_only_what_is_late(volunteer: TestService) -> None:
    late = await due(volunteer, date(2020, 1, 1))
    await due(volunteer, date(2150, 1, 1))
    await begun(volunteer)
    assert [one["id"] for one in (await get(volunteer, "/v1/hazards?overdue=true"))["items"]] == [late.id]
    assert len((await get(volunteer, "/v1/hazards"))["items"]) == 3
