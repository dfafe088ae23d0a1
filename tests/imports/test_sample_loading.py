"""The sample communities as the first start loads them: two services, the real files, places linked across them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy import sample_data
from services.resources.main import app as resources_app
from services.volunteer.main import app as volunteer_app
from shared.http.problems import NotFound
from shared.testing import TestService, bearer, running
from tests.imports.uploading import SAMPLES

COORDINATOR = bearer("coordinator@*", subject="coordinator")
SMALL = {"yingui", "dungen"}


@dataclass
class Gateway:
    """Reaches both services under their prefixes, as the coordinator."""

    services: dict[str, TestService]

    def __getitem__(self, persona: str) -> "Gateway":
        return self

    async def get(self, path: str, **query: Any) -> Any:
        return await self.ask("GET", path, params={name: value for name, value in query.items() if value is not None})

    async def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return await self.ask("POST", path, json=body, **more)

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        _, service, rest = path.split("/", 2)
        answer = await self.services[service].client.request(method, f"/{rest}", headers=COORDINATOR, **more)
        assert answer.is_success, answer.text
        return answer.json()


@dataclass
class Peers:
    """The volunteer service's way to the register, without a network between."""

    resources: TestService

    async def get(self, service: str, path: str) -> Any:
        answer = await self.resources.get(path, bearer("service@*", subject=f"service:{service}"))
        if answer.status_code == 404:
            raise NotFound(service=service)
        return answer.json()

    async def close(self) -> None:
        pass


@pytest.fixture
async def gateway(anyio_backend: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    small = tuple(sample for sample in sample_data.COMMUNITIES if sample.slug in SMALL)
    monkeypatch.setattr(sample_data, "COMMUNITIES", small)
    async with running(resources_app) as resources, running(volunteer_app) as volunteer:
        await volunteer.state.peers.close()
        volunteer.state.peers = Peers(resources)
        yield Gateway({"resources": resources, "volunteer": volunteer})


def test_every_sample_file_is_loaded_but_the_one_that_is_cut_off() -> None:
    listed = [sample.path(name) for sample in sample_data.COMMUNITIES for name in (*sample.resources, *sample.volunteer)]
    there = {path for path in SAMPLES.glob("*/*")}
    assert len(listed) == len(set(listed))
    assert there - set(listed) == {SAMPLES / "yingui" / "居民花名册（最终版）副本.xlsx"}
    assert set(listed) <= there


@pytest.mark.anyio
async def test_samples_are_loaded_once_with_their_places_linked(gateway: Gateway) -> None:
    told: list[tuple[int, int, str]] = []
    assert await sample_data.is_wanted(gateway)
    assert await sample_data.load(gateway, lambda *note: told.append(note)) == []
    assert told[-1][0] == told[-1][1] == max(done for done, _, _ in told)

    resources, volunteer = gateway.services["resources"], gateway.services["volunteer"]
    hazards = (await gateway.get("/volunteer/v1/hazards", community="dungen", limit=200))["items"]
    houses = {place["id"]: place["name"] for place in
              (await gateway.get("/resources/v1/places", community="dungen", limit=200))["items"]}
    assert hazards
    assert all(hazard["place_id"] in houses for hazard in hazards)
    squads = (await gateway.get("/volunteer/v1/squads", community="yingui", limit=200))["items"]
    assert sum(squad["courtyard_id"] is not None for squad in squads) > 15
    on_the_map = (await gateway.get("/volunteer/v1/hazards", community="yingui", limit=200))["items"]
    assert sum(hazard["longitude"] is not None for hazard in on_the_map) > 50

    said = [len(await service.said()) for service in (resources, volunteer)]
    assert await sample_data.load(gateway, lambda *note: None) == []
    assert [len(await service.said()) for service in (resources, volunteer)] == said
    assert len((await gateway.get("/resources/v1/imports", limit=200))["items"]) == 4


@pytest.mark.anyio
async def test_samples_never_enter_a_register_somebody_keeps(gateway: Gateway) -> None:
    await gateway.post("/resources/v1/communities", {"community": "ours", "name": "我们社区"})
    assert not await sample_data.is_wanted(gateway)


def test_progress_counts_judging_and_saving_alike() -> None:
    states = [("queued", 0, None), ("reading", 50, 100), ("applying", 0, 100), ("applying", 100, 100)]
    parts = [sample_data.part_of({"state": state, "rows_done": done, "rows_total": total}) for state, done, total in states]
    assert parts == [0, 0.25, 0.5, 1]
    assert Path(sample_data.SAMPLES) == SAMPLES
