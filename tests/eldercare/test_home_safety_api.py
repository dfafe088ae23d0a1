"""Home safety checks over HTTP, on a real database, beside a register that is asked for real."""

from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from services.eldercare.home_safety.models import HomeSafetyCheck
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer
from shared.types import new_id
from tests.eldercare.conftest import Register

pytestmark = pytest.mark.anyio

ASSISTANT = bearer("care_assistant@yingui", subject="assistant")
DOCTOR = bearer("doctor@yingui", subject="doctor")
VOLUNTEER = bearer("volunteer@yingui", subject="volunteer")
RESIDENT = bearer("resident@yingui")
STRANGER = bearer("care_assistant@dungen", subject="stranger")
CHECKS, FINDINGS = "/v1/home-safety-checks", "/v1/home-safety-findings"

FOUND = [
    {"room": "bathroom", "item": "toilet_handrail", "result": "hazard", "note": "起身困难", "photos": ["photo/1"]},
    {"room": "bedroom", "item": "smoke_detector", "result": "hazard", "severity": 4},
    {"room": "kitchen", "item": "gas", "result": "ok"},
    {"room": "balcony", "item": "electric", "result": "not_applicable"},
]


def check_of(resident: str, **more: Any) -> dict[str, Any]:
    return {"community": "yingui", "resident_id": resident, "checklist": "home-2026-11", "findings": FOUND} | more


