"""What became of a word: the others speak, and the one who spoke up reads it."""

from typing import Any
from uuid import UUID

import pytest

from services.mediation.listeners import follow_the_loop, listeners
from services.mediation.opinions.rules import STANDINGS, kind_of_event
from services.mediation.opinions.words import STEPS
from shared.clock import system_clock
from shared.events import Payload, resources, volunteer
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer, event_of
from shared.types import new_id

pytestmark = pytest.mark.anyio

TENANT = bearer("resident@dungen", subject="tenant")
WORKER = bearer("social_worker@dungen", subject="worker")
WORD = {"community": "dungen", "kind": "hazard", "topic": "no_smoke_detector", "words": "没有烟感"}


class Loop:
    """A word and the events of its loop, as other services say them."""

    def __init__(self, mediation: TestService, opinion: dict[str, Any]) -> None:
        self.mediation, self.opinion = mediation, opinion
        self.sequences: dict[UUID, int] = {}

    async def hear(self, said: Payload, about: UUID, *, correlation: str | None = None, community: str = "dungen") -> Any:
        self.sequences[about] = self.sequences.get(about, 0) + 1
        event = event_of(said, id=new_id(), subject=str(about), sequence=self.sequences[about], community=community,
                         correlationid=correlation or self.opinion["correlation_id"])
        async with self.mediation.state.database.transaction(EVERYWHERE, causation_id=event.id) as tx:
            await follow_the_loop(tx, event, system_clock())
        return event

    async def hazard(self, id: UUID, *steps: str, correlation: str | None = None, **facts: Any) -> None:
        """`loop.hazard(id, "reported", "closed")`."""
        for step in steps:
            said = {
                "reported": lambda: volunteer.HazardReported(
                    hazard_id=id, kind="no_smoke_detector", severity=3, origin="opinion"),
                "verified": lambda: volunteer.HazardVerified(hazard_id=id, kind="no_smoke_detector", severity=3),
                "closed": lambda: volunteer.HazardClosed(hazard_id=id, kind="no_smoke_detector"),
                "rejected": lambda: volunteer.HazardRejected(hazard_id=id, reason="not_found_on_site"),
                "reopened": lambda: volunteer.HazardReopened(hazard_id=id, reason="still_unsafe"),
                "duplicate_found": lambda: volunteer.HazardDuplicateFound(hazard_id=id, **facts),
            }[step]()
            await self.hear(said, id, correlation=correlation)

    async def read(self, **headers: str) -> dict[str, Any]:
        return (await self.mediation.call("GET", f"/v1/opinions/{self.opinion['id']}", TENANT, **headers)).json()

    async def state(self) -> tuple[str, str | None]:
        opinion = (await self.mediation.get("/v1/opinions", WORKER)).json()["items"][-1]
        assert opinion["id"] == self.opinion["id"]
        return opinion["state"], opinion["answer"] and opinion["answer"]["outcome"]

    async def steps(self) -> list[str]:
        """Oldest first."""
        path = f"/v1/opinions/{self.opinion['id']}/steps?limit=200"
        items = (await self.mediation.get(path, TENANT)).json()["items"]
        return [step["code"].partition(".")[2] for step in reversed(items)]


@pytest.fixture
async def loop(mediation: TestService) -> Loop:
    return Loop(mediation, (await mediation.post("/v1/opinions", TENANT, WORD)).json())


async def answers(mediation: TestService) -> list[tuple[str, str]]:
    rows = await mediation.said("mediation.opinion.answered.v1")
    return [(row.data["outcome"], row.data["answered_by"]) for row in rows]


def test_every_event_that_is_heard_has_a_sentence_and_every_standing_is_heard() -> None:
    beside_loops = ("identity.", "resources.subject_request.")
    heard = {kind_of_event(name) for name in listeners.handlers if not name.startswith(beside_loops)}
    assert heard <= set(STEPS)
    assert set(STANDINGS) <= heard


async def test_a_closed_hazard_answers_the_one_who_spoke(loop: Loop) -> None:
    hazard, works = new_id(), new_id()
    await loop.hazard(hazard, "reported", "verified")
    assert await loop.state() == ("in_progress", None)
    await loop.hear(resources.WorksAccepted(works_id=works, hazard_id=hazard, installed_by="a", accepted_by="b"), works)
    await loop.hazard(hazard, "closed")
    assert await loop.state() == ("answered", "hazard_closed")
    assert await loop.steps() == ["opinion.received", "hazard.reported", "hazard.verified", "works.accepted",
                                  "hazard.closed", "opinion.answered"]
    english = await loop.read(**{"Accept-Language": "en"})
    assert english["answer"]["says"] == "The hazard is gone; somebody else has looked and found it safe"
    [said] = await loop.mediation.said("mediation.opinion.answered.v1")
    assert (said.data["answered_by"], str(said.correlation_id)) == ("loop", loop.opinion["correlation_id"])
    assert said.causation_id is not None


