"""Stream to effect: once, in order, and a poison event stops nothing."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from deploy import streams
from deploy.keys import Keys
from deploy.local.nats import Nats
from deploy.topology import OPERATOR
from shared.events.mediation import OpinionReceived
from shared.http.problems import Unavailable
from shared.testing import TestService, bearer, event_of, eventually

pytestmark = pytest.mark.anyio

OPERATOR_HEADERS = bearer("operator@*")
SUBJECT = "mediation.opinion.received.v1.dungen"
Say = Callable[..., Awaitable[None]]


def opinion(**envelope):
    payload = OpinionReceived(
        opinion_id=uuid4(), kind="hazard", topic="no_smoke_detector", answer_due_at=datetime(2027, 1, 1, tzinfo=UTC))
    return event_of(payload, community="dungen", **envelope)


async def hazards(volunteer: TestService) -> int:
    return len(await volunteer.said("volunteer.hazard.reported.v1"))


async def test_an_event_heard_three_times_has_one_effect_in_its_loop(volunteer: TestService, mediation_says: Say) -> None:
    event, last = opinion(), opinion()
    for said in (event, event, event, last):
        await mediation_says(said)
    assert await eventually(lambda: hazards(volunteer), lambda count: count == 2) == 2
    rows = await volunteer.said()
    assert [row.correlation_id for row in rows] == [event.correlationid, last.correlationid]
    assert rows[0].causation_id == event.id
    assert rows[0].traceparent is not None


async def test_an_older_sequence_than_seen_is_ignored(volunteer: TestService, mediation_says: Say) -> None:
    key = str(uuid4())
    await mediation_says(opinion(subject=key, sequence=5))
    await mediation_says(opinion(subject=key, sequence=4))
    await mediation_says(opinion())
    assert await eventually(lambda: hazards(volunteer), lambda count: count == 2) == 2


@pytest.mark.parametrize("poison", [
    b"not json at all",
    b'{"specversion": "1.0", "type": "mediation.opinion.received.v1"}',
    b"\xff\xfe\x00",
])
async def test_poison_lands_in_dead_letters_and_blocks_nothing(
    volunteer: TestService, mediation_says: Say, poison: bytes,
) -> None:
    await mediation_says(poison, SUBJECT)
    await mediation_says(opinion())
    await eventually(lambda: hazards(volunteer), lambda count: count == 1)
    letters = (await volunteer.get("/v1/dead-letters", OPERATOR_HEADERS)).json()["items"]
    assert [letter["type"] for letter in letters] == ["mediation.opinion.received.v1"]
    still_broken = await volunteer.post(f"/v1/dead-letters/{letters[0]['id']}/replay", OPERATOR_HEADERS)
    assert still_broken.status_code == 409


async def test_a_dead_letter_that_can_be_handled_now_is_handled_once(
    volunteer: TestService, mediation_says: Say, monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(tx, event, now) -> None:
        raise KeyError("a listener with a bug")

    name = OpinionReceived.event_type
    monkeypatch.setitem(volunteer.state.listeners.handlers, name, [broken])
    event = opinion()
    await mediation_says(event)

    async def letters() -> list[dict]:
        return (await volunteer.get("/v1/dead-letters", OPERATOR_HEADERS)).json()["items"]

    dead = await eventually(letters, lambda found: len(found) == 1)
    monkeypatch.undo()
    path = f"/v1/dead-letters/{dead[0]['id']}/replay"
    assert (await volunteer.post(path, OPERATOR_HEADERS)).status_code == 200
    assert (await volunteer.post(path, OPERATOR_HEADERS)).status_code == 409
    assert await hazards(volunteer) == 1
    await mediation_says(event)
    await mediation_says(opinion())
    await eventually(lambda: hazards(volunteer), lambda count: count >= 2)
    assert await hazards(volunteer) == 2


async def test_a_deleted_consumer_is_made_again_without_a_doubled_effect(
    volunteer: TestService, mediation_says: Say, nats: Nats, keys: Keys,
) -> None:
    await mediation_says(opinion())
    await eventually(lambda: hazards(volunteer), lambda count: count == 1)
    operator = await streams.connect(nats.url, OPERATOR, keys.seed(OPERATOR))
    await operator.jetstream().delete_consumer("MEDIATION", "volunteer")
    await operator.close()
    await mediation_says(opinion())
    assert await eventually(lambda: hazards(volunteer), lambda count: count == 2) == 2


async def test_an_event_that_needs_another_service_waits_until_it_is_back(
    volunteer: TestService, mediation_says: Say, monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts, heard = [], []

    async def asks_elsewhere(tx, event, now) -> None:
        attempts.append(event.id)
        if len(attempts) <= 2:
            raise Unavailable(service="resources")
        heard.append(event.id)

    name = OpinionReceived.event_type
    monkeypatch.setitem(volunteer.state.listeners.handlers, name, [asks_elsewhere])
    event = opinion()
    await mediation_says(event)

    async def effects() -> list:
        return heard

    assert await eventually(effects) == [event.id]
    assert (await volunteer.get("/v1/dead-letters", OPERATOR_HEADERS)).json()["items"] == []
