"""AZ-9: what somebody asks about their own data is one request over all four services, with a result that can be
verified. On real databases, real NATS and real HTTP between the services."""

import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from services.resources.rights.requests.rules import KINDS, SERVICES, STEPS
from shared.testing import TestService, bearer, eventually
from tests.privacy.conftest import Neighbourhood

pytestmark = pytest.mark.anyio

WORKER = bearer("social_worker@yingui", subject="worker")
SECOND = bearer("social_worker@yingui", subject="second worker")
STRANGER = bearer("social_worker@dungen", subject="stranger")
NAME, PHONE, WORDS, NOTE = "何秀兰", "13800005678", "楼上半夜很吵睡不着", "起身困难要扶墙"
DONE = ("done", "refused")


def test_every_kind_and_step_is_known() -> None:
    assert set(KINDS) == {"export", "correction", "restriction", "lifting", "erasure"}
    assert STEPS["finish"] == {"in_progress": "done"}
    assert [kind for kind, how in KINDS.items() if how.second_person] == ["export", "lifting", "erasure"]


async def post(service: TestService, path: str, who: dict[str, str], body: Any, expect: int = 201) -> dict[str, Any]:
    answer = await service.post(path, who, body)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def settle(all_four: Neighbourhood) -> dict[str, Any]:
    """A resident who volunteers, has spoken, and whose home was checked: everybody holds something."""
    resources = all_four["resources"]
    person = await post(resources, "/v1/residents", WORKER, {
        "community": "yingui", "name": NAME, "phones": [PHONE], "birth_date": "1941-03-04", "notes": "独居"})
    id = person["id"]
    me = bearer("resident@yingui", subject="account of xiulan", person_id=id)
    await post(all_four["volunteer"], "/v1/volunteers", WORKER, {"community": "yingui", "resident_id": id})
    said = {"community": "yingui", "kind": "idea", "words": WORDS}
    await post(all_four["mediation"], "/v1/opinions", me, said)
    dispute = said | {"kind": "dispute", "noted_down": {"resident_id": id, "read_back": True}}
    await post(all_four["mediation"], "/v1/opinions", WORKER, dispute)
    await post(all_four["eldercare"], "/v1/home-safety-checks", WORKER, {
        "community": "yingui", "resident_id": id, "checklist": "home-2026-11",
        "findings": [{"room": "bathroom", "item": "toilet_handrail", "result": "hazard", "note": NOTE}]})
    return {"id": id, "me": me}


async def finished(resources: TestService, id: str, who: dict[str, str] = WORKER) -> dict[str, Any]:
    async def look() -> dict[str, Any]:
        return (await resources.get(f"/v1/subject-requests/{id}", who)).json()

    return await eventually(look, lambda seen: seen["state"] in DONE)


