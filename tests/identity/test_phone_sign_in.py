"""Signing in by a code to one's telephone, over the real API and database."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.identity.browser import ASKED, REDIRECT, Browser, answered
from tests.identity.conftest import RunningIssuer, running_issuer
from tests.identity.people import (
    ELSEWHERE, HOME, accounts, as_admin, ask_code, by_phone, code_for_phone, grant, newest_code, wrong,
)
from tests.identity.test_token_api import NOW, parts_of

pytestmark = pytest.mark.anyio

PHONE = "138 0013 8000"


@pytest.fixture
async def issuer(database_url: str, secrets: Path):
    async with running_issuer(database_url, secrets, web_redirect_uris=(REDIRECT,)) as running:
        running.at(NOW)
        yield running


async def test_an_unknown_telephone_becomes_an_account_that_may_do_nothing_yet(issuer: RunningIssuer) -> None:
    answer = await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    assert answer.status_code == 200, answer.text
    _, claims = parts_of(answer.json()["access_token"])
    assert (claims["grants"], claims["amr"]) == ([], ["sms"])
    [account] = await accounts(issuer)
    assert (str(account.id), account.username, account.community) == (claims["sub"], None, None)
    issuer.at(NOW + timedelta(minutes=1))
    again = await by_phone(issuer, "+8613800138000", await code_for_phone(issuer, "+8613800138000"))
    assert parts_of(again.json()["access_token"])[1]["sub"] == claims["sub"]
    assert len(await accounts(issuer)) == 1


async def test_a_code_opens_once(issuer: RunningIssuer) -> None:
    code = await code_for_phone(issuer, PHONE)
    both = await asyncio.gather(*(by_phone(issuer, PHONE, code) for _ in range(4)))
    assert sorted(answer.status_code for answer in both) == [200, 400, 400, 400]
    assert {answer.json()["error"] for answer in both if answer.status_code == 400} == {"invalid_grant"}


async def test_a_code_lasts_five_minutes_and_only_the_newest_counts(issuer: RunningIssuer) -> None:
    old = await code_for_phone(issuer, PHONE)
    issuer.at(NOW + timedelta(minutes=1))
    new = await code_for_phone(issuer, PHONE)
    assert (await by_phone(issuer, PHONE, old)).status_code == (400 if old != new else 200)
    issuer.at(NOW + timedelta(minutes=6))
    assert (await by_phone(issuer, PHONE, new)).status_code == 400


async def test_five_wrong_tries_burn_a_code_and_two_from_elsewhere_do_not(issuer: RunningIssuer) -> None:
    code = await code_for_phone(issuer, PHONE)
    for _ in range(4):
        assert (await by_phone(issuer, PHONE, wrong(code), ELSEWHERE)).status_code == 400
    assert (await by_phone(issuer, PHONE, code, ELSEWHERE)).status_code == 400, "a stranger has used up their tries"
    assert (await by_phone(issuer, PHONE, code)).status_code == 200
    issuer.at(NOW + timedelta(minutes=1))
    code = await code_for_phone(issuer, PHONE)
    for _ in range(5):
        assert (await by_phone(issuer, PHONE, wrong(code))).status_code == 400
    issuer.at(NOW + timedelta(minutes=2))
    assert (await by_phone(issuer, PHONE, code)).status_code == 400


async def test_the_answer_never_tells_whether_somebody_has_that_telephone(issuer: RunningIssuer) -> None:
    await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    issuer.at(NOW + timedelta(minutes=1))
    known, unknown = await ask_code(issuer, PHONE), await ask_code(issuer, "13900139000")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    code = await newest_code(issuer, PHONE)
    wrongly = await by_phone(issuer, PHONE, wrong(code)), await by_phone(issuer, "13900139001", code)
    assert {(answer.status_code, answer.text) for answer in wrongly} == {(400, wrongly[0].text)}


async def test_asking_again_at_once_is_told_to_wait(issuer: RunningIssuer) -> None:
    await code_for_phone(issuer, PHONE)
    answer = await ask_code(issuer, PHONE)
    assert (answer.status_code, answer.json()["error"], answer.headers["retry-after"]) == (
        429, "temporarily_unavailable", "60")
    assert "13800138000" not in answer.text
    assert (await ask_code(issuer, PHONE, ELSEWHERE)).status_code == 202, "the owner may ask where a stranger has asked"
    issuer.at(NOW + timedelta(seconds=60))
    assert (await ask_code(issuer, PHONE)).status_code == 202


async def test_one_telephone_gets_few_messages_from_many_places_but_its_owner_is_not_kept_waiting(
    issuer: RunningIssuer,
) -> None:
    await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    statuses = [(await ask_code(issuer, PHONE, f"198.51.100.{number}")).status_code for number in range(8)]
    assert statuses == [202] * 5 + [429] * 3
    assert (await ask_code(issuer, PHONE, HOME)).status_code == 202


async def test_where_nobody_registers_themselves_an_unknown_telephone_is_refused(database_url: str, secrets: Path) -> None:
    async with running_issuer(database_url, secrets, self_registration=False) as issuer:
        answer = await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
        assert await accounts(issuer) == []


@pytest.mark.parametrize("phone", ["", "110", "+12025550143", "13800138000\u0000", "x" * 300, {"$ne": 1}, None, 13800138000])
async def test_what_is_no_telephone_is_refused_and_not_repeated(issuer: RunningIssuer, phone) -> None:
    answer = await ask_code(issuer, phone)
    assert answer.status_code in (400, 422) and (not isinstance(phone, str) or len(phone) < 5 or phone not in answer.text)


async def test_somebody_signs_in_by_telephone_on_the_page(issuer: RunningIssuer) -> None:
    browser = Browser(issuer, **{"X-Forwarded-For": HOME})
    await browser.open("/v1/authorize", **ASKED)
    page = await browser.submit("send", phone=PHONE)
    assert page.status_code == 200 and 'role="status"' in page.text
    code = await newest_code(issuer, PHONE)
    assert (await browser.submit("phone", code=wrong(code))).status_code == 400
    assert answered(await browser.submit("phone", code=code))["code"]


async def test_a_telephone_alone_is_not_enough_for_roles_that_need_a_second_factor(issuer: RunningIssuer) -> None:
    await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    [account] = await accounts(issuer)
    for role in ("doctor", "resident"):
        await grant(issuer, str(account.id), role, "yingui")
    issuer.at(NOW + timedelta(minutes=2))
    answer = await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    assert [one["role"] for one in parts_of(answer.json()["access_token"])[1]["grants"]] == ["resident"]


async def test_one_changes_ones_own_telephone_with_a_code_sent_to_the_new_one(issuer: RunningIssuer) -> None:
    first = await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    mine = {"Authorization": f"Bearer {first.json()['access_token']}"}
    new = "13900139000"
    code = await code_for_phone(issuer, new)
    assert (await change(issuer, mine, new, wrong(code))).status_code == 400
    answer = await change(issuer, mine, new, code)
    assert (answer.status_code, answer.json()) == (200, {"phone": "139****9000"})
    issuer.at(NOW + timedelta(minutes=3))
    by_new = await by_phone(issuer, new, await code_for_phone(issuer, new))
    assert parts_of(by_new.json()["access_token"])[1]["sub"] == parts_of(first.json()["access_token"])[1]["sub"]
    by_old = await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    assert parts_of(by_old.json()["access_token"])[1]["sub"] != parts_of(first.json()["access_token"])[1]["sub"]
    issuer.at(NOW + timedelta(minutes=5))
    taken = await change(issuer, mine, PHONE, await code_for_phone(issuer, PHONE))
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:linli:problem:conflict")


async def test_a_token_from_long_ago_changes_nothing(issuer: RunningIssuer) -> None:
    code = await code_for_phone(issuer, PHONE)
    answer = await change(issuer, as_admin(issuer, "resident@yingui") | {}, PHONE, wrong(code))
    assert answer.status_code == 400
    stale = as_admin(issuer, "resident@yingui")
    issuer.at(NOW + timedelta(minutes=9))
    assert (await change(issuer, stale, PHONE, code)).status_code == 400, "within fifteen minutes it is still asked"


async def change(issuer: RunningIssuer, who: dict[str, str], phone: str, code: str):
    return await issuer.client.put(
        "/v1/me/phone", json={"phone": phone, "code": code}, headers=who | {"X-Forwarded-For": HOME})
