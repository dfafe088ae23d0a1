"""AZ-3: a thousand interleaved requests of two communities over one pool, and no row of the other is ever seen.

The routes' own predicate is taken away: what holds here is PostgreSQL alone.
"""

import asyncio

import pytest

from services.volunteer.main import app
from shared.identity.caller import Caller
from shared.testing import bearer, running

pytestmark = pytest.mark.anyio

COMMUNITIES = ("yingui", "dungen")
REQUESTS = 1000
IN_FLIGHT = 40


async def test_rows_of_another_community_are_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Caller, "scope", lambda self, column, community=None: column.is_not(None))
    monkeypatch.setattr(Caller, "must_find", lambda self, row: row)
    async with running(app) as service:
        made = {}
        for community in COMMUNITIES:
            body = {"community": community, "kind": "no_smoke_detector", "place_label": "5栋2单元"}
            made[community] = [
                (await service.post("/v1/hazards", bearer(f"squad_leader@{community}"), body)).json()["id"]
                for _ in range(3)]
        turns = asyncio.Semaphore(IN_FLIGHT)

        async def ask(number: int) -> None:
            mine, other = COMMUNITIES[number % 2], COMMUNITIES[(number + 1) % 2]
            who = bearer(f"squad_leader@{mine}", subject=f"reader-{mine}")
            async with turns:
                if number % 3 == 0:
                    assert (await service.get(f"/v1/hazards/{made[other][number % 3]}", who)).status_code == 404
                    assert (await service.get(f"/v1/hazards/{made[mine][number % 3]}", who)).status_code == 200
                    return
                page = (await service.get("/v1/hazards", who)).json()
                assert {row["community"] for row in page["items"]} == {mine}

        await asyncio.gather(*(ask(number) for number in range(REQUESTS)))
