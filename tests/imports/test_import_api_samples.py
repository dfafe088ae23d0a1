"""Every sample file through HTTP, the worker and the database: judged as the pure rules judge it, row for row."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.resources.main import app as resources_app
from services.volunteer.main import app as volunteer_app
from shared.testing import TestService, bearer, running
from tests.imports.uploading import SAMPLES, at_rest, rows, upload

pytestmark = pytest.mark.anyio

HUB = bearer("coordinator@*", subject="hub")
EXPECTED = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "expected").glob("*.json")}
LETTERS = ("sheet", "row", "column", "code")


class EmptyRegister:
    """Knows every community, and no place in it."""

    async def get(self, service: str, path: str) -> Any:
        if path.startswith("/v1/communities/"):
            return {"name": "", "reference_date": None}
        return {"items": [], "next": None}

    async def close(self) -> None:
        pass


async def judged(service: TestService, who: str) -> None:
    jobs = {
        (community, name): await upload(
            service, HUB, name, (SAMPLES / community / name).read_bytes(), community=community, dry_run=True)
        for community, files in EXPECTED.items() for name, said in files.items() if not isinstance(said, str)
    }
    for (community, name), job in jobs.items():
        found = await at_rest(service, HUB, job)
        expected = EXPECTED[community][name]
        lists = [
            {"sheet": sheet["sheet"], "service": sheet["belongs_to"], "kind": sheet["list_kind"]}
            | {one: sheet["counts"][one] for one in ("accepted", "linked", "held", "refused")}
            for sheet in found["sheets"] if sheet["imported"]
        ]
        ours = [one for one in expected["lists"] if one["service"] == who]
        assert lists == ours, name
        assert found["state"] == ("judged" if ours else "failed"), name
        sheets = {one["sheet"] for one in ours}
        for outcome in ("refused", "held"):
            reported = [[row[part] for part in LETTERS] for row in await rows(service, HUB, found, outcome)]
            assert reported == [row for row in expected[outcome] if row[0] in sheets], (name, outcome)


async def test_the_register_judges_every_sample_as_its_rules_say(anyio_backend: str) -> None:
    async with running(resources_app) as service:
        for community in EXPECTED:
            await service.post("/v1/communities", HUB, {"community": community, "name": community})
        await judged(service, "resources")
        assert await service.said() == []


async def test_the_volunteer_service_judges_every_sample_as_its_rules_say(anyio_backend: str) -> None:
    async with running(volunteer_app) as service:
        await service.state.peers.close()
        service.state.peers = EmptyRegister()
        await judged(service, "volunteer")
        assert await service.said() == []
