"""Outbox to stream, over a real NATS server."""

import json
from typing import Any
from uuid import uuid4

import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from deploy.local.nats import Nats
from shared.events import parse
from shared.testing import TestService, bearer, eventually

pytestmark = pytest.mark.anyio

LEADER = bearer("squad_leader@dungen", subject="leader")
HAZARD = {"community": "dungen", "kind": "no_smoke_detector", "place_label": "CZW002 502", "description": "门后没有烟感"}


async def received(integrator: Client, count: int) -> list[Any]:
    """Everything in the VOLUNTEER stream, when it holds at least so many messages."""
    jetstream = integrator.jetstream()
    messages: list[Any] = []
    subscription = await jetstream.subscribe("volunteer.>", stream="VOLUNTEER", ordered_consumer=True,
                                             config=ConsumerConfig(name=f"test-{uuid4().hex}"))

    async def look() -> int:
        while subscription.pending_msgs:
            messages.append(await subscription.next_msg(timeout=1))
        return len(messages)

    await eventually(look, lambda seen: seen >= count)
    return messages


async def test_what_is_committed_arrives_once_in_order_and_without_words(
    volunteer: TestService, integrator: Client,
) -> None:
    hazard = (await volunteer.post("/v1/hazards", LEADER, HAZARD)).json()
    await volunteer.post(f"/v1/hazards/{hazard['id']}/verify", LEADER, {})
    messages = await received(integrator, 2)
    events = [parse(message.data) for message in messages]
    assert [event.type for event in events] == ["volunteer.hazard.reported.v1", "volunteer.hazard.verified.v1"]
    assert [event.sequence for event in events] == [1, 2]
    assert messages[0].subject == "volunteer.hazard.reported.v1.dungen"
    assert messages[0].headers["Nats-Msg-Id"] == str(events[0].id)
    assert messages[0].headers["Content-Type"] == "application/cloudevents+json"
    assert messages[0].headers["traceparent"] == events[0].traceparent
    assert "烟感" not in json.dumps([message.data.decode() for message in messages], ensure_ascii=False)


async def test_a_refused_change_says_nothing(volunteer: TestService, integrator: Client) -> None:
    hazard = (await volunteer.post("/v1/hazards", LEADER, HAZARD)).json()
    assert (await volunteer.post(f"/v1/hazards/{hazard['id']}/close", LEADER)).status_code == 409
    assert len(await received(integrator, 1)) == 1
    assert len(await volunteer.said()) == 1


async def test_nats_away_the_api_works_and_the_outbox_drains_in_order_after(
    volunteer: TestService, nats: Nats, integrator: Client,
) -> None:
    nats.kill()
    ids = [(await volunteer.post("/v1/hazards", LEADER, HAZARD)).json()["id"] for _ in range(20)]
    for id in ids:
        assert (await volunteer.post(f"/v1/hazards/{id}/verify", LEADER, {})).status_code == 200
    ready = (await volunteer.get("/readyz", {})).json()
    assert (ready["ready"], ready["nats"]) == (True, "away")
    assert ready["outbox_waiting"] == 40
    nats.start()
    events = [parse(message.data) for message in await received(integrator, 40)]
    assert len({event.id for event in events}) == 40
    for id in ids:
        assert [event.sequence for event in events if event.subject == id] == [1, 2]


async def test_a_replay_publishes_again_under_the_same_ids(volunteer: TestService, integrator: Client) -> None:
    await volunteer.post("/v1/hazards", LEADER, HAZARD)
    await received(integrator, 1)

    async def waiting() -> int:
        return (await volunteer.get("/readyz", {})).json()["outbox_waiting"]

    await eventually(waiting, lambda count: count == 0)
    operator = bearer("operator@*")
    answer = await volunteer.post("/v1/outbox/replay", operator, {"since": "2020-01-01T00:00:00Z"})
    assert answer.json() == {"events": 1}
    await eventually(waiting, lambda count: count == 0)
    assert len(await received(integrator, 1)) == 1
