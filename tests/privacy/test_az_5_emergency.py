"""AZ-5: in an emergency one person's file is opened for an hour, and everything about that leaves a trace."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.keys import Keys
from services.resources.main import app
from services.resources.rights.emergency import rules
from services.resources.rights.emergency.actions import ending
from shared.clock import system_clock
from shared.http.problems import NotAllowed
from shared.jobs import run_once
from shared.testing import TestService, bearer, running
from tests.privacy.conftest import open_community

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ACCESSES = "/v1/emergency-accesses"
WORKER = bearer("social_worker@yingui", subject="worker")
SUPERVISOR = bearer("supervisor@yingui", subject="supervisor")
REASON = {"reason": "threat_to_life", "why": "电话无人接听，邻居听到摔倒声"}
NAME, PHONE = "何秀兰", "13800005678"


class Clock:
    """The service's own; tokens are judged by the real one, so it starts now."""

    def __init__(self) -> None:
        self.now = system_clock()

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def register(anyio_backend: str, keys: Keys, clock: Clock) -> AsyncIterator[TestService]:
    async with running(app, clock=clock, audit_key_file=keys.audit_key("resources")) as service:
        await open_community(service)
        yield service


def doctor(clock: Clock, *, amr: tuple[str, ...] = ("pwd", "otp", "mfa"), ago: int = 60, **more: Any) -> dict[str, str]:
    signed_in = clock() - timedelta(seconds=ago)
    return bearer(more.pop("grant", "doctor@yingui"), subject=more.pop("subject", "doctor"), amr=amr, auth_time=signed_in)


async def resident(service: TestService) -> str:
    body = {"community": "yingui", "name": NAME, "phones": [PHONE],
            "family": [{"name": "何丽", "relation": "女儿", "phones": ["13900001234"]}]}
    return (await service.post("/v1/residents", WORKER, body)).json()["id"]


async def opened(service: TestService, clock: Clock) -> dict[str, Any]:
    answer = await service.post(ACCESSES, doctor(clock), {"resident_id": await resident(service)} | REASON)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(("amr", "ago", "may"), [
    (("pwd", "otp", "mfa"), 0, True), (("otp",), 300, True), (("mfa",), 299, True),
    (("otp",), 301, False), (("otp",), -31, False), (("pwd",), 10, False), (("sms",), 10, False), ((), None, False),
    (("otp",), None, False),
])
def test_a_second_factor_is_fresh_for_five_minutes(amr: tuple[str, ...], ago: int | None, may: bool) -> None:
    """AZ-5."""
    auth_time = None if ago is None else int(NOW.timestamp()) - ago
    if may:
        rules.must_have_second_factor(amr, auth_time, NOW)
        return
    with pytest.raises(NotAllowed):
        rules.must_have_second_factor(amr, auth_time, NOW)


async def test_without_reason_second_factor_or_role_nobody_gets_in(register: TestService, clock: Clock) -> None:
    """AZ-5."""
    body = {"resident_id": await resident(register)} | REASON
    refused = {
        "no reason": (doctor(clock), body | {"reason": None}),
        "a reason nobody knows": (doctor(clock), body | {"reason": "curious"}),
        "no words": (doctor(clock), body | {"why": None}),
        "no second factor": (doctor(clock, amr=("pwd",)), body),
        "one of an hour ago": (doctor(clock, ago=3600), body),
        "a role without it": (doctor(clock, grant="volunteer@yingui"), body),
    }
    for why, (who, wanted) in refused.items():
        assert (await register.post(ACCESSES, who, wanted)).status_code == 403, why
    elsewhere = doctor(clock, grant="doctor@dungen")
    assert (await register.post(ACCESSES, elsewhere, body)).status_code == 404
    assert await register.said("resources.emergency_access.opened.v1") == []