async def test_all_hazards_of_the_loop_must_end(loop: Loop) -> None:
    first, second = new_id(), new_id()
    await loop.hazard(first, "reported")
    await loop.hazard(second, "reported")
    await loop.hazard(first, "rejected")
    assert await loop.state() == ("in_progress", None)
    await loop.hazard(second, "closed")
    assert await loop.state() == ("answered", "hazard_closed")


async def test_what_was_no_hazard_is_said_with_its_reason(loop: Loop) -> None:
    await loop.hazard(new_id(), "reported", "rejected")
    answer = (await loop.read())["answer"]
    assert (answer["outcome"], answer["says"]) == ("hazard_rejected", "核实后不是隐患（现场没有发现）")


async def test_a_reopened_hazard_is_answered_again_later(loop: Loop) -> None:
    hazard = new_id()
    await loop.hazard(hazard, "reported", "closed", "reopened")
    opened = await loop.read()
    assert (opened["state"], opened["answer"]) == ("in_progress", None)
    assert [answer["outcome"] for answer in opened["earlier_answers"]] == ["hazard_closed"]
    await loop.hazard(hazard, "closed")
    assert await answers(loop.mediation) == [("hazard_closed", "loop")] * 2
    assert (await loop.steps())[-5:] == [
        "opinion.answered", "hazard.reopened", "opinion.taken_up_again", "hazard.closed", "opinion.answered"]


async def test_a_duplicate_is_followed_to_the_hazard_it_is_the_same_as(loop: Loop) -> None:
    mine, known = new_id(), new_id()
    elsewhere = str(new_id())
    await loop.hazard(known, "reported", correlation=elsewhere)
    await loop.hazard(mine, "reported")
    await loop.hazard(mine, "duplicate_found", duplicate_of=known)
    assert await loop.state() == ("in_progress", None)
    await loop.hazard(known, "verified", "closed", correlation=elsewhere)
    assert await loop.state() == ("answered", "hazard_closed")
    assert (await loop.steps())[-3:] == ["hazard.verified", "hazard.closed", "opinion.answered"]
    await loop.hazard(known, "reopened", correlation=elsewhere)
    assert await loop.state() == ("in_progress", None)


async def test_a_duplicate_of_what_is_closed_already_is_answered_at_once(loop: Loop) -> None:
    mine, known = new_id(), new_id()
    await loop.hazard(known, "reported", "closed", correlation=str(new_id()))
    await loop.hazard(mine, "reported")
    await loop.hazard(mine, "duplicate_found", duplicate_of=known)
    assert await loop.state() == ("answered", "hazard_closed")


async def test_works_on_the_hazard_it_is_the_same_as_are_told_too(loop: Loop) -> None:
    mine, known, works = new_id(), new_id(), new_id()
    elsewhere = str(new_id())
    await loop.hazard(mine, "reported")
    await loop.hazard(mine, "duplicate_found", duplicate_of=known)
    await loop.hear(resources.WorksPlanned(works_id=works, hazard_id=known), works, correlation=elsewhere)
    assert (await loop.steps())[-1] == "works.planned"


async def test_a_workers_answer_stands_until_the_loop_ends(loop: Loop) -> None:
    hazard = new_id()
    await loop.hazard(hazard, "reported")
    await loop.mediation.post(f"/v1/opinions/{loop.opinion['id']}/answer", WORKER,
                              {"outcome": "referred", "reason": "电工下周到"})
    await loop.hazard(hazard, "verified")
    assert await loop.state() == ("answered", "referred")
    await loop.hazard(hazard, "closed")
    assert await answers(loop.mediation) == [("referred", "worker"), ("hazard_closed", "loop")]


async def test_a_worker_may_speak_last(loop: Loop) -> None:
    hazard, need = new_id(), new_id()
    await loop.hazard(hazard, "reported", "closed")
    await loop.mediation.post(f"/v1/opinions/{loop.opinion['id']}/answer", WORKER,
                              {"outcome": "done", "reason": "请您查看"})
    await loop.hear(resources.NeedFulfilled(need_id=need, hazard_id=hazard), need)
    assert await loop.state() == ("answered", "done")


