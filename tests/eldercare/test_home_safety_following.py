"""A danger found in an elder's home comes back as fixed, or as judged not to be one."""

from typing import Any
from uuid import UUID

import pytest

from services.eldercare.home_safety.rules import STANDINGS
from services.eldercare.listeners import follow_the_hazard, listeners
from shared.clock import system_clock
from shared.events import Payload, volunteer
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer, event_of
from shared.types import new_id
from tests.eldercare.conftest import Register

pytestmark = pytest.mark.anyio

ASSISTANT = bearer("care_assistant@yingui", subject="assistant")
FINDINGS = "/v1/home-safety-findings"


class Case:
    """A finding and the hazard the volunteer service made of it."""

    def __init__(self, eldercare: TestService, finding: dict[str, Any]) -> None:
        self.eldercare, self.finding, self.hazard = eldercare, finding, new_id()
        self.sequence = 0

    async def hear(self, said: type[Payload], hazard: UUID | None = None, sequence: int | None = None, **facts: Any) -> Any:
        hazard = hazard or self.hazard
        self.sequence += 1
        origin = {"finding_id": self.finding["id"]} if hazard == self.hazard else {}
        event = event_of(said(hazard_id=hazard, **origin, **facts), id=new_id(), subject=str(hazard),
                         sequence=sequence or self.sequence, correlationid=self.finding["correlation_id"])
        async with self.eldercare.state.database.transaction(EVERYWHERE, causation_id=event.id) as tx:
            await follow_the_hazard(tx, event, system_clock())
        return event

    async def reported(self, hazard: UUID | None = None) -> None:
        await self.hear(volunteer.HazardReported, hazard, kind="missing_handrail", severity=3, origin="home_safety")

    async def closed(self, hazard: UUID | None = None) -> None:
        await self.hear(volunteer.HazardClosed, hazard, kind="missing_handrail")

    async def state(self) -> tuple[str, str | None]:
        seen = (await self.eldercare.get(f"{FINDINGS}/{self.finding['id']}", ASSISTANT)).json()
        return seen["state"], seen["outcome"]

    async def fixed(self) -> list[str]:
        return [row.data["outcome"] for row in await self.eldercare.said("eldercare.hazard.fixed.v1")]


@pytest.fixture
async def case(eldercare: TestService, register: Register) -> Case:
    check = (await eldercare.post("/v1/home-safety-checks", ASSISTANT, {
        "community": "yingui", "resident_id": register.admit(), "checklist": "home-2026-11",
        "findings": [{"room": "bathroom", "item": "toilet_handrail", "result": "hazard"},
                     {"room": "bathroom", "item": "shower_handrail", "result": "hazard"}],
    })).json()
    return Case(eldercare, check["findings"][0])


def test_every_standing_is_heard() -> None:
    assert set(STANDINGS) == {name for name in listeners.handlers if name.startswith("volunteer.hazard.")}


async def test_a_closed_hazard_is_a_fixed_finding(case: Case) -> None:
    await case.reported()
    assert await case.state() == ("open", None)
    await case.hear(volunteer.HazardVerified, kind="missing_handrail", severity=3)
    assert await case.state() == ("planned", None)
    await case.hear(volunteer.HazardMitigated)
    assert await case.state() == ("planned", None)
    await case.closed()
    assert await case.state() == ("fixed", "fixed")
    [said] = await case.eldercare.said("eldercare.hazard.fixed.v1")
    assert (said.subject, str(said.correlation_id)) == (case.finding["id"], case.finding["correlation_id"])
    assert said.data == {"finding_id": case.finding["id"], "check_id": case.finding["check_id"], "outcome": "fixed"}
    assert said.causation_id is not None


async def test_the_other_findings_of_the_check_stay(case: Case) -> None:
    await case.reported()
    await case.closed()
    states = (await case.eldercare.get(f"{FINDINGS}?check_id={case.finding['check_id']}", ASSISTANT)).json()["items"]
    assert sorted(finding["state"] for finding in states) == ["fixed", "open"]


