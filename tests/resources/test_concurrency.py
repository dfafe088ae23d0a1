"""Many at once: never oversold, never stuck, one effect per key. Real connections, real PostgreSQL."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.resources.needs.models import Need
from services.resources.needs.supply import issue, sweep
from shared.db import locked
from shared.jobs import Job, run_once
from shared.reach import EVERYWHERE
from shared.testing import TestService, eventually
from tests.resources.goods import COMMUNITY, KEEPER, get, must_be_sound, post, receive, want

pytestmark = pytest.mark.anyio


async def test_64_reservations_at_once_never_oversell_a_lot_of_10(resources: TestService) -> None:
    needs = [await want(resources, {"mask": 1}) for _ in range(64)]
    await leave_to_people(resources)
    lot = await receive(resources, "mask", 10)

    async def reserve(need: dict) -> int:
        answer = await resources.post("/v1/reservations", KEEPER, {"need_id": need["id"]}, **{
            "Idempotency-Key": str(uuid4())})
        return answer.status_code

    outcomes = Counter(await asyncio.gather(*(reserve(need) for need in needs)))
    assert outcomes == {201: 10, 409: 54}
    after = await get(resources, f"/v1/stock-lots/{lot['id']}")
    assert (after["on_hand"], after["reserved"]) == (10, 10)
    assert len(await resources.said("resources.reservation.created.v1")) == 10
    await must_be_sound(resources)


async def leave_to_people(service: TestService) -> None:
    """Nothing covers these needs by itself, so that only the requests compete."""
    async with service.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(text("update need set covers_itself = false"))


async def test_needs_raised_at_once_share_what_there_is(resources: TestService) -> None:
    for days in (30, 60, 90):
        await receive(resources, "mask", 20, str((datetime.now(UTC) + timedelta(days=days)).date()))
    await asyncio.gather(*(want(resources, {"mask": 7, "escape_rope": 1}) for _ in range(16)))
    needs = (await get(resources, "/v1/needs"))["items"]
    assert sum(line["reserved"] for need in needs for line in need["lines"]) == 60
    await must_be_sound(resources)


async def test_all_or_nothing_at_once_takes_whole_needs_only(resources: TestService) -> None:
    await receive(resources, "mask", 25)
    body = {"community": COMMUNITY, "lines": [{"item": "mask", "quantity": 10}], "all_or_nothing": True}

    async def raise_need() -> int:
        return (await resources.post("/v1/needs", KEEPER, body, **{"Idempotency-Key": str(uuid4())})).status_code

    assert Counter(await asyncio.gather(*(raise_need() for _ in range(12)))) == {201: 2, 409: 10}
    await must_be_sound(resources)


async def test_lots_needs_handovers_and_sweeps_at_once_keep_the_books(resources: TestService) -> None:
    """Items in opposite order, so that a wrong order of locks would deadlock."""
    async def bring(item: str) -> None:
        await receive(resources, item, 15)

    async def ask_and_hand_over(items: tuple[str, ...]) -> None:
        need = await want(resources, {item: 3 for item in items})
        await post(resources, f"/v1/needs/{need['id']}/issue", {})

    async def sweep_by() -> None:
        await run_once(Job("sweep", 1, sweep), resources.state.database, datetime.now(UTC), lambda: None)

    forwards, backwards = ("alcohol", "mask", "rice"), ("rice", "mask", "alcohol")
    await asyncio.gather(*(
        step for number in range(8) for step in (
            bring(forwards[number % 3]), ask_and_hand_over(forwards), ask_and_hand_over(backwards), sweep_by())))
    await sweep_by()
    await must_be_sound(resources)


async def test_one_key_at_once_hands_over_once(resources: TestService) -> None:
    lot = await receive(resources, "mask", 50)
    need = await want(resources, {"mask": 50})
    key = {"Idempotency-Key": "the same"}
    body = {"lines": [{"item": "mask", "quantity": 5}]}
    answers = await asyncio.gather(*(
        resources.post(f"/v1/needs/{need['id']}/issue", KEEPER, body, **key) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert (await get(resources, f"/v1/stock-lots/{lot['id']}"))["on_hand"] == 45
    await must_be_sound(resources)


async def test_what_was_handed_out_while_a_release_waited_is_not_released(resources: TestService) -> None:
    await receive(resources, "mask", 5)
    need = await want(resources, {"mask": 5})
    [reservation] = (await get(resources, f"/v1/reservations?need_id={need['id']}"))["items"]
    async with resources.state.database.transaction(EVERYWHERE) as tx:
        ours = await locked(tx, Need, UUID(need["id"]))
        releasing = asyncio.create_task(resources.post(
            f"/v1/reservations/{reservation['id']}/release", KEEPER, {"reason": "not_wanted"},
            **{"Idempotency-Key": "k"}))
        await eventually(lambda: somebody_waits(resources))
        await issue(tx, ours, None, by="keeper", now=datetime.now(UTC))
    answer = await releasing
    assert (answer.status_code, answer.json()["state"]) == (409, "consumed")
    assert (await get(resources, f"/v1/reservations/{reservation['id']}"))["state"] == "consumed"
    await must_be_sound(resources)


async def somebody_waits(resources: TestService) -> bool:
    waiting = "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"
    async with resources.state.database.reading(EVERYWHERE) as session:
        return await session.scalar(text(waiting))