@pytest.mark.parametrize(("end", "outcome", "says"), [
    (lambda id: resources.NeedFulfilled(need_id=id), "need_fulfilled", "您要的都已交付"),
    (lambda id: resources.NeedClosedShort(need_id=id, reason="not_to_be_had", lines=[
        resources.ShortLine(item="walking_stick", requested=3, supplied=1)]),
     "need_closed_short", "需要3件，给了1件（暂时无法找到）"),
    (lambda id: resources.NeedCancelled(need_id=id, reason="moved_away"), "need_cancelled", "需求已取消（moved_away）"),
])
async def test_a_need_is_answered_by_its_end(mediation: TestService, end, outcome: str, says: str) -> None:
    word = WORD | {"kind": "need", "topic": "walking_stick"}
    loop = Loop(mediation, (await mediation.post("/v1/opinions", TENANT, word)).json())
    need = new_id()
    await loop.hear(resources.NeedOpened(need_id=need, lines=[]), need)
    assert await loop.state() == ("in_progress", None)
    await loop.hear(end(need), need)
    assert await loop.state() == ("answered", outcome)
    assert (await loop.read())["answer"]["says"] == says


async def test_streams_may_come_in_any_order(mediation: TestService) -> None:
    """The hazard's end heard first, or the works' and the need's: the same answer, and every step is there."""
    seen = []
    for hazard_first in (True, False):
        loop = Loop(mediation, (await mediation.post("/v1/opinions", TENANT, WORD)).json())
        hazard, need, works = new_id(), new_id(), new_id()

        async def one_stream(loop=loop, hazard=hazard) -> None:
            await loop.hazard(hazard, "reported", "verified", "closed")

        async def other_stream(loop=loop, hazard=hazard, need=need, works=works) -> None:
            await loop.hear(resources.NeedOpened(need_id=need, hazard_id=hazard, lines=[]), need)
            await loop.hear(resources.WorksAccepted(
                works_id=works, hazard_id=hazard, installed_by="a", accepted_by="b"), works)
            await loop.hear(resources.NeedFulfilled(need_id=need, hazard_id=hazard), need)

        for stream in (one_stream, other_stream) if hazard_first else (other_stream, one_stream):
            await stream()
        file = await loop.read()
        seen.append((file["state"], file["answer"]["outcome"], len(file["earlier_answers"]), sorted(await loop.steps())))
    assert seen[0] == seen[1]
    assert seen[0][:3] == ("answered", "hazard_closed", 0)


async def test_hearing_it_again_changes_nothing(loop: Loop) -> None:
    hazard = new_id()
    await loop.hazard(hazard, "reported")
    closed = event_of(volunteer.HazardClosed(hazard_id=hazard, kind="x"), id=new_id(), subject=str(hazard), sequence=6,
                      community="dungen", correlationid=loop.opinion["correlation_id"])
    for _ in range(3):
        async with loop.mediation.state.database.transaction(EVERYWHERE) as tx:
            await follow_the_loop(tx, closed, system_clock())
    assert await answers(loop.mediation) == [("hazard_closed", "loop")]
    assert await loop.steps() == ["opinion.received", "hazard.reported", "hazard.closed", "opinion.answered"]


async def test_an_older_event_does_not_undo_a_newer_one(loop: Loop) -> None:
    hazard = new_id()
    await loop.hazard(hazard, "reported", "verified", "closed")
    late = event_of(volunteer.HazardVerified(hazard_id=hazard, kind="x", severity=2), id=new_id(), subject=str(hazard),
                    sequence=2, community="dungen", correlationid=loop.opinion["correlation_id"])
    async with loop.mediation.state.database.transaction(EVERYWHERE) as tx:
        await follow_the_loop(tx, late, system_clock())
    assert await loop.state() == ("answered", "hazard_closed")


async def test_the_consumers_inbox_hears_an_event_once(loop: Loop) -> None:
    hazard = new_id()
    said = volunteer.HazardReported(hazard_id=hazard, kind="x", severity=2, origin="opinion")
    for _ in range(2):
        await loop.mediation.hear(said, id=new_id(), subject=str(hazard), community="dungen",
                                  correlationid=loop.opinion["correlation_id"])
    await loop.mediation.hear(volunteer.HazardClosed(hazard_id=hazard, kind="x"), id=new_id(), subject=str(hazard),
                              community="dungen", sequence=2, correlationid=loop.opinion["correlation_id"])
    assert await loop.state() == ("answered", "hazard_closed")


async def test_other_loops_and_communities_are_not_mixed_up(loop: Loop) -> None:
    await loop.hazard(new_id(), "reported", "closed", correlation=str(new_id()))
    foreign = new_id()
    await loop.hear(volunteer.HazardReported(hazard_id=foreign, kind="x", severity=1, origin="person"), foreign,
                    community="yingui")
    assert await loop.state() == ("received", None)
    assert await loop.steps() == ["opinion.received"]
    await loop.hazard(new_id(), "reported", "closed")
    assert await loop.state() == ("answered", "hazard_closed")
