"""The register over HTTP: places under one id space, people masked, nobody twice."""

from typing import Any

import pytest
from sqlalchemy import text

from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer

pytestmark = pytest.mark.anyio

HUB = bearer("coordinator@*", subject="hub")
WORKER = bearer("social_worker@yingui", subject="worker")
LEADER = bearer("squad_leader@yingui", subject="leader")
RESIDENT = bearer("resident@yingui", subject="resident")
SERVICE = bearer("service@*", subject="service:eldercare")
STRANGER = bearer("social_worker@dungen", subject="stranger")

PERSON = {"community": "yingui", "name": "秦婷", "sex": "female", "id_number": "510106195208139965",
          "phones": ["16800003467"], "tags": ["独居"], "address": "银沙北街22号院1栋101"}


@pytest.fixture
async def register(resources: TestService) -> TestService:
    for slug, name in (("yingui", "银桂社区"), ("dungen", "敦根社区")):
        answer = await resources.post("/v1/communities", HUB, {"community": slug, "name": name})
        assert answer.status_code == 201, answer.text
    return resources


async def made(register: TestService, path: str, body: dict) -> dict:
    answer = await register.post(path, WORKER, {"community": "yingui"} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_places_of_all_kinds_are_found_under_one_id_with_their_parents(register: TestService) -> None:
    courtyard = await made(register, "/v1/courtyards", {
        "name": "银沙北街22号院", "former_names": ["老铁路院"], "point": {"longitude": 104.03, "latitude": 30.69},
        "contact_name": "余晓华", "contact_phones": ["16100007438"]})
    building = await made(register, "/v1/buildings", {"name": "1栋", "courtyard_id": courtyard["id"], "unit_count": 2})
    household = await made(register, "/v1/households", {
        "building_id": building["id"], "courtyard_id": courtyard["id"], "unit": "2单元", "door": "301"})

    place = (await register.get(f"/v1/places/{household['id']}", RESIDENT)).json()
    assert (place["kind"], place["name"], place["community"]) == ("household", "2单元301", "yingui")
    assert [parent["name"] for parent in place["parents"]] == ["银桂社区", "银沙北街22号院", "1栋"]
    yard = (await register.get(f"/v1/places/{courtyard['id']}", RESIDENT)).json()
    assert (yard["longitude"], yard["other_names"]) == (104.03, ["老铁路院"])
    assert "余晓华" not in str(yard)

    found = (await register.get("/v1/places?community=yingui&q=老铁路", RESIDENT)).json()["items"]
    assert [item["id"] for item in found] == [courtyard["id"]]
    everything = (await register.get("/v1/places?kind=courtyard&kind=building&kind=household&limit=2", RESIDENT)).json()
    assert len(everything["items"]) == 2
    rest = (await register.get(f"/v1/places?kind=courtyard&kind=building&kind=household&after={everything['next']}",
                               RESIDENT)).json()
    assert [item["kind"] for item in everything["items"] + rest["items"]] == ["household", "building", "courtyard"]

    for stranger in (STRANGER, bearer("resident@dungen")):
        assert (await register.get(f"/v1/places/{building['id']}", stranger)).status_code == 404
        assert (await register.get("/v1/places?community=yingui", stranger)).status_code == 403
    assert (await register.get(f"/v1/courtyards/{courtyard['id']}", RESIDENT)).status_code == 403


async def test_a_place_is_recorded_once(register: TestService) -> None:
    first = await made(register, "/v1/courtyards", {"name": "银沙北街22号院"})
    again = await register.post("/v1/courtyards", WORKER, {"community": "yingui", "name": "银沙北街２２号院"})
    assert (again.status_code, again.json()["place_id"]) == (409, first["id"])
    elsewhere = await register.post("/v1/households", WORKER, {"community": "yingui"})
    assert elsewhere.json()["errors"][0]["field"] == "body.door"
    unknown = await register.post("/v1/courtyards", HUB, {"community": "nowhere", "name": "x"})
    assert unknown.json()["errors"][0]["field"] == "body.community"


async def test_the_owner_of_a_building_is_masked_until_somebody_asks(register: TestService) -> None:
    body = {"name": "24号", "code": "CZW001", "owner_name": "何静", "owner_phones": ["16800003467"], "details": {"owner_phones": "168"}}
    id = (await made(register, "/v1/buildings", body))["id"]
    listed = (await register.get("/v1/buildings?community=yingui", LEADER)).json()["items"][0]
    assert (listed["masked"], listed["owner_name"], listed["owner_phones"], listed["details"]) == (True, "何*", ["168****3467"], {})
    assert (await register.get(f"/v1/buildings/{id}", LEADER)).json() == listed
    full = (await register.get(f"/v1/buildings/{id}?reveal=true", WORKER)).json()
    assert (full["masked"], full["owner_name"], full["owner_phones"]) == (False, "何静", ["16800003467"])
    refused = await register.get(f"/v1/buildings/{id}?reveal=true", LEADER)
    assert (refused.status_code, refused.json()["permission"]) == (403, "register:reveal")


async def test_a_place_that_is_renamed_is_known_by_both_names(register: TestService) -> None:
    yard = await made(register, "/v1/courtyards", {"name": "银沙北街22号院"})
    house = await made(register, "/v1/buildings", {"name": "1栋", "courtyard_id": yard["id"]})
    home = {"building_id": house["id"], "courtyard_id": yard["id"], "unit": "2单元", "door": "301"}
    household = await made(register, "/v1/households", home)
    renamed = await register.call("PATCH", f"/v1/courtyards/{yard['id']}", WORKER, {"name": "银沙新苑"})
    assert (renamed.status_code, renamed.json()["former_names"]) == (200, ["银沙北街22号院"])
    for path, body, place in (("courtyards", {"name": "银沙新苑"}, yard), ("buildings", {"name": "1号楼", "courtyard_id": yard["id"]}, house),
                              ("households", home, household)):
        again = await register.post(f"/v1/{path}", WORKER, {"community": "yingui"} | body)
        assert (again.status_code, again.json()["place_id"]) == (409, place["id"])
    for path, body in ((f"buildings/{house['id']}", {"name": "3栋"}), (f"households/{household['id']}", {"number": "H1"})):
        assert (await register.call("PATCH", f"/v1/{path}", WORKER, body)).status_code == 200
    numbered = await register.post("/v1/households", WORKER, {"community": "yingui", "number": "H1"})
    assert (numbered.status_code, numbered.json()["place_id"]) == (409, household["id"])
    other = await made(register, "/v1/courtyards", {"name": "银沙北街22号院"})
    taken = await register.call("PATCH", f"/v1/courtyards/{other['id']}", WORKER, {"name": "银沙新苑"})
    assert (taken.status_code, taken.json()["place_id"]) == (409, yard["id"])


async def test_a_resident_is_registered_once_and_told_of_without_a_name(register: TestService) -> None:
    resident = await made(register, "/v1/residents", PERSON)
    assert resident["birth_date"] == "1952-08-13"
    same_number = await register.post("/v1/residents", WORKER, PERSON | {"name": "秦亭", "phones": []})
    same_name = await register.post("/v1/residents", WORKER, {
        "community": "yingui", "name": "秦 婷", "phones": ["168-0000-3467"]})
    for refused in (same_number, same_name):
        assert (refused.status_code, refused.json()["resident_id"]) == (409, resident["id"])
    namesake = await made(register, "/v1/residents", {"name": "秦婷", "id_number": "510106195907279991",
                                                       "phones": ["16800003467"]})
    rows = await register.said()
    assert [row.type for row in rows] == ["resources.resident.registered.v1"] * 2
    assert rows[0].data == {"resident_id": resident["id"], "household_id": None}
    assert rows[1].subject == namesake["id"]


async def test_residents_are_masked_until_somebody_asks(register: TestService) -> None:
    id = (await made(register, "/v1/residents", PERSON))["id"]
    masked = (await register.get("/v1/residents?community=yingui", WORKER)).json()["items"][0]
    assert masked["masked"] is True
    assert (masked["name"], masked["phones"], masked["birth_year"]) == ("秦*", ["168****3467"], 1952)
    assert masked["birth_date"] is masked["address"] is masked["notes"] is None
    assert masked["tags"] == []
    for path, who in ((f"/v1/residents/{id}?reveal=true", WORKER), (f"/v1/residents/{id}", SERVICE)):
        full = (await register.get(path, who)).json()
        assert (full["masked"], full["name"], full["phones"]) == (False, "秦婷", ["16800003467"])
    assert (await register.get(f"/v1/residents/{id}", WORKER)).json()["name"] == "秦*"
    assert (await register.get(f"/v1/residents/{id}?reveal=true", STRANGER)).status_code == 404
    for who in (RESIDENT, LEADER, HUB, bearer("community_admin@yingui")):
        assert (await register.get("/v1/residents", who)).status_code == 403


async def test_whoever_is_shown_a_resident_in_full_is_written_down(register: TestService) -> None:
    id = (await made(register, "/v1/residents", PERSON))["id"]
    for path in (f"/v1/residents/{id}", "/v1/residents?community=yingui"):
        await register.get(path, WORKER)
    await register.post("/v1/residents/search", WORKER, {"community": "yingui", "name": "秦婷"})
    assert await entries(register) == []
    await register.get(f"/v1/residents/{id}?reveal=true&purpose=home_visit", WORKER)
    await register.get("/v1/residents?reveal=true", WORKER)
    await register.post("/v1/residents/search?reveal=true", WORKER, {"community": "yingui", "name": "秦婷"})
    await register.get(f"/v1/residents/{id}", SERVICE)
    await register.get(f"/v1/residents/{id}?reveal=true", STRANGER)
    assert [(entry.actor, entry.purpose) for entry in await entries(register)] == [
        ("worker", "home_visit"), ("worker", "register"), ("worker", "register"), ("service:eldercare", "register")]
    assert {(str(entry.resident_id), entry.kind, entry.community) for entry in await entries(register)} == {
        (id, "resident", "yingui")}


async def test_what_is_kept_for_a_repeated_request_is_masked(register: TestService) -> None:
    key = {"Idempotency-Key": "once"}
    first = await register.post("/v1/residents", WORKER, PERSON, **key)
    again = await register.post("/v1/residents", WORKER, PERSON, **key)
    assert (first.json()["name"], again.json()["name"], again.json()["masked"]) == ("秦婷", "秦*", True)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    async with register.state.database.reading(EVERYWHERE) as session:
        kept = await session.scalar(text("select string_agg(row_to_json(k)::text, '') from idempotency_key k"))
    assert not any(secret in kept for secret in ("秦婷", PERSON["id_number"], PERSON["phones"][0], "独居"))


async def entries(register: TestService) -> list[Any]:
    return await register.entered("read")


@pytest.mark.parametrize(("sought", "hits"), [
    ({"name": "秦 婷"}, 1), ({"phone": "168 0000 3467"}, 1), ({"id_number": "510106195208139965"}, 1),
    ({"name": "秦婷", "phone": "16800003467"}, 1), ({"name": "秦"}, 0), ({"phone": "16800003468"}, 0),
])
async def test_residents_are_found_by_exact_name_phone_or_number(register: TestService, sought: dict, hits: int) -> None:
    await made(register, "/v1/residents", PERSON)
    answer = await register.post("/v1/residents/search", WORKER, {"community": "yingui"} | sought)
    assert len(answer.json()["items"]) == hits
    elsewhere = await register.post("/v1/residents/search", STRANGER, {"community": "yingui"} | sought)
    assert elsewhere.status_code == 403


async def test_a_resident_changes_only_for_who_saw_the_present_version(register: TestService) -> None:
    id = (await made(register, "/v1/residents", PERSON))["id"]
    seen = {"If-Match": '"1"'}
    revised = await register.call("PATCH", f"/v1/residents/{id}", WORKER, {"phones": ["16100004694"], "notes": None}, **seen)
    assert (revised.status_code, revised.json()["phones"], revised.headers["etag"]) == (200, ["16100004694"], '"2"')
    late = await register.call("PATCH", f"/v1/residents/{id}", WORKER, {"phones": []}, **seen)
    assert late.status_code == 412
    same = await register.call("PATCH", f"/v1/residents/{id}", WORKER, {"phones": ["16100004694"]})
    assert same.headers["etag"] == '"2"'
    for wrong, field in (({"name": None}, "body.name"), ({"birth_date": "1950-01-01"}, "body.birth_date"),
                         ({"id_number": "510106195208139966"}, "body.id_number")):
        refused = await register.call("PATCH", f"/v1/residents/{id}", WORKER, wrong)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert [row.type.split(".")[2] for row in await register.said()] == ["registered", "updated"]


async def test_an_electrician_is_found_while_the_licence_holds(register: TestService) -> None:
    licence = {"kind": "electrician", "number": "T-1", "valid_from": "2022-01-01", "valid_to": "2022-12-31"}
    body = {"name": "明光水电", "kind": "contractor", "licences": [licence], "contact_phones": ["16100004694"]}
    organisation = await made(register, "/v1/organisations", body)
    assert organisation["licences"] == [licence]
    path = "/v1/organisations/licensed?community=yingui&licence=electrician&on="
    assert [one["id"] for one in (await register.get(path + "2022-12-31", WORKER)).json()] == [organisation["id"]]
    assert (await register.get(path + "2023-01-01", WORKER)).json() == []
    for words, hits in (("明光", 1), ("%", 0), ("暗光", 0)):
        found = await register.call("GET", f"/v1/organisations?community=yingui&q={words}".replace("%", "%25"), WORKER)
        assert len(found.json()["items"]) == hits
    twice = await register.post("/v1/organisations", WORKER, {"community": "yingui"} | body)
    assert (twice.status_code, twice.json()["organisation_id"]) == (409, organisation["id"])
    renewed = await register.call("PATCH", f"/v1/organisations/{organisation['id']}", WORKER, {
        "licences": [licence | {"valid_to": "2024-12-31"}]})
    assert renewed.status_code == 200
    assert len((await register.get(path + "2023-01-01", WORKER)).json()) == 1
