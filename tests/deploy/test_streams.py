"""What each NATS user may do, and above all what it may not."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError

from deploy import streams
from deploy.keys import Keys
from deploy.local import Nats
from deploy.topology import APPLICATIONS, INTEGRATOR, NATS_USERS, OPERATOR, SERVICES

pytestmark = pytest.mark.anyio
REPLY_SECONDS = 0.2
Clients = dict[str, Client]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def clients(nats_server: Nats, keys: Keys) -> AsyncIterator[Clients]:
    await streams.declare_at(nats_server.url, keys.seed(OPERATOR))
    found = {user: await streams.connect(nats_server.url, user, keys.seed(user)) for user in NATS_USERS}
    yield found
    for client in found.values():
        await client.close()


async def stored(clients: Clients, stream: str) -> int:
    return (await clients[OPERATOR].jetstream().stream_info(stream)).state.messages


async def is_refused(attempt: Awaitable[Any]) -> bool:
    """The server says nothing to one who may not ask, and tells others what is wrong."""
    try:
        await attempt
    except (Error, APIError, TimeoutError):
        return True
    return False


async def refused_to_hear(client: Client, subject: str) -> bool:
    refused = asyncio.Event()

    async def note(_: Exception) -> None:
        refused.set()

    client._error_cb = note
    await client.subscribe(subject)
    await client.flush()
    try:
        await asyncio.wait_for(refused.wait(), 2)
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("user", NATS_USERS)
@pytest.mark.parametrize("application", APPLICATIONS)
async def test_only_the_service_itself_says_its_events(clients: Clients, user: str, application: str) -> None:
    before = await stored(clients, application.upper())
    jetstream = clients[user].jetstream(timeout=2 if user == application else REPLY_SECONDS)
    refused = await is_refused(jetstream.publish(f"{application}.probe.made.v1.yingui", b"{}"))
    assert refused == (user != application)
    assert await stored(clients, application.upper()) == before + (user == application)


Attempt = Callable[[Client], Awaitable[Any]]
HEARER = ConsumerConfig(name="resources", filter_subject="volunteer.nothing", ack_policy=AckPolicy.EXPLICIT)


def ask(subject: str, body: dict[str, Any] | None = None) -> Attempt:
    return lambda client: client.request(subject, json.dumps(body or {}).encode(), timeout=REPLY_SECONDS)


def consumer_named_in(body: dict[str, Any]) -> dict[str, Any]:
    return {"stream_name": "VOLUNTEER", "config": {"ack_policy": "explicit", "deliver_policy": "all", **body}}


DENIED: dict[str, Attempt] = {
    "take a service's message": ask("$JS.API.CONSUMER.MSG.NEXT.VOLUNTEER.resources", {"batch": 1}),
    "change a service's consumer": lambda client: client.jetstream(timeout=REPLY_SECONDS).add_consumer("VOLUNTEER", HEARER),
    "change it the older way": ask("$JS.API.CONSUMER.DURABLE.CREATE.VOLUNTEER.resources",
                                   consumer_named_in({"durable_name": "resources"})),
    "change it by its name in the body": ask("$JS.API.CONSUMER.CREATE.VOLUNTEER", consumer_named_in({"name": "resources"})),
    "delete a service's consumer": ask("$JS.API.CONSUMER.DELETE.VOLUNTEER.resources"),
    "pause a service's consumer": ask("$JS.API.CONSUMER.PAUSE.VOLUNTEER.resources", {"pause_until": "2099-01-01T00:00:00Z"}),
    "acknowledge for a service": ask("$JS.ACK.VOLUNTEER.resources.1.1.1.1.0"),
    "acknowledge for a service, new form": ask("$JS.ACK._.hash.VOLUNTEER.resources.1.1.1.1.0"),
    "delete a stream": ask("$JS.API.STREAM.DELETE.VOLUNTEER"),
    "change a stream": ask("$JS.API.STREAM.UPDATE.VOLUNTEER", {"name": "VOLUNTEER", "subjects": ["x.>"]}),
    "make a stream": ask("$JS.API.STREAM.CREATE.MINE", {"name": "MINE", "subjects": ["mine.>"]}),
    "empty a stream": ask("$JS.API.STREAM.PURGE.VOLUNTEER"),
    "delete a message": ask("$JS.API.STREAM.MSG.DELETE.VOLUNTEER", {"seq": 1}),
    "read past all consumers": ask("$JS.API.STREAM.MSG.GET.VOLUNTEER", {"seq": 1}),
    "read directly": ask("$JS.API.DIRECT.GET.VOLUNTEER", {"seq": 1}),
    "speak to the server": ask("$SYS.REQ.SERVER.PING"),
}


@pytest.mark.parametrize("user", [INTEGRATOR, *(service for service in SERVICES if service != "resources")])
@pytest.mark.parametrize("what", DENIED)
async def test_denied(clients: Clients, user: str, what: str) -> None:
    resources = clients["resources"].jetstream()
    before = await resources.add_consumer("VOLUNTEER", ConsumerConfig(
        durable_name="resources", filter_subject="volunteer.probe.>", ack_policy=AckPolicy.EXPLICIT))
    assert await is_refused(DENIED[what](clients[user]))
    after = await resources.consumer_info("VOLUNTEER", "resources")
    assert (after.config, after.created) == (before.config, before.created)


@pytest.mark.parametrize("stream", [service.upper() for service in APPLICATIONS])
async def test_not_even_the_operator_unsays(clients: Clients, stream: str) -> None:
    assert await is_refused(clients[OPERATOR].jetstream().purge_stream(stream))


@pytest.mark.parametrize("user", NATS_USERS)
async def test_nobody_reads_anothers_replies(clients: Clients, user: str) -> None:
    other = next(each for each in NATS_USERS if each != user)
    assert await refused_to_hear(clients[user], f"_INBOX_{other}.>")


async def test_an_integrator_cannot_slip_an_event_in_through_a_push_consumer(clients: Clients) -> None:
    before = await stored(clients, "RESOURCES")
    await clients["volunteer"].jetstream().publish("volunteer.probe.made.v1.yingui", b"{}")
    await clients[INTEGRATOR].subscribe("resources.>")
    await clients[INTEGRATOR].jetstream().add_consumer("VOLUNTEER", ConsumerConfig(
        name="slip", deliver_subject="resources.need.opened.v1.yingui", ack_policy=AckPolicy.NONE))
    await clients["volunteer"].jetstream().publish("volunteer.probe.made.v1.yingui", b"{}")
    await clients[INTEGRATOR].flush()
    assert await stored(clients, "RESOURCES") == before


async def test_an_integrator_hears_everything_with_a_consumer_of_its_own(clients: Clients) -> None:
    jetstream = clients[INTEGRATOR].jetstream()
    for application in APPLICATIONS:
        await clients[application].jetstream().publish(f"{application}.probe.heard.v1.yingui", b"{}")
        await jetstream.add_consumer(application.upper(), ConsumerConfig(
            durable_name="partner", deliver_policy=DeliverPolicy.LAST, ack_policy=AckPolicy.EXPLICIT))
        subscription = await jetstream.pull_subscribe_bind("partner", stream=application.upper())
        message, = await subscription.fetch(1)
        await message.ack_sync()
        assert message.subject == f"{application}.probe.heard.v1.yingui"


async def test_nobody_comes_in_without_a_key(nats_server: Nats) -> None:
    with pytest.raises((Error, TimeoutError)):
        await asyncio.wait_for(nats.connect(nats_server.url, max_reconnect_attempts=0, allow_reconnect=False,
                                            error_cb=streams.say_nothing), 2)


async def test_declaring_again_keeps_what_is_there(clients: Clients, nats_server: Nats, keys: Keys) -> None:
    await clients["volunteer"].jetstream().publish("volunteer.probe.made.v1.yingui", b"{}")
    before = await stored(clients, "VOLUNTEER")
    await streams.declare_at(nats_server.url, keys.seed(OPERATOR))
    info = await clients[OPERATOR].jetstream().stream_info("VOLUNTEER")
    assert info.state.messages == before
    assert (info.config.deny_delete, info.config.deny_purge, info.config.duplicate_window) == (True, True, 600)