async def checked(eldercare: TestService, register: Register, **more: Any) -> dict[str, Any]:
    answer = await eldercare.post(CHECKS, ASSISTANT, check_of(register.admit(), **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def rows_of(eldercare: TestService, table: type) -> list[Any]:
    async with eldercare.state.database.reading(EVERYWHERE) as session:
        return list((await session.exec(select(table).order_by(table.id))).all())


async def test_every_hazard_found_is_told_with_the_loop_it_belongs_to(eldercare: TestService, register: Register) -> None:
    household, loop = new_id(), new_id()
    resident = register.admit(household_id=household)
    check = (await eldercare.post(CHECKS, ASSISTANT, check_of(resident, correlation_id=str(loop)))).json()
    assert (check["items_checked"], check["hazards_found"], check["place_id"]) == (4, 2, str(household))
    assert [finding["state"] for finding in check["findings"]] == ["open", "open", None, None]
    assert check["checked_by"] == "assistant"

    completed, *found = await eldercare.said()
    assert completed.type == "eldercare.home_safety_check.completed.v1"
    assert completed.data == {"check_id": check["id"], "items_checked": 4, "hazards_found": 2}
    assert [(row.type, row.subject, row.correlation_id) for row in found] == [
        ("eldercare.hazard.found.v1", finding["id"], loop) for finding in check["findings"][:2]]
    assert [row.data for row in found] == [
        {"finding_id": check["findings"][0]["id"], "check_id": check["id"], "kind": "missing_handrail", "severity": 3,
         "room": "bathroom", "place_id": str(household)},
        {"finding_id": check["findings"][1]["id"], "check_id": check["id"], "kind": "no_smoke_detector", "severity": 4,
         "room": "bedroom", "place_id": str(household)},
    ]
    assert register.tokens_seen == ["Bearer service-token"]


async def test_a_check_without_a_loop_begins_one(eldercare: TestService, register: Register) -> None:
    check = await checked(eldercare, register)
    assert {str(row.correlation_id) for row in await eldercare.said()} == {check["correlation_id"]}


async def test_nobody_is_checked_whom_the_register_does_not_know(eldercare: TestService, register: Register) -> None:
    for stranger in (str(uuid4()), register.admit("dungen")):
        refused = await eldercare.post(CHECKS, ASSISTANT, check_of(stranger))
        assert refused.status_code == 422
        assert refused.json()["errors"] == [{"field": "body.resident_id", "reason": "本社区登记中没有此人"}]
    assert await eldercare.said() == []


async def test_a_register_that_is_away_saves_nothing_and_the_key_can_be_used_again(
    eldercare: TestService, register: Register,
) -> None:
    body, key = check_of(register.admit()), {"Idempotency-Key": "home-1"}
    register.broken = True
    away = await eldercare.post(CHECKS, ASSISTANT, body, **key)
    assert away.status_code == 503
    assert away.headers["retry-after"]
    assert await eldercare.said() == []
    assert (await eldercare.get(CHECKS, ASSISTANT)).json()["items"] == []
    register.broken = False
    assert (await eldercare.post(CHECKS, ASSISTANT, body, **key)).status_code == 201
    assert (await eldercare.post(CHECKS, ASSISTANT, body, **key)).headers["idempotency-replayed"] == "true"
    assert len(await eldercare.said("eldercare.home_safety_check.completed.v1")) == 1


async def test_bad_input_is_named_and_changes_nothing(eldercare: TestService, register: Register) -> None:
    resident = register.admit()
    for body, fields in (
        ({"findings": []}, ["body.findings"]),
        ({"findings": [FOUND[0], FOUND[0]]}, ["body.findings.1.item"]),
        ({"findings": [{"room": "cellar", "item": "floor", "result": "ok"}]}, ["body.findings.0.room"]),
        ({"checklist": "home-1999"}, ["body.checklist"]),
        ({"checked_at": "2120-01-01T00:00:00Z"}, ["body.checked_at"]),
        ({"checked_at": "2026-01-01T00:00:00"}, ["body.checked_at"]),
        ({"name": "张三"}, ["body.name"]),
    ):
        refused = await eldercare.post(CHECKS, ASSISTANT, check_of(resident, **body))
        assert refused.status_code == 422, refused.text
        assert [error["field"] for error in refused.json()["errors"]] == fields
    assert await eldercare.said() == []


@pytest.mark.parametrize(("who", "status"), [({}, 401), (RESIDENT, 403), (DOCTOR, 403), (STRANGER, 403)])
async def test_who_may_check(eldercare: TestService, register: Register, who: dict[str, str], status: int) -> None:
    assert (await eldercare.post(CHECKS, who, check_of(register.admit()))).status_code == status
    assert register.tokens_seen == []


async def test_who_may_read_and_accept(eldercare: TestService, register: Register) -> None:
    check = await checked(eldercare, register)
    finding = check["findings"][0]["id"]
    paths = [CHECKS, FINDINGS, f"{CHECKS}/{check['id']}", f"{FINDINGS}/{finding}"]
    for path in paths:
        assert (await eldercare.get(path, {})).status_code == 401
        assert (await eldercare.get(path, RESIDENT)).status_code == 403
    colleague, named = bearer("care_assistant@yingui", subject="colleague"), bearer(f"doctor@yingui/{uuid4()}")
    for who in (STRANGER, VOLUNTEER, DOCTOR, colleague, named):
        assert [(await eldercare.get(path, who)).json()["items"] for path in paths[:2]] == [[], []]
        assert [(await eldercare.get(path, who)).status_code for path in paths[2:]] == [404, 404]
    accept, body = f"{FINDINGS}/{finding}/accept", {"accepted_by": "elder"}
    statuses = [(await eldercare.post(accept, who, body)).status_code for who in ({}, DOCTOR, STRANGER, ASSISTANT)]
    assert statuses == [401, 403, 404, 409]
    assert await eldercare.entered("read") == []


async def test_every_read_of_the_elders_file_leaves_an_entry(eldercare: TestService, register: Register) -> None:
    check = await checked(eldercare, register)
    await checked(eldercare, register)
    resident, finding = check["resident_id"], check["findings"][0]["id"]
    doctor = bearer(f"doctor@yingui/{resident}", subject="doctor")
    await eldercare.get(f"{CHECKS}/{check['id']}?purpose=home_visit", doctor)
    await eldercare.get(f"{CHECKS}?resident_id={resident}", ASSISTANT)
    await eldercare.get(f"{FINDINGS}/{finding}", doctor)
    await eldercare.get(f"{FINDINGS}?check_id={check['id']}&result=hazard", doctor)
    entries = await eldercare.entered("read")
    assert [(entry.actor, entry.kind, entry.purpose) for entry in entries] == [
        ("doctor", "home_safety_check", "home_visit"), ("assistant", "home_safety_check", "care"),
        ("doctor", "home_safety_finding", "care"), ("doctor", "home_safety_finding", "care"),
        ("doctor", "home_safety_finding", "care")]
    assert {str(entry.resident_id) for entry in entries} == {resident}
    assert str(entries[0].subject_id) == check["id"]


async def test_lists_are_cut_by_what_is_asked_for(eldercare: TestService, register: Register) -> None:
    check, other = await checked(eldercare, register), await checked(eldercare, register)
    assert [item["id"] for item in (await eldercare.get(CHECKS, ASSISTANT)).json()["items"]] == [other["id"], check["id"]]
    one = (await eldercare.get(f"{CHECKS}?resident_id={check['resident_id']}", ASSISTANT)).json()["items"]
    assert [item["id"] for item in one] == [check["id"]]
    for query, count in (("state=open", 4), (f"check_id={check['id']}", 4), ("result=ok", 2), ("state=fixed", 0),
                         (f"correlation_id={other['correlation_id']}&result=hazard", 2), ("community=yingui", 8)):
        assert len((await eldercare.get(f"{FINDINGS}?{query}", ASSISTANT)).json()["items"]) == count, query
    assert (await eldercare.get(f"{FINDINGS}?community=dungen", ASSISTANT)).status_code == 403


async def test_the_checklist_is_readable_in_both_languages(eldercare: TestService) -> None:
    [checklist] = (await eldercare.get(f"{CHECKS}/checklists", VOLUNTEER)).json()
    bathroom = next(room for room in checklist["rooms"] if room["code"] == "bathroom")
    item = next(item for item in bathroom["items"] if item["code"] == "toilet_handrail")
    assert item == {"code": "toilet_handrail", "zh": "马桶旁有扶手", "en": "A handrail beside the toilet",
                    "kinds": {"missing_handrail": 3}, "source": "secondary"}
    assert (await eldercare.get(f"{CHECKS}/checklists", {})).status_code == 401


async def test_notes_and_names_are_in_no_event_key_problem_or_log(
    eldercare: TestService, register: Register, capfd: pytest.CaptureFixture[str],
) -> None:
    await checked(eldercare, register)
    refused = await eldercare.post(CHECKS, ASSISTANT, check_of(register.admit(), checklist="起身困难"))
    assert "起身困难" not in refused.text
    told = str([row.data for row in await eldercare.said()])
    out, err = capfd.readouterr()
    for personal in ("起身困难", "登记里的姓名", "photo/1"):
        assert personal not in told + out + err


async def test_a_loop_of_another_community_is_not_gone_on_with(eldercare: TestService, register: Register) -> None:
    ours = await checked(eldercare, register)
    theirs = check_of(register.admit("dungen"), community="dungen", correlation_id=ours["correlation_id"])
    refused = await eldercare.post(CHECKS, STRANGER, theirs)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["field"] == "body.correlation_id"
    assert len(await rows_of(eldercare, HomeSafetyCheck)) == 1
    again = await checked(eldercare, register, correlation_id=ours["correlation_id"])
    assert again["correlation_id"] == ours["correlation_id"]


async def test_a_check_is_at_a_place_of_its_community(eldercare: TestService, register: Register) -> None:
    resident, place = register.admit(household_id=new_id()), register.found()
    at = await eldercare.post(CHECKS, ASSISTANT, check_of(resident, place_id=place))
    assert at.json()["place_id"] == place
    for elsewhere in (register.found("dungen"), str(new_id())):
        refused = await eldercare.post(CHECKS, ASSISTANT, check_of(resident, place_id=elsewhere))
        assert refused.status_code == 422, refused.text
        assert [error["field"] for error in refused.json()["errors"]] == ["body.place_id"]
    assert len(await rows_of(eldercare, HomeSafetyCheck)) == 1
