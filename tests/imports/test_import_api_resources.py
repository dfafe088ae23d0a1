"""The register's import from upload to report, on a real database and with the worker as a process of its own."""

from collections.abc import AsyncIterator

import pytest

from services.resources.main import app
from shared.testing import TestService, bearer, running
from tests.imports.uploading import SAMPLES, at_rest, imported, rows, upload

pytestmark = pytest.mark.anyio

HUB = bearer("coordinator@*", subject="hub")
WORKER = bearer("social_worker@yingui", subject="worker")
REGISTER = SAMPLES / "yingui" / "居民花名册.xlsx"


@pytest.fixture
async def resources(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(app) as service:
        for slug, name, kind, day in (
            ("yingui", "银桂社区", "community", "2022-09-20"), ("dungen", "敦根社区", "community", "2022-09-22"),
            ("hub", "西安枢纽", "hub", "2020-02-14"),
        ):
            answer = await service.post("/v1/communities", HUB, {
                "community": slug, "name": name, "kind": kind, "reference_date": day})
            assert answer.status_code == 201, answer.text
        yield service


async def test_a_register_is_judged_first_and_then_applied(resources: TestService) -> None:
    judged = await imported(resources, WORKER, REGISTER, dry_run=True)
    assert (judged["state"], judged["counts"]["rows"], judged["rows_done"]) == ("judged", 408, 408)
    assert (await resources.get("/v1/residents?community=yingui", WORKER)).json()["items"] == []
    assert await resources.said() == []

    applied = await resources.post(f"/v1/imports/{judged['id']}/apply", WORKER)
    assert applied.status_code == 202, applied.text
    done = await at_rest(resources, WORKER, applied.json())
    assert done["state"] == "done"
    assert done["counts"] == judged["counts"]
    said = await resources.said()
    assert [row.type for row in said] == ["resources.resident.registered.v1"] * done["counts"]["accepted"]
    assert {str(row.correlation_id) for row in said} == {done["id"]}
    again = await resources.post(f"/v1/imports/{judged['id']}/apply", WORKER)
    assert again.status_code == 409