def by_service(request: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {part["service"]: (part["found"], part["changed"]) for part in request["parts"]}


async def test_one_request_exports_what_all_four_hold(neighbourhood: Neighbourhood) -> None:
    """AZ-9."""
    resources, person = neighbourhood["resources"], await settle(neighbourhood)
    asked = await post(resources, "/v1/subject-requests", person["me"], {"resident_id": person["id"], "kind": "export"})
    assert {part["service"] for part in asked["parts"]} == set(SERVICES)
    assert (asked["state"], asked["asked_by"]) == ("in_progress", "self")
    done = await finished(resources, asked["id"], person["me"])
    assert by_service(done) == {"volunteer": (1, 0), "mediation": (2, 0), "eldercare": (2, 0), "resources": (2, 0)}

    answer = await resources.get(f"/v1/subject-requests/{asked['id']}/download", person["me"])
    assert answer.status_code == 200, answer.text
    text = answer.text
    assert all(word in text for word in (NAME, PHONE, WORDS, NOTE)), "all of it, readable"
    assert {service: [held["table"] for held in tables if held["rows"]]
            for service, tables in answer.json()["services"].items()} == {
        "resources": ["resident", "subject_request"], "volunteer": ["volunteer"], "mediation": ["opinion"],
        "eldercare": ["home_safety_finding", "home_safety_check"]}
    for service in neighbourhood.values():
        said = json.dumps([row.data for row in await service.said()], ensure_ascii=False)
        assert not any(word in said for word in (NAME, PHONE, WORDS, NOTE)), "events carry ids, codes and counts"
    read = [entry for entry in await resources.entered("read") if entry.action == "subject_request.read"]
    assert [(entry.actor, str(entry.resident_id)) for entry in read] == [("account of xiulan", person["id"])]
    [fetched] = [entry for entry in await neighbourhood["mediation"].entered("read") if entry.kind == "subject_part"]
    assert fetched.actor == "service:resources"

    for other in (STRANGER, bearer("resident@yingui", subject="another")):
        for path in ("", "/download", "/result"):
            assert (await resources.get(f"/v1/subject-requests/{asked['id']}{path}", other)).status_code == 404


async def test_the_result_is_signed_and_shows_nothing_of_what_was_held(neighbourhood: Neighbourhood) -> None:
    """AZ-9."""
    resources, person = neighbourhood["resources"], await settle(neighbourhood)
    body = {"resident_id": person["id"], "kind": "restriction"}
    asked = await post(resources, "/v1/subject-requests", WORKER, body)
    assert (await resources.get(f"/v1/subject-requests/{asked['id']}/download", WORKER)).status_code == 409
    await finished(resources, asked["id"])
    result = (await resources.get(f"/v1/subject-requests/{asked['id']}/result", person["me"])).json()
    keys = KeySet.import_key_set((await resources.get("/v1/subject-requests/keys", person["me"])).json())
    verified = jws.deserialize_compact(result["jws"], keys, algorithms=["ES256"])
    assert json.loads(verified.payload) == result["result"]
    assert result["result"]["parts"]["eldercare"]["changed"] == 2
    assert not any(word in result["jws"] + json.dumps(result["result"], ensure_ascii=False) for word in (NAME, PHONE))
    head, payload, proof = result["jws"].split(".")
    forged = ".".join([head, payload[:-2] + ("AA" if payload[-2:] != "AA" else "BB"), proof])
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(forged, keys, algorithms=["ES256"])


async def test_what_is_restricted_is_read_for_what_the_law_leaves_and_nothing_else(neighbourhood: Neighbourhood) -> None:
    """AZ-9, PIPL 47 last paragraph."""
    resources, eldercare, person = neighbourhood["resources"], neighbourhood["eldercare"], await settle(neighbourhood)
    file, checks = f"/v1/residents/{person['id']}?reveal=true", "/v1/home-safety-checks"
    [check] = (await eldercare.get(checks, WORKER)).json()["items"]
    [dispute] = (await neighbourhood["mediation"].get("/v1/opinions?kind=dispute", person["me"])).json()["items"]
    for kind, who, seen, shown_rows in (("restriction", WORKER, 403, 0), ("lifting", person["me"], 200, 1)):
        asked = await post(resources, "/v1/subject-requests", who, {"resident_id": person["id"], "kind": kind})
        await finished(resources, asked["id"])
        assert (await resources.get(file, WORKER)).status_code == seen
        assert (await resources.get(f"{file}&purpose=legal_duty", WORKER)).status_code == 200
        [listed] = (await resources.get("/v1/residents?reveal=true", WORKER)).json()["items"]
        assert listed["masked"] == (seen == 403)
        assert (await eldercare.get(f"{checks}/{check['id']}", WORKER)).status_code == seen
        assert len((await eldercare.get(checks, WORKER)).json()["items"]) == shown_rows
        assert len((await eldercare.get(f"{checks}?purpose=emergency", WORKER)).json()["items"]) == 1
        words = f"/v1/opinions/{dispute['id']}"
        assert (await neighbourhood["mediation"].get(words, WORKER)).status_code == seen
        assert (await neighbourhood["mediation"].get(words, person["me"])).status_code == 200, "one's own always"


async def test_a_withdrawn_consent_stops_notes_and_not_the_check(neighbourhood: Neighbourhood) -> None:
    """AZ-9: over the event, in another service."""
    resources, eldercare, person = neighbourhood["resources"], neighbourhood["eldercare"], await settle(neighbourhood)
    check = {"community": "yingui", "resident_id": person["id"], "checklist": "home-2026-11",
             "findings": [{"room": "bathroom", "item": "toilet_handrail", "result": "hazard", "note": NOTE}]}
    assert (await eldercare.post("/v1/home-safety-checks", WORKER, check | {"basis": "consent"})).status_code == 422
    agreed = {"resident_id": person["id"], "purpose": "home_safety_check", "categories": ["home"],
              "notice": "general-2026-11", "method": "paper_signed", "evidence": "柜3-17"}
    consent = await post(resources, "/v1/consents", WORKER, agreed)

    async def basis() -> str:
        return (await post(eldercare, "/v1/home-safety-checks", WORKER, check))["basis"]

    assert await eventually(basis, lambda known: known == "consent")
    gone = {"method": "spoken_with_witness", "witness": "邻居李姐"}
    await post(resources, f"/v1/consents/{consent['id']}/withdraw", WORKER, gone)

    async def with_notes() -> Any:
        return await eldercare.post("/v1/home-safety-checks", WORKER, check)

    refused = await eventually(with_notes, lambda answer: answer.status_code == 422)
    assert refused.json()["errors"][0]["field"] == "body.findings.0.note"
    in_codes = check | {"findings": [{"room": "bathroom", "item": "toilet_handrail", "result": "hazard"}]}
    done = await post(eldercare, "/v1/home-safety-checks", WORKER, in_codes)
    assert (done["basis"], done["hazards_found"]) == ("statutory_duty", 1), "the danger is still seen to"
    emergency = await post(eldercare, "/v1/home-safety-checks", WORKER, check | {"basis": "emergency"})
    assert emergency["findings"][0]["note"] == NOTE


async def test_a_correction_reaches_who_holds_a_copy(neighbourhood: Neighbourhood) -> None:
    """AZ-9."""
    resources, person = neighbourhood["resources"], await settle(neighbourhood)
    body = {"resident_id": person["id"], "kind": "correction", "wish": "名字写错了，是何秀岚"}
    asked = await post(resources, "/v1/subject-requests", person["me"], body)
    assert asked["state"] == "asked"
    path = f"/v1/subject-requests/{asked['id']}/begin"
    assert (await resources.post(path, WORKER, {})).status_code == 422, "what shall be written?"
    await post(resources, path, WORKER, {"changes": {"name": "何秀岚"}}, 200)
    await finished(resources, asked["id"])

    async def copy() -> str:
        return (await neighbourhood["volunteer"].get("/v1/volunteers?reveal=true", WORKER)).json()["items"][0]["name"]

    assert await eventually(copy, lambda name: name == "何秀岚")


async def test_an_erasure_is_begun_by_a_second_person_and_leaves_nobody_to_be_recognised(
    neighbourhood: Neighbourhood,
) -> None:
    """AZ-9."""
    resources, person = neighbourhood["resources"], await settle(neighbourhood)
    asked = await post(resources, "/v1/subject-requests", WORKER, {"resident_id": person["id"], "kind": "erasure"})
    path = f"/v1/subject-requests/{asked['id']}/begin"
    assert (await resources.post(path, WORKER, {})).status_code == 409
    await post(resources, path, SECOND, {}, 200)
    done = await finished(resources, asked["id"])
    assert done["outcome"] == "done_in_part"
    kept = {(part["service"], one["reason"]): one["rows"] for part in done["parts"] for one in part["kept"]}
    assert kept == {("mediation", "other_party"): 1, ("resources", "processing_record"): 1}

    resident = (await resources.get(f"/v1/residents/{person['id']}?reveal=true&purpose=subject_request", WORKER)).json()
    assert (resident["name"], resident["phones"], resident["birth_date"], resident["notes"]) == ("", [], None, None)
    search = {"community": "yingui", "name": NAME}
    assert (await resources.post("/v1/residents/search", WORKER, search)).json()["items"] == []
    volunteer = (await neighbourhood["volunteer"].get("/v1/volunteers", WORKER)).json()["items"][0]
    assert (volunteer["name"], volunteer["phones"], volunteer["resident_id"], volunteer["status"]) == (
        "", [], None, "exited")
    [finding] = (await neighbourhood["eldercare"].get("/v1/home-safety-findings", WORKER)).json()["items"]
    assert (finding["note"], finding["kind"]) == (None, "missing_handrail"), "the danger is still removed"
    refused = await resources.call("PATCH", f"/v1/residents/{person['id']}", WORKER, {"name": "何秀兰"})
    assert refused.status_code == 409, "nobody is brought back by a slip"


async def test_a_refusal_says_why(resources: TestService) -> None:
    """AZ-9."""
    person = await post(resources, "/v1/residents", WORKER, {"community": "yingui", "name": NAME})
    body = {"resident_id": person["id"], "kind": "erasure"}
    asked = await post(resources, "/v1/subject-requests", WORKER, body)
    path = f"/v1/subject-requests/{asked['id']}/refuse"
    assert (await resources.post(path, STRANGER, {"reason": "identity_not_shown"})).status_code == 404
    refused = await post(resources, path, WORKER, {"reason": "identity_not_shown"}, 200)
    assert (refused["state"], refused["outcome"]) == ("refused", "identity_not_shown")
    assert await resources.said("resources.subject_request.opened.v1") == []
    [said] = await resources.said("resources.subject_request.finished.v1")
    assert said.data["outcome"] == "identity_not_shown"
