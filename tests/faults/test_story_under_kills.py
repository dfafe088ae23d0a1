"""SIGKILL for every process in the middle of stories: what was acknowledged is kept, nothing happens twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from deploy.local import Neighbourhood
from deploy.stories.hazard import COMMUNITY, HazardStory, Loop
from deploy.stories.integrator import USER, Integrator
from deploy.stories.people import Neighbour, People, eventually
from deploy.stories.rooms import AT_THE_ELDERS, ON_THE_ROUND, ROOMS, TOLD_OF
from deploy.stories.telling import Teller
from deploy.stories.verdict import judge
from deploy.topology import SERVICES

pytestmark = pytest.mark.anyio

KILLS = [*SERVICES, *SERVICES, *SERVICES, "nats", "nats", "nats", "nats", "postgres", "postgres", "postgres", "postgres"]


@pytest.fixture
def neighbourhood(tmp_path: Path):
    tmp_path.chmod(0o755)
    with Neighbourhood(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def people(anyio_backend: str, neighbourhood: Neighbourhood) -> AsyncIterator[People]:
    password = neighbourhood.keys.persona_password.read_text().strip()
    known = People(neighbourhood.gateway_url, password)
    yield known
    await known.close()


async def kill_them_all(neighbourhood: Neighbourhood, seed: int) -> int:
    """One after the other, each as soon as it runs (again), whatever it is doing."""
    victims = random.Random(seed).sample(KILLS, len(KILLS))
    for name in victims:
        part = neighbourhood.part(name)
        while not part.is_running:
            await asyncio.sleep(0.02)
        await asyncio.sleep(random.Random(name).uniform(0.1, 0.8))  # not a wait for anything: the moment of the crash
        await asyncio.to_thread(part.kill)
    return len(victims)


async def everything(who: Neighbour, path: str) -> list[dict[str, Any]]:
    items, after = [], None
    while True:
        page = await who.get(path, community=COMMUNITY, limit=200, after=after)
        items += page["items"]
        if (after := page["next"]) is None:
            return items


async def test_twenty_kills_lose_nothing_and_double_nothing(neighbourhood: Neighbourhood, people: People) -> None:
    assert len(KILLS) >= 20
    since = datetime.now(UTC) - timedelta(seconds=1)
    integrator = Integrator(neighbourhood.nats_url, neighbourhood.keys.seed(USER), since)
    await integrator.start()
    killing = asyncio.create_task(kill_them_all(neighbourhood, seed=20260911))
    loops: list[Loop] = []
    try:
        while not killing.done() or not loops:
            story = HazardStory(people, Teller(Console(quiet=True), pace=0), integrator)
            loops.append(await story.play())
        assert await killing == len(KILLS)
        verdict = await judge(people["operator"], integrator, since)
    finally:
        killing.cancel()
        await integrator.stop()
    assert verdict.lost == 0
    await assert_each_effect_happened_once(people, len(loops))


async def assert_each_effect_happened_once(people: People, stories: int) -> None:
    leader, keeper, worker = people["squad_leader@dungen"], people["community_admin@dungen"], people["social_worker@dungen"]
    hazards = await everything(leader, "/volunteer/v1/hazards")
    needs, works = await everything(keeper, "/resources/v1/needs"), await everything(keeper, "/resources/v1/works")
    opinions = await everything(worker, "/mediation/v1/opinions")
    assert [len(hazards), len(needs), len(works), len(opinions)] == [ROOMS * stories] * 3 + [stories]
    assert {one["state"] for one in hazards} == {"closed"}
    assert {one["state"] for one in needs} == {"fulfilled"}
    assert {one["state"] for one in works} == {"accepted"}
    assert {one["state"] for one in opinions} == {"answered"}
    await assert_ledger_adds_up(keeper, stories)
    for service in SERVICES:
        letters = await people["operator"].get(f"/{service}/v1/dead-letters")
        assert letters["items"] == []


async def assert_ledger_adds_up(keeper: Neighbour, stories: int) -> None:
    movements = await everything(keeper, "/resources/v1/movements")
    lots = await everything(keeper, "/resources/v1/stock-lots")
    for lot in lots:
        assert lot["on_hand"] == sum(one["quantity"] for one in movements if one["lot_id"] == lot["id"])
        assert lot["reserved"] == 0
    needed = sum(sum(room.items.values()) for room in (TOLD_OF, *ON_THE_ROUND, AT_THE_ELDERS))
    assert -sum(one["quantity"] for one in movements if one["reason"] == "issued") == needed * stories


async def test_nats_away_for_a_while_then_everything_arrives(neighbourhood: Neighbourhood, people: People) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    await asyncio.to_thread(neighbourhood.take_down, "nats")
    leader = people["squad_leader@dungen"]
    hazards = [await leader.post("/volunteer/v1/hazards", {"community": COMMUNITY, "kind": "no_smoke_detector"})
               for _ in range(10)]
    for hazard in hazards:
        await leader.post(f"/volunteer/v1/hazards/{hazard['id']}/verify", {})
    await asyncio.to_thread(neighbourhood.bring_up, neighbourhood.part("nats"))
    integrator = Integrator(neighbourhood.nats_url, neighbourhood.keys.seed(USER), since)
    await integrator.start()
    try:
        keeper = people["community_admin@dungen"]
        await eventually(lambda: keeper.get("/resources/v1/works", community=COMMUNITY, limit=200),
                         lambda page: len(page["items"]) == len(hazards), "works for every hazard")
        verdict = await judge(people["operator"], integrator, since)
    finally:
        await integrator.stop()
    assert (verdict.lost, verdict.duplicated) == (0, 0)
    for hazard in hazards:
        sequences = [one.event.sequence for one in integrator.arrivals if one.event.subject == hazard["id"]]
        assert sequences == sorted(sequences)
