"""AZ-8: whoever asks for a row that is hidden from them stands in the log, and finds out nothing by it."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from services.volunteer.main import app
from shared.privacy.audit.denials import MOST_SUBJECTS
from shared.testing import TestService, bearer, running

pytestmark = pytest.mark.anyio

LEADER = bearer("squad_leader@yingui", subject="leader")
ELSEWHERE = bearer("social_worker@dungen", subject="elsewhere")
OF_ANOTHER_SQUAD = bearer("squad_leader@yingui", subject="another")
HAZARD = {"community": "yingui", "kind": "no_smoke_detector", "place_label": "5栋2单元"}


@pytest.fixture
async def service() -> AsyncIterator[TestService]:
    async with running(app) as running_service:
        yield running_service


async def reported(service: TestService) -> str:
    return (await service.post("/v1/hazards", LEADER, HAZARD)).json()["id"]


async def denied(service: TestService) -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in await service.entered("denied")]


async def test_a_row_of_another_community_is_entered_with_who_what_and_where(service: TestService) -> None:
    hazard, nowhere = await reported(service), str(uuid4())
    hidden, unknown = [await service.get(f"/v1/hazards/{id}", ELSEWHERE) for id in (hazard, nowhere)]
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content == unknown.content.replace(nowhere.encode(), hazard.encode())
    [entry] = await denied(service)
    assert {name: entry[name] for name in ("actor", "permission", "kind", "subject_id", "community", "outcome", "route")} == {
        "actor": "elsewhere", "permission": "hazards:read", "kind": "hazard", "subject_id": hazard, "community": "yingui",
        "outcome": "denied", "route": "GET /v1/hazards/{id}"}


async def test_a_row_of_another_squad_too_and_one_s_own_is_none(service: TestService) -> None:
    """Past row-level security it is within reach: the relation hides it."""
    squad = (await service.post("/v1/squads", bearer("social_worker@yingui"), {"community": "yingui", "name": "一队"})).json()
    volunteer = (await service.post("/v1/volunteers", bearer("social_worker@yingui"), {
        "community": "yingui", "name": "王秀英", "squad_id": squad["id"]})).json()
    path = f"/v1/volunteers/{volunteer['id']}"
    assert (await service.get(path, bearer("social_worker@yingui"))).status_code == 200
    assert (await service.get(path, OF_ANOTHER_SQUAD)).status_code == 404
    [entry] = await denied(service)
    assert (entry["actor"], entry["kind"], entry["subject_id"]) == ("another", "volunteer", volunteer["id"])


async def test_whoever_tries_many_ids_fills_no_disk_and_all_are_named(service: TestService) -> None:
    hazards = [await reported(service) for _ in range(5)]
    for id in (*hazards, *(str(uuid4()) for _ in range(20))):
        assert (await service.get(f"/v1/hazards/{id}", ELSEWHERE)).status_code == 404
    assert [entry["subject_id"] for entry in await denied(service)] == hazards[:1]
    await service.state.denials.end_window()
    first, rest = await denied(service)
    assert (rest["times"], rest["subjects"], "subject_id" in rest) == (4, hazards[1:], False)


async def test_of_very_many_the_first_are_named_and_all_counted(service: TestService) -> None:
    for _ in range(MOST_SUBJECTS + 9):
        await service.state.denials.enter({
            "actor": "elsewhere", "action": "hazards:read", "kind": "hazard", "outcome": "denied", "subject_id": str(uuid4())})
    await service.state.denials.end_window()
    _, rest = await denied(service)
    assert (rest["times"], len(rest["subjects"])) == (MOST_SUBJECTS + 8, MOST_SUBJECTS)
