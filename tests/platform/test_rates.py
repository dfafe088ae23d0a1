"""Who asks too often is told so, and told when to come back; nobody is held up by somebody else."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.eldercare.main import app
from shared.http.edges.budget import WINDOW_SECONDS, Budget, judge
from shared.http.edges.rates import whose_address
from shared.settings import INSIDE
from shared.testing import TestService, bearer, running
from shared.testing.databases import fresh_database
from tests.identity.conftest import running_issuer

pytestmark = pytest.mark.anyio

DOCTOR, NURSE = bearer("doctor@yingui", subject="doctor"), bearer("care_assistant@yingui", subject="nurse")
OURS = bearer("service@*", subject="volunteer")
PERSON, ADDRESS = 5, 3
PATH = "/v1/home-safety-checks"


@pytest.fixture
async def service(anyio_backend: str) -> AsyncIterator[TestService]:
    async with running(
            app, requests_per_minute_of_a_person=PERSON, requests_per_minute_of_an_address=ADDRESS) as service:
        yield service


async def statuses(service: TestService, times: int, headers: dict[str, str]) -> list[int]:
    return [(await service.client.get(PATH, headers=headers)).status_code for _ in range(times)]


async def test_a_person_has_a_budget_of_their_own(service: TestService) -> None:
    assert await statuses(service, PERSON + 2, DOCTOR) == [200] * PERSON + [429] * 2
    assert await statuses(service, PERSON + 1, NURSE) == [200] * PERSON + [429]
    assert await statuses(service, PERSON * 2, OURS) == [403] * PERSON * 2


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "请求太频繁，请稍后再试"), ("en", "Too many requests, try again later")])
async def test_a_refusal_says_how_long_to_wait(service: TestService, language: str, title: str) -> None:
    await statuses(service, PERSON, DOCTOR)
    answer = await service.client.post("/v1/nothing", headers=DOCTOR | {"Accept-Language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert 1 <= int(answer.headers["retry-after"]) <= WINDOW_SECONDS // PERSON
    assert answer.json() == {"type": "urn:linli:problem:too-many-requests", "title": title, "status": 429,
                             "of": "person", "requests": PERSON, "seconds": WINDOW_SECONDS}
    assert answer.headers["x-request-id"]


async def test_every_answer_tells_what_is_left(service: TestService) -> None:
    left = []
    for _ in range(PERSON + 1):
        answer = await service.client.get(PATH, headers=DOCTOR)
        assert answer.headers["ratelimit-policy"] == f'"person";q={PERSON};w={WINDOW_SECONDS}'
        left.append(answer.headers["ratelimit"].partition(";t=")[0])
    assert left == [f'"person";r={count}' for count in (4, 3, 2, 1, 0, 0)]


def from_(address: str, **more: str) -> dict[str, str]:
    return {"X-Forwarded-For": address} | more


@pytest.mark.parametrize("claimed", [
    {}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer"}])
async def test_without_a_valid_token_it_is_the_address_that_counts(service: TestService, claimed: dict[str, str]) -> None:
    assert await statuses(service, ADDRESS + 1, from_("203.0.113.5", **claimed)) == [401] * ADDRESS + [429]
    assert await statuses(service, 1, from_("203.0.113.6", **claimed)) == [401]
    assert await statuses(service, 1, from_("203.0.113.5") | DOCTOR) == [200]


async def test_a_stranger_uses_up_nobodys_budget(service: TestService) -> None:
    forged = DOCTOR["Authorization"][:-4] + "AAAA"
    await statuses(service, ADDRESS * 3, from_("203.0.113.7", Authorization=forged))
    assert await statuses(service, 1, from_("203.0.113.7") | DOCTOR) == [200]


async def test_health_is_free(service: TestService) -> None:
    assert {(await service.client.get(path)).status_code for path in ["/livez", "/docs"] * ADDRESS * 2} == {200}


async def test_who_signs_in_too_often_from_one_address_waits(tmp_path: Path) -> None:
    (tmp_path / "persona_password").write_text("x")
    async with (fresh_database("identity") as url,
                running_issuer(url, tmp_path, requests_per_minute_of_an_address=ADDRESS) as issuer):
        answers: list[httpx.Response] = [await issuer.sign_in("mediator@hub", "wrong") for _ in range(ADDRESS + 1)]
    assert [answer.status_code for answer in answers] == [400] * ADDRESS + [429]
    assert answers[-1].headers["retry-after"]


@pytest.mark.parametrize(("peer", "forwarded", "whose"), [
    ("10.0.0.9", "203.0.113.5", "203.0.113.5"),
    ("127.0.0.1", "6.6.6.6, 203.0.113.5", "203.0.113.5"),
    ("198.51.100.1", "203.0.113.5", "198.51.100.1"),
    ("10.0.0.9", "", "10.0.0.9"),
    ("10.0.0.9", "<script>", "10.0.0.9"),
    ("10.0.0.9", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("10.0.0.9", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    ("", "203.0.113.5", ""),
])
def test_only_the_gateway_says_who_is_behind_it(peer: str, forwarded: str, whose: str) -> None:
    assert whose_address(peer, forwarded, INSIDE) == whose


def test_where_the_gateway_is_can_be_told() -> None:
    assert whose_address("10.0.0.9", "203.0.113.5", (ip_network("10.9.0.0/16"),)) == "10.0.0.9"


@given(st.integers(1, 500), st.lists(st.floats(0, 300), min_size=1, max_size=300))
def test_nobody_gets_more_than_their_share(most: int, moments: list[float]) -> None:
    """In any stretch of time: a full bucket, and what has flowed into it meanwhile."""
    budget, allowed = Budget(most), []
    for now in sorted(moments):
        if budget.take("somebody", now).allowed:
            allowed.append(now)
    for first, begun in enumerate(allowed):
        for count, now in enumerate(allowed[first:], start=1):
            assert count <= most + (now - begun) * most / WINDOW_SECONDS + 1e-3


@given(st.integers(1, 500), st.floats(0, 1000))
def test_who_waits_as_long_as_told_is_let_in(most: int, now: float) -> None:
    full_at = now
    for _ in range(most):
        verdict, full_at = judge(full_at, now, most)
        assert verdict.allowed
    refused, unchanged = judge(full_at, now, most)
    assert (refused.allowed, refused.remaining, unchanged) == (False, 0, full_at)
    assert judge(full_at, now + refused.seconds + 1e-6, most)[0].allowed
