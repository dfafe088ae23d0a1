"""The volunteer service's import: squads, volunteers and patrol notebooks, with places as the register tells them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from services.volunteer.main import app
from shared.clock import local_day, system_clock
from shared.http.problems import NotFound, Unavailable
from shared.testing import TestService, bearer, running
from tests.imports.uploading import SAMPLES, at_rest, imported, rows, upload

pytestmark = pytest.mark.anyio

WORKER = bearer("social_worker@yingui", "social_worker@dungen", subject="worker")
YARD, HOUSE = UUID(int=41), UUID(int=29)

REGISTER: dict[str, Any] = {
    "yingui": {
        "about": {"name": "银桂社区", "reference_date": "2022-09-20"},
        "places": [{"id": str(YARD), "kind": "courtyard", "name": "银桂桥路41号院", "other_names": [],
                    "longitude": 104.04, "latitude": 30.69}],
    },
    "dungen": {
        "about": {"name": "敦根社区", "reference_date": "2022-09-22"},
        "places": [{"id": str(HOUSE), "kind": "building", "name": "水边巷9巷29号", "other_names": ["CZW029"],
                    "longitude": None, "latitude": None}],
    },
}


class Register:
    """Answers as the resources service does, in pages of one; or not at all."""

    is_away = False

    async def get(self, service: str, path: str) -> Any:
        if self.is_away:
            raise Unavailable(service=service)
        for slug, told in REGISTER.items():
            if path == f"/v1/communities/{slug}":
                return told["about"]
            if path.startswith(f"/v1/places?community={slug}&"):
                last = "after=" in path
                return {"items": [] if last else told["places"], "next": None if last else "2"}
        raise NotFound(service=service)

    async def close(self) -> None:
        pass


@pytest.fixture
async def volunteer(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        await service.state.peers.close()
        service.state.peers = Register()
        yield service


async def every(volunteer: TestService, path: str) -> list[dict]:
    found, after = [], ""
    while after is not None:
        page = (await volunteer.get(f"{path}&limit=200{after and f'&after={after}'}", WORKER)).json()
        found, after = found + page["items"], page["next"]
    return found


async def test_a_patrol_notebook_becomes_hazards_and_only_open_ones_are_told(volunteer: TestService) -> None:
    done = await imported(volunteer, WORKER, SAMPLES / "yingui" / "隐患巡查记录.xlsx")
    assert [done["counts"][one] for one in ("rows", "accepted", "linked", "refused")] == [79, 72, 4, 3]
    hazards = await every(volunteer, "/v1/hazards?community=yingui")
    assert {hazard["state"] for hazard in hazards} == {"closed", "reported"}
    still_open = {hazard["id"] for hazard in hazards if hazard["state"] == "reported"}
    said = await volunteer.said()
    assert {row.subject for row in said} == still_open
    assert len({row.correlation_id for row in said}) == len(still_open)
    assert {row.type for row in said} <= {"volunteer.hazard.reported.v1", "volunteer.hazard.escalated.v1"}
    at_the_courtyard = [hazard for hazard in hazards if hazard["place_id"] == str(YARD)]
    assert at_the_courtyard
    assert {hazard["longitude"] for hazard in at_the_courtyard} == {104.04}
    mended = next(hazard for hazard in hazards if hazard["kind"] == "loose_manhole_cover" and hazard["closed_at"])
    assert mended["reported_at"] < mended["closed_at"] < "2022-12-31"


async def test_the_same_notebook_again_changes_nothing(volunteer: TestService) -> None:
    notebook = SAMPLES / "dungen" / "出租屋巡查记录.xlsx"
    first = await imported(volunteer, WORKER, notebook, community="dungen")
    hazards, said = await every(volunteer, "/v1/hazards?community=dungen"), await volunteer.said()
    assert any(hazard["place_id"] == str(HOUSE) for hazard in hazards)
    again = await imported(volunteer, WORKER, notebook, community="dungen")
    assert again["counts"]["linked"] == first["counts"]["accepted"] + first["counts"]["linked"]
    assert again["counts"]["accepted"] == 0
    assert await every(volunteer, "/v1/hazards?community=dungen") == hazards
    assert len(await volunteer.said()) == len(said)


async def test_volunteers_join_the_squads_of_their_courtyards(volunteer: TestService) -> None:
    roster = SAMPLES / "yingui" / "志愿队伍名单及服务统计.xlsx"
    done = await imported(volunteer, WORKER, roster)
    assert [done["counts"][one] for one in ("accepted", "linked", "refused")] == [42, 2, 0]
    assert [sheet["imported"] for sheet in done["sheets"]] == [True, True, False]
    squads = {squad["name"]: squad for squad in await every(volunteer, "/v1/squads?community=yingui")}
    assert squads["银桂桥路41号院小分队"]["courtyard_id"] == str(YARD)
    assert squads["涂言谢语"]["courtyard_id"] is None
    people = await every(volunteer, "/v1/volunteers?community=yingui")
    leaders = [one for one in people if one["squad_role"] == "leader"]
    assert leaders[-1]["squad_id"] == squads["银桂桥路41号院小分队"]["id"]
    assert sum(squad["strength"] for squad in squads.values()) == len(people) == 42
    said = [row.type for row in await volunteer.said()]
    assert said.count("volunteer.volunteer.registered.v1") == 42
    assert said.count("volunteer.squad.formed.v1") == len(squads)

    again = await imported(volunteer, WORKER, roster)
    assert [again["counts"][one] for one in ("accepted", "linked", "refused")] == [0, 44, 0]
    assert await every(volunteer, "/v1/volunteers?community=yingui") == people
    assert len(await volunteer.said()) == len(said)
    linked = await rows(volunteer, WORKER, again, "linked")
    assert {row["record_id"] for row in linked} == {one["id"] for one in people}


async def test_without_the_register_an_import_is_refused_for_now(volunteer: TestService) -> None:
    volunteer.state.peers.is_away = True
    answer = await volunteer.client.post(
        "/v1/imports", files={"file": ("a.csv", "姓名,电话\n".encode())}, data={"community": "yingui"}, headers=WORKER)
    assert (answer.status_code, answer.json()["service"]) == (503, "resources")
    assert (await volunteer.get("/v1/imports", WORKER)).json()["items"] == []
    volunteer.state.peers.is_away = False
    nowhere = await volunteer.client.post(
        "/v1/imports", files={"file": ("a.csv", "姓名,电话\n".encode())}, data={"community": "nowhere"},
        headers=bearer("coordinator@*"))
    assert nowhere.json()["errors"][0]["field"] == "body.community"


async def test_a_minor_on_a_list_waits_for_the_guardian(volunteer: TestService) -> None:
    today = local_day(system_clock())
    born = {name: today.replace(year=today.year - years, day=1) for name, years in (("小明", 13), ("小红", 16), ("大刚", 30))}
    lines = ["姓名,出生日期,联系电话", *(f"{name},{day},1381234{5678 + number}" for number, (name, day) in enumerate(born.items()))]
    job = await upload(volunteer, WORKER, "志愿者名单.csv", "\n".join(lines).encode())
    assert (await at_rest(volunteer, WORKER, job))["state"] == "done"
    people = {one["name"]: one for one in (await volunteer.get(
        "/v1/volunteers?community=yingui&reveal=true", WORKER)).json()["items"]}
    assert {name: one["status"] for name, one in people.items()} == {"小明": "applied", "小红": "applied", "大刚": "active"}

    async def activate(name: str, **more: str) -> int:
        path = f"/v1/volunteers/{people[name]['id']}/change-status"
        return (await volunteer.post(path, WORKER, {"status": "active"} | more)).status_code

    assert await activate("小红") == 422
    assert await activate("小红", guardian="母亲何丽，纸质同意") == 200
    assert await activate("小明", guardian="母亲何丽，纸质同意") == 409