async def test_start_each_read_and_stop_are_entered(register: TestService, clock: Clock) -> None:
    """AZ-5."""
    access = await opened(register, clock)
    path = f"{ACCESSES}/{access['id']}"
    for _ in range(3):
        answer = await register.get(f"{path}/file", doctor(clock))
        assert answer.status_code == 200, answer.text
        assert (answer.json()["resident"]["name"], answer.json()["resident"]["phones"]) == (NAME, [PHONE])
        assert answer.headers["emergency-access-until"]
    for other in (doctor(clock, subject="another doctor"), doctor(clock, grant="social_worker@yingui", subject="worker")):
        assert (await register.get(f"{path}/file", other)).status_code == 404, "for whoever opened it alone"
    assert (await register.post(f"{path}/end", doctor(clock))).status_code == 200
    assert (await register.get(f"{path}/file", doctor(clock))).status_code == 403

    about = [entry for entry in await register.entered() if str(entry.resident_id) == access["resident_id"]]
    trace = [(entry.actor, entry.action) for entry in about if "emergency" in entry.body]
    assert trace == [("doctor", "resources.emergency_access.opened.v1"), *[("doctor", "resident.read")] * 3,
                     ("doctor", "resources.emergency_access.ended.v1")]
    told = await register.said("resources.emergency_access.opened.v1", "resources.emergency_access.ended.v1")
    assert [row.data.get("because") for row in told] == [None, "by_hand"]
    assert not any(NAME in str(row.data) or "摔倒" in str(row.data) for row in told)


async def test_it_ends_by_itself_after_sixty_minutes(register: TestService, clock: Clock) -> None:
    """AZ-5: by the clock at once, whether or not the job has run; the job says so."""
    access = await opened(register, clock)
    path = f"{ACCESSES}/{access['id']}"
    clock.go_on(minutes=59, seconds=59)
    assert (await register.get(f"{path}/file", doctor(clock))).status_code == 200
    clock.go_on(seconds=1)
    late = await register.get(f"{path}/file", doctor(clock))
    assert (late.status_code, late.json()["type"]) == (403, "urn:linli:problem:emergency-access-ended")
    await run_once(ending, register.state.database, clock(), register.state.relay.wake)
    seen = (await register.get(path, SUPERVISOR)).json()
    assert (seen["ended_because"], seen["ended_at"], seen["reads"]) == ("time", access["ends_at"], 1)
    again = {"resident_id": access["resident_id"]} | REASON
    assert (await register.post(ACCESSES, doctor(clock), again)).status_code == 201


async def test_another_person_judges_it_and_the_elder_is_told(register: TestService, clock: Clock) -> None:
    """AZ-5."""
    access = await opened(register, clock)
    path = f"{ACCESSES}/{access['id']}"
    due = datetime.fromisoformat(access["review_due_at"]) - datetime.fromisoformat(access["opened_at"])
    assert due == timedelta(hours=72)
    waiting = (await register.get(f"{ACCESSES}?unreviewed=true&untold=true", SUPERVISOR)).json()["items"]
    assert [one["id"] for one in waiting] == [access["id"]]
    verdict = {"verdict": "justified", "note": "已送医"}
    itself = bearer("supervisor@yingui", subject="doctor")
    assert (await register.post(f"{path}/review", itself, verdict)).status_code == 409, "nobody judges their own"
    assert (await register.post(f"{path}/review", WORKER, verdict)).status_code == 403
    assert (await register.post(f"{path}/review", SUPERVISOR, verdict)).status_code == 200
    assert (await register.post(f"{path}/review", SUPERVISOR, verdict)).status_code == 409
    told = {"told_to": "family", "channel": "phone"}
    assert (await register.post(f"{path}/confirm-told", WORKER, told)).status_code == 200
    assert (await register.get(f"{ACCESSES}?unreviewed=true", SUPERVISOR)).json()["items"] == []
    assert (await register.get(f"{ACCESSES}?untold=true", SUPERVISOR)).json()["items"] == []
    [said] = await register.said("resources.emergency_access.reviewed.v1")
    assert said.data["verdict"] == "justified"

    herself = bearer("resident@yingui", subject="xiulan", person_id=access["resident_id"])
    [seen] = (await register.get(ACCESSES, herself)).json()["items"]
    assert (seen["opened_by"], seen["verdict"], seen["told_to"]) == ("doctor", "justified", "family")


async def test_one_at_a_time(register: TestService, clock: Clock) -> None:
    access = await opened(register, clock)
    again = {"resident_id": access["resident_id"]} | REASON
    answer = await register.post(ACCESSES, doctor(clock), again)
    assert (answer.status_code, answer.json()["access_id"]) == (409, access["id"])
