"""What each listener does, in the loop that led to it; hearing it again, or too late, changes nothing."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from services.volunteer.listeners import listeners
from shared.events import Payload
from shared.events.eldercare import HazardFound
from shared.events.identity import MembershipChanged, SessionRevoked
from shared.events.mediation import OpinionReceived
from shared.events.resources import (
    NeedClosedShort,
    NeedFulfilled,
    NeedOpened,
    ResidentUpdated,
    SubjectRequestOpened,
    WorksAccepted,
    WorksCancelled,
    WorksInstalled,
    WorksPlanned,
    WorksScheduled,
)
from shared.testing import TestService
from tests.volunteer.loop import COMMUNITY, FIXER, OTHER, Loop, begun, get, types, verified

pytestmark = pytest.mark.anyio

WORKS, NEED = uuid4(), uuid4()
FROM, UNTIL = datetime(2026, 12, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, 3, tzinfo=UTC)


class Heard(NamedTuple):
    payload: type[Payload]
    facts: dict[str, Any]
    effect: dict[str, Any]
    said: list[str]


OF_A_HAZARD = (
    Heard(NeedOpened, {"need_id": NEED, "lines": []}, {"state": "verified", "need_id": str(NEED)}, []),
    Heard(WorksPlanned, {"works_id": WORKS, "need_id": NEED},
          {"state": "verified", "works_id": str(WORKS), "need_id": str(NEED)}, []),
    Heard(WorksScheduled, {"works_id": WORKS, "starts_at": FROM, "ends_at": UNTIL},
          {"state": "mitigating", "works_id": str(WORKS)}, ["hazard.mitigation_started"]),
    Heard(WorksAccepted, {"works_id": WORKS, "installed_by": "fixer", "accepted_by": "second"},
          {"state": "mitigated"}, ["hazard.mitigated"]),
    Heard(NeedFulfilled, {"need_id": NEED}, {"state": "mitigated"}, ["hazard.mitigated"]),
    Heard(NeedClosedShort, {"need_id": NEED, "reason": "not_to_be_had", "lines": []},
          {"state": "verified"}, ["hazard.escalated"]),
    Heard(WorksInstalled, {"works_id": WORKS, "installed_by": "fixer", "attempt": 1}, {"state": "verified"}, []),
    Heard(WorksCancelled, {"works_id": WORKS, "reason": "too_dear"}, {"state": "verified", "works_id": None}, []),
)
BEGINNING = {OpinionReceived, HazardFound}
OF_PEOPLE = {ResidentUpdated, SubjectRequestOpened}
OF_TOKENS = {SessionRevoked, MembershipChanged}
"""In tests/messaging/test_id_4_ended_sessions.py."""
NAMES = [heard.payload.__name__ for heard in OF_A_HAZARD]


def test_every_listener_is_looked_at() -> None:
    looked_at = {heard.payload for heard in OF_A_HAZARD} | BEGINNING | OF_PEOPLE | OF_TOKENS
    assert {payload.event_type for payload in looked_at} == set(listeners.handlers)


@pytest.mark.parametrize("heard", OF_A_HAZARD, ids=NAMES)
async def test_its_effect_happens_once_in_its_loop(volunteer: TestService, heard: Heard) -> None:
    loop = await verified(volunteer)
    before = len(await volunteer.said())
    event_id = await loop.hears(heard.payload, **heard.facts)
    seen = await loop.seen()
    assert seen | heard.effect == seen
    rows = (await volunteer.said())[before:]
    assert types(rows) == heard.said
    assert {(row.correlation_id, row.causation_id) for row in rows} <= {(loop.correlation_id, event_id)}
    await loop.hears(heard.payload, event_id=event_id, **heard.facts)
    assert await loop.seen() == seen
    assert len(await volunteer.said()) == before + len(rows)


@pytest.mark.parametrize("heard", OF_A_HAZARD, ids=NAMES)
async def test_what_no_longer_fits_changes_nothing(volunteer: TestService, heard: Heard) -> None:
    loop = await begun(volunteer)
    await loop.step("reject", {"reason": "not_found_on_site"})
    before, said = await loop.seen(), len(await volunteer.said())
    await loop.hears(heard.payload, **heard.facts)
    after = await loop.seen()
    unimportant = {"version": 0, "updated_at": ""}
    assert after | unimportant == before | unimportant
    assert len(await volunteer.said()) == said


@pytest.mark.parametrize("heard", OF_A_HAZARD, ids=NAMES)
@pytest.mark.parametrize("hazard_id", [None, uuid4()])
async def test_what_is_not_about_a_hazard_of_ours_changes_nothing(
    volunteer: TestService, heard: Heard, hazard_id: UUID | None,
) -> None:
    nobody = Loop(volunteer, {"id": hazard_id, "correlation_id": str(uuid4())})
    await nobody.hears(heard.payload, **heard.facts)
    assert await volunteer.said() == []


def opinion(**more: Any) -> OpinionReceived:
    facts = {"opinion_id": uuid4(), "kind": "hazard", "topic": "blocked_drain", "answer_due_at": UNTIL}
    return OpinionReceived(**(facts | more))


def finding() -> HazardFound:
    return HazardFound(finding_id=uuid4(), check_id=uuid4(), kind="blocked_drain", severity=2, room="kitchen")


@pytest.mark.parametrize(("said", "origin"), [(opinion(), "opinion"), (finding(), "home_safety")])
async def test_a_word_or_a_finding_becomes_one_hazard_in_its_loop(
    volunteer: TestService, said: Payload, origin: str,
) -> None:
    envelope = {"id": uuid4(), "correlationid": uuid4(), "community": COMMUNITY}
    for _ in range(2):
        await volunteer.hear(said, **envelope)
    [hazard] = (await get(volunteer, "/v1/hazards"))["items"]
    assert (hazard["kind"], hazard["origin"], hazard["state"]) == ("blocked_drain", origin, "reported")
    [row] = await volunteer.said()
    assert (row.correlation_id, row.causation_id) == (envelope["correlationid"], envelope["id"])


@pytest.mark.parametrize("kind", ["need", "dispute", "idea"])
async def test_other_words_are_for_others(volunteer: TestService, kind: str) -> None:
    await volunteer.hear(opinion(kind=kind), community=COMMUNITY)
    assert await volunteer.said() == []


async def test_goods_alone_do_not_end_a_hazard_that_works_are_planned_for(volunteer: TestService) -> None:
    loop = await verified(volunteer)
    await loop.hears(WorksPlanned, works_id=WORKS, need_id=NEED)
    await loop.hears(NeedFulfilled, need_id=NEED)
    assert (await loop.seen())["state"] == "verified"


@pytest.mark.parametrize("order", [(WorksCancelled, NeedFulfilled), (NeedFulfilled, WorksCancelled)])
async def test_once_works_are_cancelled_the_goods_count_in_whichever_order(
    volunteer: TestService, order: tuple[type, type],
) -> None:
    loop = await verified(volunteer)
    await loop.hears(WorksPlanned, works_id=WORKS, need_id=NEED)
    facts = {WorksCancelled: {"works_id": WORKS, "reason": "neighbours_did_it"}, NeedFulfilled: {"need_id": NEED}}
    for payload in order:
        await loop.hears(payload, **facts[payload])
    assert (await loop.seen())["state"] == "mitigated"


async def test_works_that_follow_cancelled_ones_are_remembered(volunteer: TestService) -> None:
    loop, following = await verified(volunteer), uuid4()
    await loop.hears(WorksPlanned, works_id=WORKS, need_id=NEED)
    await loop.hears(WorksPlanned, works_id=following, need_id=NEED)
    await loop.hears(WorksCancelled, works_id=WORKS, reason="provider_ill")
    assert (await loop.seen())["works_id"] == str(following)


async def test_a_reopened_hazard_tells_again_what_it_takes(volunteer: TestService) -> None:
    loop = await verified(volunteer)
    await loop.hears(NeedFulfilled, need_id=NEED)
    await loop.step("reinspect", {"passed": False, "reason": "not_installed"}, OTHER)
    reopened = (await volunteer.said())[-1]
    assert reopened.data["required_items"] == [{"item": "smoke_detector", "quantity": 1}]
    assert (reopened.data["licence"], reopened.data["kind"]) == ("electrician", "no_smoke_detector")
    await loop.step("mitigate", who=FIXER)
