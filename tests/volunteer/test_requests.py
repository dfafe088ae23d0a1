"""What every unsafe route promises, seen on one of them: idempotency, pages, health, problems, docs."""

import asyncio

import pytest

from shared.testing import TestService, bearer, newest_revision

pytestmark = pytest.mark.anyio

LEADER = bearer("squad_leader@dungen", subject="leader")
HAZARD = {"community": "dungen", "kind": "no_smoke_detector"}


async def test_fifty_identical_requests_make_one_effect_and_one_body(volunteer: TestService) -> None:
    key = {"Idempotency-Key": "one-and-the-same"}
    answers = await asyncio.gather(*(volunteer.post("/v1/hazards", LEADER, HAZARD, **key) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["etag"] for answer in answers} == {'"1"'}
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(await volunteer.said()) == 1


async def test_a_key_with_another_body_is_refused(volunteer: TestService) -> None:
    key = {"Idempotency-Key": "k-1"}
    await volunteer.post("/v1/hazards", LEADER, HAZARD, **key)
    other = await volunteer.post("/v1/hazards", LEADER, HAZARD | {"severity": 4}, **key)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:linli:problem:idempotency-key-reused"
    assert len(await volunteer.said()) == 1


async def test_a_key_belongs_to_its_caller(volunteer: TestService) -> None:
    key = {"Idempotency-Key": "k-2"}
    mine = await volunteer.post("/v1/hazards", LEADER, HAZARD, **key)
    yours = await volunteer.post("/v1/hazards", bearer("volunteer@dungen", subject="you"), HAZARD, **key)
    assert mine.json()["id"] != yours.json()["id"]


async def test_a_refused_request_does_not_use_up_its_key(volunteer: TestService) -> None:
    hazard = (await volunteer.post("/v1/hazards", LEADER, HAZARD)).json()
    path, key = f"/v1/hazards/{hazard['id']}", {"Idempotency-Key": "k-3"}
    assert (await volunteer.post(f"{path}/start-mitigation", LEADER, **key)).status_code == 409
    await volunteer.post(f"{path}/verify", LEADER, {})
    assert (await volunteer.post(f"{path}/start-mitigation", LEADER, **key)).status_code == 200


async def test_pages_hold_every_row_once(volunteer: TestService) -> None:
    made = [(await volunteer.post("/v1/hazards", LEADER, HAZARD)).json()["id"] for _ in range(7)]
    seen, path = [], "/v1/hazards?limit=3"
    while path:
        page = (await volunteer.get(path, LEADER)).json()
        seen += [item["id"] for item in page["items"]]
        path = f"/v1/hazards?limit=3&after={page['next']}" if page["next"] else None
    assert seen == made[::-1]
    assert (await volunteer.get("/v1/hazards?after=nonsense", LEADER)).status_code == 422


async def test_health_metrics_and_docs_need_no_internet(volunteer: TestService) -> None:
    assert (await volunteer.get("/livez", {})).status_code == 200
    ready = (await volunteer.get("/readyz", {})).json()
    assert (ready["ready"], ready["database"], ready["nats"], ready["migration"]) == (True, "up", "away", newest_revision("volunteer"))
    assert "linli_outbox_waiting" in (await volunteer.get("/metrics", {})).text
    docs = (await volunteer.get("/docs", {"X-Forwarded-Prefix": "/volunteer"})).text
    assert 'src="/volunteer/docs-files/swagger-ui-bundle.js"' in docs
    assert "://" not in docs.replace("http://www.w3.org", "")
    assert (await volunteer.get("/docs-files/swagger-ui-bundle.js", {})).status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/v1/nothing", 404), ("DELETE", "/v1/hazards", 405), ("GET", "/v1/hazards/not-a-uuid", 422),
])
async def test_every_refusal_is_a_problem_document(
    volunteer: TestService, method: str, path: str, status: int,
) -> None:
    answer = await volunteer.call(method, path, LEADER)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


async def test_malformed_json_is_named(volunteer: TestService) -> None:
    answer = await volunteer.client.post(
        "/v1/hazards", content=b'{"community": ', headers=LEADER | {"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["reason"] == "不是有效的 JSON"


async def test_a_loop_tells_its_part_in_order(volunteer: TestService) -> None:
    hazard = (await volunteer.post("/v1/hazards", LEADER, HAZARD)).json()
    await volunteer.post(f"/v1/hazards/{hazard['id']}/verify", LEADER, {})
    loop = (await volunteer.get(f"/v1/loops/{hazard['correlation_id']}", LEADER)).json()
    assert [step["type"].split(".")[2] for step in loop["steps"]] == ["reported", "verified"]
    stranger = bearer("squad_leader@yingui")
    assert (await volunteer.get(f"/v1/loops/{hazard['correlation_id']}", stranger)).status_code == 404
