"""What operators, auditors and readers of a loop see: what their grants reach, and nothing of another community."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.volunteer.main import app
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer, running

pytestmark = pytest.mark.anyio

HAZARD = {"kind": "no_smoke_detector"}


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        for community in ("dungen", "yingui"):
            answer = await service.post(
                "/v1/hazards", bearer(f"squad_leader@{community}"), HAZARD | {"community": community})
            assert answer.status_code == 201, answer.text
        yield service


@pytest.mark.parametrize(("reach", "seen"), [("dungen", ["dungen"]), ("*", ["yingui", "dungen"]), ("xianhe", [])])
async def test_the_outbox_is_read_as_far_as_the_grant_reaches(service: TestService, reach: str, seen: list[str]) -> None:
    items = (await service.get("/v1/outbox", bearer(f"auditor@{reach}"))).json()["items"]
    assert [item["community"] for item in items] == seen


async def test_an_outbox_of_one_community_has_full_pages(service: TestService) -> None:
    auditor = bearer("auditor@dungen")
    page = (await service.get("/v1/outbox?limit=1", auditor)).json()
    assert ([item["community"] for item in page["items"]], page["next"]) == (["dungen"], None)


@pytest.mark.parametrize(("method", "path", "body"), [
    ("GET", "/v1/dead-letters", None),
    ("POST", "/v1/dead-letters/00000000-0000-7000-8000-000000000000/replay", None),
    ("POST", "/v1/outbox/replay", {"since": "2020-01-01T00:00:00Z"}),
])
async def test_what_is_not_of_one_community_needs_a_grant_for_all(
    service: TestService, method: str, path: str, body: dict | None,
) -> None:
    refused = await service.call(method, path, bearer("operator@yingui"), body)
    assert (refused.status_code, refused.json()["community"]) == (403, "*")
    assert (await service.call(method, path, bearer("operator@*"), body)).status_code in (200, 404)


async def test_nobody_hides_a_loop_by_speaking_in_it_from_elsewhere(service: TestService) -> None:
    loop = (await service.said())[0].correlation_id
    table = service.state.tables.inbox
    async with service.state.database.transaction(EVERYWHERE) as tx:
        tx.add(table(event_id=uuid4(), type="eldercare.hazard.found.v1", subject=str(uuid4()), community="yingui",
                     sequence=1, correlation_id=loop, outcome="handled"))
    own = await service.get(f"/v1/loops/{loop}", bearer("squad_leader@dungen"))
    assert own.status_code == 200, own.text
    assert (own.json()["community"], [step["type"] for step in own.json()["steps"]]) == (
        "dungen", ["volunteer.hazard.reported.v1"])
    theirs = (await service.get(f"/v1/loops/{loop}", bearer("squad_leader@yingui"))).json()
    assert [step["direction"] for step in theirs["steps"]] == ["heard"]
    everything = (await service.get(f"/v1/loops/{loop}", bearer("operator@*"))).json()
    assert [step["direction"] for step in everything["steps"]] == ["said", "heard"]
    assert (await service.get(f"/v1/loops/{loop}", bearer("squad_leader@xianhe"))).status_code == 404


async def test_a_round_goes_on_with_a_loop_of_its_own_community_only(service: TestService) -> None:
    dungen = (await service.said())[0]
    body = {
        "checklist": "rental-2026-11", "correlation_id": str(dungen.correlation_id),
        "walked": {"starts_at": "2026-11-02T09:00:00+08:00", "ends_at": "2026-11-02T10:00:00+08:00"},
        "places": [{"place_label": "CZW001", "findings": []}],
    }
    refused = await service.post("/v1/patrols", bearer("squad_leader@yingui"), body | {"community": "yingui"})
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == ["body.correlation_id"]
    taken = await service.post("/v1/patrols", bearer("squad_leader@dungen"), body | {"community": "dungen"})
    assert taken.json()["correlation_id"] == str(dungen.correlation_id)


async def test_the_docs_may_load_their_own_files_and_run_their_own_script(service: TestService) -> None:
    page = await service.client.get("/docs", headers={"X-Forwarded-Prefix": "/volunteer"})
    policy = page.headers["content-security-policy"]
    script = re.search(r"<script>(.*?)</script>", page.text, re.DOTALL).group(1)
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src 'self' 'sha256-" in policy and "unsafe-eval" not in policy
