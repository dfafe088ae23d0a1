"""Hazards over HTTP, on a real database, with what is said about them."""

from uuid import uuid4

import pytest

from shared.testing import TestService, bearer

pytestmark = pytest.mark.anyio

LEADER = bearer("squad_leader@dungen", subject="leader")
FIXER = bearer("volunteer@dungen", subject="fixer")
OTHER = bearer("volunteer@dungen", subject="other")
STRANGER = bearer("squad_leader@yingui", subject="stranger")

DETECTOR = {"community": "dungen", "kind": "no_smoke_detector", "place_label": "CZW002 502"}


async def reported(volunteer: TestService, **more) -> dict:
    answer = await volunteer.post("/v1/hazards", FIXER, DETECTOR | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_hazard_goes_from_report_to_closed_and_tells_every_step(volunteer: TestService) -> None:
    hazard = await reported(volunteer)
    path = f"/v1/hazards/{hazard['id']}"
    verified = (await volunteer.post(f"{path}/verify", LEADER, {})).json()
    assert verified["required_items"] == [{"item": "smoke_detector", "quantity": 1}]
    assert verified["licence"] == "electrician"
    for step, who, body in (
        ("start-mitigation", FIXER, None),
        ("mitigate", FIXER, None),
        ("reinspect", OTHER, {"passed": True}),
        ("close", OTHER, None),
    ):
        answer = await volunteer.post(f"{path}/{step}", who, body)
        assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "closed"

    rows = await volunteer.said()
    assert [row.type.split(".")[2] for row in rows] == [
        "reported", "verified", "mitigation_started", "mitigated", "reinspected", "closed"]
    assert {row.correlation_id for row in rows} == {rows[0].correlation_id}
    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5, 6]


async def test_the_fixer_cannot_reinspect(volunteer: TestService) -> None:
    hazard = await reported(volunteer)
    path = f"/v1/hazards/{hazard['id']}"
    await volunteer.post(f"{path}/verify", LEADER, {})
    await volunteer.post(f"{path}/mitigate", FIXER)
    refused = await volunteer.post(f"{path}/reinspect", FIXER, {"passed": True})
    assert refused.status_code == 409
    assert refused.json()["rule"] == "four_eyes"
    assert len(await volunteer.said()) == 3


async def test_a_wrong_step_is_refused_with_the_possible_ones(volunteer: TestService) -> None:
    hazard = await reported(volunteer)
    refused = await volunteer.post(f"/v1/hazards/{hazard['id']}/close", LEADER, None)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["possible"] == ["verify", "mark_duplicate", "reject"]


async def test_another_community_does_not_see_it(volunteer: TestService) -> None:
    hazard = await reported(volunteer)
    path = f"/v1/hazards/{hazard['id']}"
    assert (await volunteer.get(path, STRANGER)).status_code == 404
    assert (await volunteer.post(f"{path}/verify", STRANGER, {})).status_code == 404
    assert (await volunteer.post("/v1/hazards", STRANGER, DETECTOR)).status_code == 403
    assert (await volunteer.get("/v1/hazards", STRANGER)).json()["items"] == []
    assert (await volunteer.get(path, {})).status_code == 401


async def test_a_resident_sees_own_reports_only(volunteer: TestService) -> None:
    await reported(volunteer)
    resident = bearer("resident@dungen", subject="resident")
    mine = (await volunteer.post("/v1/hazards", resident, DETECTOR)).json()
    page = (await volunteer.get("/v1/hazards", resident)).json()
    assert [item["id"] for item in page["items"]] == [mine["id"]]


async def test_an_old_version_is_not_overwritten(volunteer: TestService) -> None:
    hazard = await reported(volunteer)
    path = f"/v1/hazards/{hazard['id']}"
    seen = (await volunteer.get(path, LEADER)).headers["etag"]
    assert (await volunteer.post(f"{path}/verify", LEADER, {}, **{"If-Match": seen})).status_code == 200
    late = await volunteer.post(f"{path}/assign", LEADER, {"squad_id": str(uuid4())}, **{"If-Match": seen})
    assert late.status_code == 412


async def test_bad_input_is_named_and_changes_nothing(volunteer: TestService) -> None:
    refused = await volunteer.post("/v1/hazards", FIXER, DETECTOR | {"severity": 9, "colour": "red", "kind": "Not Code"})
    assert refused.status_code == 422
    fields = {error["field"] for error in refused.json()["errors"]}
    assert fields == {"body.severity", "body.colour", "body.kind"}
    english = await volunteer.post("/v1/hazards", FIXER, {}, **{"Accept-Language": "en"})
    assert english.json()["title"] == "Some fields are not right"
    nul = await volunteer.post("/v1/hazards", FIXER, DETECTOR | {"description": "a\u0000b"})
    assert nul.status_code == 422
    assert await volunteer.said() == []


async def test_the_public_map_is_rounded(volunteer: TestService) -> None:
    hazard = await reported(volunteer, point={"longitude": 104.0411793, "latitude": 30.6995601})
    await volunteer.post(f"/v1/hazards/{hazard['id']}/verify", LEADER, {})
    resident = bearer("resident@dungen")
    public = (await volunteer.get("/v1/hazards/map?community=dungen", resident)).json()
    assert public["features"][0]["geometry"]["coordinates"] == [104.041, 30.7]
    assert "place_label" not in public["features"][0]["properties"]
    assert (await volunteer.get("/v1/hazards/map?community=dungen&view=exact", resident)).status_code == 403
    exact = (await volunteer.get("/v1/hazards/map?community=dungen&view=exact", LEADER)).json()
    assert exact["features"][0]["geometry"]["coordinates"] == [104.0411793, 30.6995601]


async def test_a_severity_raised_while_verifying_is_known_above_at_once(volunteer: TestService) -> None:
    hazard = await reported(volunteer)
    verified = (await volunteer.post(f"/v1/hazards/{hazard['id']}/verify", LEADER, {"severity": 4})).json()
    assert verified["escalated_at"] is not None
    last = (await volunteer.said())[-1]
    assert (last.type, last.data["reason"], last.data["severity"]) == (
        "volunteer.hazard.escalated.v1", "gravest_severity", 4)
    gravest = await reported(volunteer, severity=4)
    await volunteer.post(f"/v1/hazards/{gravest['id']}/verify", LEADER, {})
    assert len(await volunteer.said("volunteer.hazard.escalated.v1")) == 2, "it is said once"
