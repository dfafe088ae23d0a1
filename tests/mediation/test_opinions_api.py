"""A resident's word over HTTP, on a real database, with what is said about it."""

from typing import Any
from uuid import uuid4

import pytest

from shared.clock import system_clock
from shared.identity.caller import Grant
from shared.identity.tokens import mint
from shared.testing import AUDIENCE, ISSUER, KEY, TestService, bearer

pytestmark = pytest.mark.anyio

TENANT = bearer("resident@dungen", subject="tenant")
NEIGHBOUR = bearer("resident@dungen", subject="neighbour")
WORKER = bearer("social_worker@dungen", subject="worker")
COLLEAGUE = bearer("social_worker@dungen", subject="colleague")
MEDIATOR = bearer("mediator@dungen", subject="mediator")
LEADER = bearer("squad_leader@dungen", subject="leader")
STRANGER = bearer("social_worker@yingui", subject="stranger")
ENGLISH = {"Accept-Language": "en"}

WORD = {"community": "dungen", "kind": "hazard", "topic": "no_smoke_detector", "words": "我住的隔断间没有烟感",
        "place_label": "CZW002 502"}
DISPUTE = {"community": "dungen", "kind": "dispute", "words": "楼上漏水吵了半年"}


async def spoken(mediation: TestService, who: dict[str, str] = TENANT, **more: Any) -> dict[str, Any]:
    answer = await mediation.post("/v1/opinions", who, WORD | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def read(mediation: TestService, opinion: dict[str, Any], who: dict[str, str], **headers: str) -> dict[str, Any]:
    answer = await mediation.call("GET", f"/v1/opinions/{opinion['id']}", who, **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def audit(mediation: TestService) -> list[tuple[str, str, str]]:
    return [(entry.actor, str(entry.subject_id), entry.purpose) for entry in await mediation.entered("read")]


async def test_a_word_begins_a_loop_and_its_words_stay_here(mediation: TestService) -> None:
    opinion = await spoken(mediation)
    assert opinion["state"] == "received"
    assert opinion["answer_code"] is None
    assert "words" not in opinion
    [row] = await mediation.said()
    assert (row.type, row.subject, row.sequence) == ("mediation.opinion.received.v1", opinion["id"], 1)
    assert str(row.correlation_id) == opinion["correlation_id"]
    assert row.data == {
        "opinion_id": opinion["id"], "kind": "hazard", "topic": "no_smoke_detector", "severity": None,
        "place_id": None, "items": [], "answer_due_at": opinion["answer_due_at"],
    }


async def test_the_speaker_reads_words_and_steps_in_their_language(mediation: TestService) -> None:
    opinion = await spoken(mediation)
    assert (await read(mediation, opinion, TENANT))["words"] == WORD["words"]
    path = f"/v1/opinions/{opinion['id']}/steps"
    chinese = (await mediation.get(path, TENANT)).json()
    assert [step["says"] for step in chinese["items"]] == ["我们已收到您的话"]
    english = (await mediation.call("GET", path, TENANT, **ENGLISH)).json()
    assert [step["says"] for step in english["items"]] == ["We have received your word"]
    later = (await mediation.get(f"{path}?updated_since=2099-01-01T00:00:00Z", TENANT)).json()
    assert later["items"] == []


async def test_a_need_says_what_and_how_many(mediation: TestService) -> None:
    need = {"kind": "need", "topic": "walking_stick"}
    assert (await spoken(mediation, **need))["items"] == [{"item": "walking_stick", "quantity": 1}]
    counted = [{"item": "mask", "quantity": 20}]
    assert (await spoken(mediation, **need, items=counted))["items"] == counted
    refused = await mediation.post("/v1/opinions", TENANT, WORD | {"items": counted})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": "body.items", "reason": "只有需求才填物品"}]
    assert [row.data["items"] for row in await mediation.said()] == [
        [{"item": "walking_stick", "quantity": 1}], counted]


async def test_a_worker_notes_down_for_somebody_without_a_phone(mediation: TestService) -> None:
    noted = {"contact": "3栋底楼，下午在家", "read_back": True}
    opinion = await spoken(mediation, WORKER, noted_down=noted)
    assert opinion["noted_down"] is True
    speaker = (await read(mediation, opinion, WORKER))["speaker"]
    assert speaker == {"account": None, "resident_id": None, "contact": noted["contact"], "noted_down_by": "worker",
                       "read_back": True}
    refused = await mediation.post("/v1/opinions", TENANT, WORD | {"noted_down": noted})
    assert (refused.status_code, refused.json()["permission"]) == (403, "opinions:note_down")


async def test_a_squad_leader_can_follow_what_they_noted_down_and_nothing_else(mediation: TestService) -> None:
    other = await spoken(mediation)
    mine = await spoken(mediation, LEADER, noted_down={"read_back": True})
    page = (await mediation.get("/v1/opinions", LEADER)).json()
    assert [item["id"] for item in page["items"]] == [mine["id"]]
    assert (await mediation.get(f"/v1/opinions/{other['id']}", LEADER)).status_code == 404


async def test_the_resident_it_was_noted_down_for_reads_it_with_their_own_account(mediation: TestService) -> None:
    resident = uuid4()
    opinion = await spoken(mediation, WORKER, noted_down={"resident_id": str(resident), "read_back": True})
    assert (await mediation.get(f"/v1/opinions/{opinion['id']}", NEIGHBOUR)).status_code == 404
    token = mint(KEY, issuer=ISSUER, audience=AUDIENCE, subject="new-phone", grants=[Grant("resident", "dungen")],
                 now=system_clock(), person_id=resident)
    own = {"Authorization": f"Bearer {token}"}
    assert (await read(mediation, opinion, own))["words"] == WORD["words"]
    assert len((await mediation.get("/v1/opinions?mine=true", own)).json()["items"]) == 1


async def test_lists_show_staff_all_and_others_their_own_without_words(mediation: TestService) -> None:
    mine, other = await spoken(mediation), await spoken(mediation, NEIGHBOUR, kind="idea", topic=None)
    staff = (await mediation.get("/v1/opinions", WORKER)).json()["items"]
    assert [item["id"] for item in staff] == [other["id"], mine["id"]]
    assert not any("words" in item for item in staff)
    own = (await mediation.get("/v1/opinions?mine=true", TENANT)).json()["items"]
    assert [item["id"] for item in own] == [mine["id"]]
    assert (await mediation.get("/v1/opinions?mine=true", WORKER)).json()["items"] == []
    ideas = (await mediation.get("/v1/opinions?kind=idea&state=received", WORKER)).json()["items"]
    assert [item["id"] for item in ideas] == [other["id"]]


@pytest.mark.parametrize("path", ["", "/steps", "/take-up", "/answer", "/confirm-told"])
async def test_who_may_come_near(mediation: TestService, path: str) -> None:
    opinion = await spoken(mediation)
    method = "GET" if path in ("", "/steps") else "POST"
    body = {"/answer": {"outcome": "done", "reason": "已办"}, "/confirm-told": {"channel": "phone"}}.get(path)
    whole = f"/v1/opinions/{opinion['id']}{path}"
    assert (await mediation.call(method, whole, {}, body)).status_code == 401
    assert (await mediation.call(method, whole, STRANGER, body)).status_code == 404
    expected = 404 if method == "GET" else 403
    assert (await mediation.call(method, whole, NEIGHBOUR, body)).status_code == expected
    assert len(await mediation.said()) == 1


async def test_another_community_cannot_be_spoken_in(mediation: TestService) -> None:
    for path in ("/v1/opinions", "/v1/opinions/anonymous"):
        assert (await mediation.post(path, {}, WORD)).status_code == 401
        assert (await mediation.post(path, STRANGER, WORD)).status_code == 403
        assert (await mediation.post(path, bearer("auditor@dungen"), WORD)).status_code == 403
    assert await mediation.said() == []


async def test_a_worker_answers_with_a_reason_and_earlier_answers_stay(mediation: TestService) -> None:
    opinion = await spoken(mediation, kind="idea", topic=None)
    path = f"/v1/opinions/{opinion['id']}"
    taken = (await mediation.post(f"{path}/take-up", WORKER)).json()
    assert (taken["state"], taken["owner"]) == ("in_progress", "worker")
    first = await mediation.post(f"{path}/answer", WORKER, {"outcome": "referred", "reason": "转给物业"}, **ENGLISH)
    assert first.status_code == 200, first.text
    assert first.json()["answer"]["says"] == "Passed on to those who decide"
    second = await mediation.post(f"{path}/answer", WORKER, {"outcome": "done", "reason": "物业已装"})
    assert (second.json()["state"], second.json()["answer"]["reason"]) == ("answered", "物业已装")
    file = await read(mediation, opinion, TENANT)
    assert [answer["outcome"] for answer in (file["answer"], *file["earlier_answers"])] == ["done", "referred"]
    answered = await mediation.said("mediation.opinion.answered.v1")
    assert [(row.data["outcome"], row.data["answered_by"], row.sequence) for row in answered] == [
        ("referred", "worker", 3), ("done", "worker", 4)]


@pytest.mark.parametrize(("body", "field"), [
    ({"outcome": "done"}, "body.reason"),
    ({"outcome": "hazard_closed", "reason": "自己写的"}, "body.outcome"),
    ({"outcome": "done", "reason": " "}, "body.reason"),
])
async def test_an_answer_without_outcome_or_reason_is_refused(
    mediation: TestService, body: dict[str, str], field: str,
) -> None:
    opinion = await spoken(mediation)
    refused = await mediation.post(f"/v1/opinions/{opinion['id']}/answer", WORKER, body)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    assert (await read(mediation, opinion, TENANT))["state"] == "received"


async def test_an_old_version_is_not_answered_over(mediation: TestService) -> None:
    opinion = await spoken(mediation)
    path = f"/v1/opinions/{opinion['id']}"
    seen = (await mediation.get(path, WORKER)).headers["etag"]
    await mediation.post(f"{path}/take-up", WORKER)
    late = await mediation.post(f"{path}/answer", COLLEAGUE, {"outcome": "done", "reason": "已办"}, **{"If-Match": seen})
    assert late.status_code == 412


async def answered(mediation: TestService, who: dict[str, str] = TENANT, **more: Any) -> dict[str, Any]:
    opinion = await spoken(mediation, who, **more)
    await mediation.post(f"/v1/opinions/{opinion['id']}/answer", WORKER, {"outcome": "done", "reason": "已装好"})
    return opinion


async def test_reading_ones_own_answer_is_being_told(mediation: TestService) -> None:
    opinion = await answered(mediation)
    assert len((await mediation.get("/v1/opinions?untold=true", WORKER)).json()["items"]) == 1
    assert (await read(mediation, opinion, WORKER))["answer"]["told_at"] is None
    assert (await read(mediation, opinion, TENANT))["answer"]["told_channel"] == "app"
    await read(mediation, opinion, TENANT)
    assert (await mediation.get("/v1/opinions?untold=true", WORKER)).json()["items"] == []
    steps = (await mediation.get(f"/v1/opinions/{opinion['id']}/steps", TENANT)).json()["items"]
    assert [step["code"].rpartition(".")[2] for step in steps] == ["told", "answered", "received"]


async def test_a_worker_confirms_having_told(mediation: TestService) -> None:
    opinion = await answered(mediation, LEADER, noted_down={"contact": "1栋", "read_back": True})
    path = f"/v1/opinions/{opinion['id']}/confirm-told"
    early = await mediation.post(path, LEADER, {"channel": "in_person", "told_at": "2020-01-01T00:00:00Z"})
    late = await mediation.post(path, LEADER, {"channel": "in_person", "told_at": "2120-01-01T00:00:00Z"})
    assert [answer.json()["errors"][0]["field"] for answer in (early, late)] == ["body.told_at"] * 2
    told = await mediation.post(path, LEADER, {"channel": "in_person"})
    assert told.status_code == 200, told.text
    assert told.json()["answer"]["told_channel"] == "in_person"
    assert (await mediation.post(path, LEADER, {"channel": "phone"})).status_code == 409


async def test_a_leader_tells_only_whom_they_wrote_for(mediation: TestService) -> None:
    opinion = await answered(mediation, WORKER, noted_down={"contact": "1栋", "read_back": True})
    path = f"/v1/opinions/{opinion['id']}/confirm-told"
    assert (await mediation.post(path, LEADER, {"channel": "in_person"})).status_code == 404
    assert (await mediation.post(path, COLLEAGUE, {"channel": "in_person"})).status_code == 200


async def test_nothing_is_told_before_there_is_an_answer(mediation: TestService) -> None:
    opinion = await spoken(mediation)
    refused = await mediation.post(f"/v1/opinions/{opinion['id']}/confirm-told", WORKER, {"channel": "phone"})
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:linli:problem:wrong-state"


async def test_bad_input_is_named_and_changes_nothing(mediation: TestService) -> None:
    refused = await mediation.post("/v1/opinions", TENANT, WORD | {
        "kind": "gossip", "words": "a\u0000b", "severity": 5, "colour": "red", "items": [{"item": "x", "quantity": 0}]})
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {
        "body.kind", "body.words", "body.severity", "body.colour", "body.items.0.quantity"}
    assert WORD["words"] not in refused.text
    assert await mediation.said() == []


async def test_the_same_key_makes_one_word(mediation: TestService) -> None:
    key = {"Idempotency-Key": "one"}
    answers = [await mediation.post("/v1/opinions", TENANT, WORD, **key) for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert len(await mediation.said()) == 1


async def test_the_words_of_a_dispute_are_for_few_and_leave_a_trace(mediation: TestService) -> None:
    opinion = await spoken(mediation, **DISPUTE, topic=None, place_label=None)
    assert (await read(mediation, opinion, TENANT))["words"] == DISPUTE["words"]
    assert await audit(mediation) == []
    path = f"/v1/opinions/{opinion['id']}"
    for waiting in (WORKER, COLLEAGUE, MEDIATOR):
        seen = await read(mediation, opinion, waiting)
        assert (seen["words"], seen["speaker"]) == (None, None)
    assert await audit(mediation) == []
    assert (await mediation.post(f"{path}/take-up", MEDIATOR)).status_code == 200
    assert (await mediation.get(f"{path}?purpose=mediation", MEDIATOR)).json()["words"] == DISPUTE["words"]
    assert (await read(mediation, opinion, WORKER))["words"] is None
    another = bearer("mediator@dungen", subject="another")
    assert (await mediation.get(path, another)).status_code == 404
    assert (await mediation.post(f"{path}/take-up", another)).status_code == 404
    assert (await mediation.get("/v1/opinions", another)).json()["items"] == []
    named = bearer(f"mediator@dungen/{opinion['id']}", subject="another")
    assert (await read(mediation, opinion, named))["words"] == DISPUTE["words"]
    assert await audit(mediation) == [
        ("mediator", opinion["id"], "mediation"), ("another", opinion["id"], "handling")]


async def test_a_hazard_is_no_secret_file(mediation: TestService) -> None:
    opinion = await spoken(mediation)
    assert (await read(mediation, opinion, COLLEAGUE))["words"] == WORD["words"]
    assert await audit(mediation) == []