async def test_what_was_judged_no_danger_is_not_fixed_and_says_why(case: Case) -> None:
    await case.hear(volunteer.HazardRejected, reason="not_found_on_site")
    assert await case.state() == ("not_fixed", "not_found_on_site")
    assert await case.fixed() == ["rejected"]


async def test_the_elder_accepts_what_is_fixed(case: Case) -> None:
    await case.reported()
    await case.closed()
    accepted = await case.eldercare.post(f"{FINDINGS}/{case.finding['id']}/accept", ASSISTANT, {"accepted_by": "elder"})
    assert (accepted.json()["state"], accepted.json()["accepted_by"]) == ("verified", "elder")
    await case.closed()
    assert await case.state() == ("verified", "fixed")


async def test_a_reopened_hazard_is_open_again_and_fixed_again(case: Case) -> None:
    await case.reported()
    await case.closed()
    await case.eldercare.post(f"{FINDINGS}/{case.finding['id']}/accept", ASSISTANT, {"accepted_by": "family"})
    await case.hear(volunteer.HazardReopened, reason="loose_again")
    seen = (await case.eldercare.get(f"{FINDINGS}/{case.finding['id']}", ASSISTANT)).json()
    assert [seen[name] for name in ("state", "outcome", "settled_at", "accepted_by")] == ["open", None, None, None]
    await case.closed()
    assert await case.fixed() == ["fixed", "fixed"]


async def test_a_duplicate_is_fixed_when_the_hazard_it_is_the_same_as_is(case: Case) -> None:
    known = new_id()
    await case.reported(known)
    await case.reported()
    await case.hear(volunteer.HazardDuplicateFound, duplicate_of=known)
    assert await case.state() == ("open", None)
    await case.hear(volunteer.HazardVerified, known, kind="missing_handrail", severity=3)
    await case.closed(known)
    assert await case.state() == ("fixed", "fixed")


async def test_a_duplicate_of_what_is_closed_already_is_fixed_at_once(case: Case) -> None:
    known, between = new_id(), new_id()
    await case.reported(known)
    await case.closed(known)
    await case.hear(volunteer.HazardDuplicateFound, between, duplicate_of=known)
    await case.hear(volunteer.HazardDuplicateFound, duplicate_of=between)
    assert await case.state() == ("fixed", "fixed")


async def test_hearing_it_again_or_late_changes_nothing(case: Case) -> None:
    await case.reported()
    await case.closed()
    again = event_of(volunteer.HazardClosed(hazard_id=case.hazard, finding_id=case.finding["id"], kind="x"),
                     id=new_id(), subject=str(case.hazard), sequence=2, correlationid=case.finding["correlation_id"])
    for _ in range(2):
        async with case.eldercare.state.database.transaction(EVERYWHERE) as tx:
            await follow_the_hazard(tx, again, system_clock())
    await case.hear(volunteer.HazardReopened, sequence=1, reason="late")
    assert await case.state() == ("fixed", "fixed")
    assert await case.fixed() == ["fixed"]


async def test_an_end_heard_before_the_beginning_is_still_the_end(case: Case) -> None:
    """What was said earlier and comes late is older: it does not open anything again."""
    await case.hear(volunteer.HazardClosed, sequence=6, kind="x")
    await case.hear(volunteer.HazardReported, sequence=1, kind="x", severity=2, origin="home_safety")
    assert await case.state() == ("fixed", "fixed")


async def test_hazards_of_nobodys_home_are_heard_and_change_no_finding(case: Case) -> None:
    somewhere = new_id()
    await case.reported(somewhere)
    await case.closed(somewhere)
    assert await case.state() == ("open", None)
    assert await case.fixed() == []


async def test_the_consumers_inbox_hears_an_event_once(case: Case) -> None:
    said = volunteer.HazardClosed(hazard_id=case.hazard, finding_id=case.finding["id"], kind="x")
    envelope = {"id": new_id(), "subject": str(case.hazard), "correlationid": case.finding["correlation_id"]}
    for _ in range(2):
        await case.eldercare.hear(said, **envelope)
    assert await case.fixed() == ["fixed"]
