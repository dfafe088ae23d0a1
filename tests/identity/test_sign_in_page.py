"""The sign-in page as people use it: a code on the phone, typed where the number was; tried too often, one waits."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.identity.browser import ASKED, REDIRECT, VERIFIER, Browser, answered, form_of
from tests.identity.conftest import RunningIssuer, running_issuer
from tests.identity.test_token_api import parts_of

pytestmark = pytest.mark.anyio

PHONE = "138 0013 8000"


@pytest.fixture
async def issuer(database_url: str, secrets: Any) -> AsyncIterator[RunningIssuer]:
    async with running_issuer(database_url, secrets, web_redirect_uris=(REDIRECT,)) as running:
        yield running


async def code_on(issuer: RunningIssuer, phone: str = PHONE) -> str:
    inbox = (await issuer.client.get("/v1/development/inbox", params={"phone": phone})).json()
    return inbox[0]["code"]


async def test_somebody_signs_in_with_a_code_on_their_phone(issuer: RunningIssuer) -> None:
    browser = Browser(issuer)
    await browser.open("/v1/authorize", **ASKED)
    page = await browser.submit("send", phone=PHONE)
    assert page.status_code == 200 and 'role="status"' in page.text and 'autocomplete="one-time-code"' in page.text
    code = await code_on(issuer)
    assert code not in page.text and "138" not in str(page.request.url)
    wrong = await browser.submit("phone", code="000000" if code != "000000" else "111111")
    assert wrong.status_code == 400 and 'role="alert"' in wrong.text
    said = answered(await browser.submit("phone", code=code))
    answer = await issuer.ask(grant_type="authorization_code", client_id="linli-web", redirect_uri=REDIRECT,
                              code_verifier=VERIFIER, code=said["code"])
    _, claims = parts_of(answer.json()["access_token"])
    assert (claims["amr"], claims["grants"]) == (["sms"], [])


async def test_a_number_that_is_none_is_asked_for_again(issuer: RunningIssuer) -> None:
    browser = Browser(issuer)
    await browser.open("/v1/authorize", **ASKED)
    page = await browser.submit("send", phone="<script>12")
    assert page.status_code == 400 and 'role="alert"' in page.text and 'name="phone"' in page.text
    assert "<script" not in page.text


async def test_who_asks_for_codes_without_pause_is_told_to_wait(issuer: RunningIssuer) -> None:
    browser = Browser(issuer)
    await browser.open("/v1/authorize", **ASKED)
    pages = [await browser.submit("send", phone=PHONE)]
    while pages[-1].status_code == 200 and len(pages) < 50:
        pages.append(await browser.submit("send", phone=PHONE) if 'value="send"' in browser.page.text else pages[-1])
    assert pages[-1].status_code == 429
    assert int(pages[-1].headers["retry-after"]) > 0


async def test_staff_who_type_something_wrong_are_told_one_sentence(issuer: RunningIssuer) -> None:
    browser = Browser(issuer)
    await browser.open("/v1/authorize", **ASKED)
    page = await browser.submit("staff", username="doctor", password="not-theirs", otp="123456")
    assert page.status_code == 400 and "用户名、密码或身份验证器的数字不正确" in page.text
    assert "not-theirs" not in page.text and form_of(page.text, "staff")
