"""Any order of things that people and time do to stock and needs leaves the books sound."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.resources.main import app
from services.resources.needs.supply import sweep
from shared.jobs import Job, run_once
from shared.testing import TestService, running
from tests.resources.goods import COMMUNITY, KEEPER, must_be_sound

ITEM = st.sampled_from(["mask", "alcohol", "escape_rope"])
UNITS = st.integers(1, 30)
WHICH = st.integers(0, 7)
"""Which of the lots, needs, reservations or movements there are; beyond the last one nothing happens."""

DEEDS = st.one_of(
    st.tuples(st.just("receive"), ITEM, UNITS, st.one_of(st.none(), st.integers(-5, 60))),
    st.tuples(st.just("want"), st.dictionaries(ITEM, UNITS, min_size=1), st.integers(1, 4), st.booleans()),
    st.tuples(st.just("issue"), WHICH, st.one_of(st.none(), UNITS)),
    st.tuples(st.sampled_from(["cover", "close-short", "cancel"]), WHICH),
    st.tuples(st.just("release"), WHICH),
    st.tuples(st.just("reserve"), WHICH),
    st.tuples(st.sampled_from(["count", "dispose"]), WHICH, UNITS),
    st.tuples(st.sampled_from(["hold", "release-hold"]), WHICH),
    st.tuples(st.just("reverse"), WHICH),
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(st.just("sweep")),
)
REASON = {"reason": "because"}


class Neighbourhood:
    """Does what it is told; a refusal is fine, a failure is not."""

    def __init__(self, service: TestService) -> None:
        self.service = service
        self.now = datetime.now(UTC)
        service.state.clock = lambda: self.now

    async def do(self, deed: str, *how: Any) -> None:
        self.now += timedelta(minutes=1)
        if deed == "wait":
            self.now += timedelta(days=how[0])
        elif deed == "sweep":
            await run_once(Job("sweep", 1, sweep), self.service.state.database, self.now, lambda: None)
        elif deed in ("receive", "want"):
            path, body = new(deed, self.now, *how)
            await self.ask(path, body)
        else:
            await self.change(deed, *how)

    async def change(self, deed: str, which: int, units: int | None = None) -> None:
        listed = {"release": "reservations", "reverse": "movements", "count": "stock-lots", "dispose": "stock-lots",
                  "hold": "stock-lots", "release-hold": "stock-lots"}.get(deed, "needs")
        rows = (await self.service.get(f"/v1/{listed}", KEEPER)).json()["items"]
        if which >= len(rows):
            return
        row = rows[which]
        if deed == "reserve":
            await self.ask("/v1/reservations", {"need_id": row["id"], "all_or_nothing": False})
            return
        part = None if units is None or deed != "issue" else [{"item": row["lines"][0]["item"], "quantity": units}]
        body = {"issue": {"lines": part}, "cover": {}, "count": REASON | {"counted": units},
                "dispose": REASON | {"quantity": units}}.get(deed, REASON)
        await self.ask(f"/v1/{listed}/{row['id']}/{deed}", None if deed == "release-hold" else body)

    async def ask(self, path: str, body: Any) -> None:
        answer = await self.service.post(path, KEEPER, body, **{"Idempotency-Key": str(uuid4())})
        assert answer.status_code in (200, 201, 409, 422), f"{path} {body}: {answer.status_code} {answer.text}"


def new(deed: str, now: datetime, *how: Any) -> tuple[str, dict]:
    if deed == "receive":
        item, units, days = how
        expires_on = None if days is None else str((now + timedelta(days=days)).date())
        return "/v1/stock-lots", {
            "community": COMMUNITY, "item": item, "quantity": units, "expires_on": expires_on}
    wanted, priority, all_or_nothing = how
    lines = [{"item": item, "quantity": units} for item, units in wanted.items()]
    return "/v1/needs", {
        "community": COMMUNITY, "lines": lines, "priority": priority, "all_or_nothing": all_or_nothing}


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(DEEDS, min_size=10, max_size=40))
def test_the_books_are_sound_whatever_happens(deeds: list[tuple]) -> None:
    async def play() -> None:
        async with running(app) as service:
            neighbourhood = Neighbourhood(service)
            for deed in deeds:
                await neighbourhood.do(*deed)
                await must_be_sound(service)

    asyncio.run(play())
