"""AZ-9: a restriction binds the other services as it binds people; what the law leaves, they must name."""

from uuid import UUID

import pytest

from services.resources.rights.tables import RIGHTS
from shared.reach import EVERYWHERE
from shared.testing import TestService, bearer
from shared.types import new_id
from tests.privacy.test_az_9_erased import NOW
from tests.privacy.test_az_9_requests import NAME, PHONE, WORKER, post

pytestmark = pytest.mark.anyio

MACHINE = bearer("service@*", subject="service:volunteer")


async def test_a_restricted_person_is_refused_to_a_service_too(resources: TestService) -> None:
    body = {"community": "yingui", "name": NAME, "phones": [PHONE]}
    id = (await post(resources, "/v1/residents", WORKER, body))["id"]
    path = f"/v1/residents/{id}"
    assert (await resources.get(path, MACHINE)).json()["name"] == NAME
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        tx.add(RIGHTS.restricted(resident_id=UUID(id), community="yingui", request_id=new_id(), since=NOW))
    refused = await resources.get(path, MACHINE)
    assert refused.status_code == 403 and NAME not in refused.text, refused.text
    for purpose, status in (("squad", 403), ("home_safety_check", 403), ("legal_duty", 200), ("emergency", 200)):
        assert (await resources.get(f"{path}?purpose={purpose}", MACHINE)).status_code == status, purpose
    [listed] = (await resources.get("/v1/residents", MACHINE)).json()["items"]
    assert listed["masked"] and NAME not in str(listed)
    assert (await resources.get(path, WORKER)).json()["masked"], "people see it masked as before"
