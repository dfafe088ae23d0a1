"""The authorization code flow with PKCE: the page, what it refuses, and where it leads."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlmodel import select

from shared.identity.issuer.sessions.models import UserSession
from shared.identity.tokens import subject_of_account
from shared.reach import EVERYWHERE
from tests.identity.browser import ASKED, REDIRECT, VERIFIER, Browser, answered, code_for, form_of
from tests.identity.conftest import ISSUER, PASSWORD, RunningIssuer, running_issuer
from tests.identity.test_token_api import NOW, parts_of

pytestmark = pytest.mark.anyio

WHO = {"username": "resident@yingui", "password": PASSWORD}
EXCHANGE = {"grant_type": "authorization_code", "client_id": "linli-web", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}


@pytest.fixture
async def issuer(database_url: str, secrets: Any) -> AsyncIterator[RunningIssuer]:
    async with running_issuer(database_url, secrets, web_redirect_uris=(REDIRECT,)) as running:
        running.at(NOW)
        yield running


async def exchange(issuer: RunningIssuer, code: str, **changes: str) -> httpx.Response:
    return await issuer.ask(**EXCHANGE | {"code": code} | changes)


async def test_somebody_signs_in_and_the_application_gets_tokens(issuer: RunningIssuer) -> None:
    browser = Browser(issuer)
    await browser.open("/v1/authorize", **ASKED)
    said = answered(await browser.submit("persona", **WHO))
    assert said.pop("state") == "xyz~1"
    answer = await exchange(issuer, **said)
    body = answer.json()
    assert "refresh_token" not in body
    _, claims = parts_of(body["access_token"])
    assert claims["sub"] == str(subject_of_account("resident@yingui"))
    keys = KeySet.import_key_set((await issuer.client.get("/.well-known/jwks.json")).json())
    token = jwt.decode(body["id_token"], keys, algorithms=["ES256"])
    now = int(NOW.timestamp())
    assert token.claims.pop("at_hash")
    assert token.claims == {
        "iss": ISSUER, "aud": ["linli-web"], "sub": claims["sub"], "sid": claims["sid"], "iat": now, "exp": now + 600,
        "auth_time": now, "amr": ["pwd"], "nonce": "n-1"}


async def test_a_browser_keeps_its_refresh_token_where_no_script_reads_it(issuer: RunningIssuer) -> None:
    answer = await exchange(issuer, await code_for(issuer, **WHO))
    cookie = answer.headers["set-cookie"]
    name, _, value = cookie.partition(";")[0].partition("=")
    assert name == "__Host-linli_refresh"
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {
        "httponly", "secure", "samesite=strict", "path=/", "max-age=7776000"}
    form = {"grant_type": "refresh_token", "client_id": "linli-web"}
    held = {"Cookie": f"{name}={value}"}
    without = await issuer.ask(held, **form)
    assert (without.status_code, without.json()["error"]) == (400, "invalid_request")
    answer = await issuer.ask(held | {"X-Linli-Refresh": "1"}, **form)
    assert answer.status_code == 200
    assert value not in answer.headers["set-cookie"]
    gone = await issuer.client.post("/v1/revoke", data={"client_id": "linli-web"}, headers={
        "Cookie": answer.headers["set-cookie"].partition(";")[0], "X-Linli-Refresh": "1"})
    assert gone.status_code == 200
    assert 'linli_refresh="";' in gone.headers["set-cookie"] and "max-age=0" in gone.headers["set-cookie"].lower()


WRONG_EXCHANGES = [
    ({"code_verifier": ""}, "invalid_request"), ({"code_verifier": VERIFIER[::-1]}, "invalid_grant"),
    ({"code_verifier": "short"}, "invalid_request"), ({"redirect_uri": ""}, "invalid_grant"),
    ({"redirect_uri": f"{REDIRECT}/"}, "invalid_grant"), ({"client_id": "linli-mobile"}, "invalid_grant"),
    ({"code": "another"}, "invalid_grant")]


@pytest.mark.parametrize(("changes", "error"), WRONG_EXCHANGES)
async def test_a_code_is_worth_nothing_without_what_belongs_to_it(
    issuer: RunningIssuer, changes: dict[str, str], error: str,
) -> None:
    code = await code_for(issuer, **WHO)
    answer = await exchange(issuer, **{"code": code} | changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert (await exchange(issuer, code)).status_code == 200


async def test_a_code_that_comes_twice_ends_the_session_it_opened(issuer: RunningIssuer) -> None:
    code = await code_for(issuer, **WHO)
    first = await exchange(issuer, code)
    assert (await exchange(issuer, code)).json()["error"] == "invalid_grant"
    async with issuer.state.database.reading(EVERYWHERE) as session:
        row = (await session.exec(select(UserSession))).one()
    assert (str(row.id), row.end_reason) == (parts_of(first.json()["access_token"])[1]["sid"], "code_reused")


async def test_a_code_lasts_a_minute(issuer: RunningIssuer) -> None:
    code = await code_for(issuer, **WHO)
    issuer.at(NOW.replace(minute=1))
    assert (await exchange(issuer, code)).json()["error"] == "invalid_grant"


NOWHERE = [
    {"redirect_uri": "https://evil.example/"}, {"redirect_uri": ""}, {"redirect_uri": f"{REDIRECT}/"},
    {"redirect_uri": f"{REDIRECT}?next=https://evil.example"}, {"redirect_uri": REDIRECT.upper()},
    {"redirect_uri": REDIRECT.replace("https", "http")}, {"redirect_uri": f"{REDIRECT}#"}, {"redirect_uri": f" {REDIRECT}"},
    {"redirect_uri": f"https://app.linli.test%2f@evil.example/"}, {"redirect_uri": "//evil.example"},
    {"redirect_uri": "javascript:alert(1)"}, {"redirect_uri": f'{REDIRECT}"><script>'}, {"redirect_uri": "https://邻里/"},
    {"client_id": "nobody"}, {"client_id": ""}, {"client_id": "nobody\x00"}, {"client_id": "volunteer"}]


@pytest.mark.parametrize("changes", NOWHERE, ids=repr)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nobody_is_ever_sent_to_an_address_that_is_not_registered(
    issuer: RunningIssuer, changes: dict[str, str], method: str,
) -> None:
    answer = await issuer.client.request(method, "/v1/authorize", params=ASKED | changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "evil" not in answer.text and "<script" not in answer.text


TOLD_TO_THE_CLIENT = [
    ({"response_type": "token"}, "unsupported_response_type"), ({"response_type": ""}, "unsupported_response_type"),
    ({"code_challenge": ""}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": ""}, "invalid_request"), ({"code_challenge": "short"}, "invalid_request"),
    ({"nonce": "x" * 201}, "invalid_request"), ({"prompt": "none"}, "login_required")]


@pytest.mark.parametrize(("changes", "error"), TOLD_TO_THE_CLIENT)
async def test_a_client_is_told_what_it_asked_wrongly(issuer: RunningIssuer, changes: dict[str, str], error: str) -> None:
    said = answered(await issuer.client.get("/v1/authorize", params=ASKED | changes))
    assert (said["error"], said["state"]) == (error, "xyz~1")


async def test_a_parameter_that_comes_twice_is_refused(issuer: RunningIssuer) -> None:
    answer = await issuer.client.get("/v1/authorize", params=[*ASKED.items(), ("state", "another")])
    assert answer.status_code == 400


@pytest.mark.parametrize(("language", "lang", "word"), [("zh-CN", "zh-CN", "登录"), ("en", "en", "Sign in"), ("", "zh-CN", "登录")])
async def test_the_page_needs_no_script_and_nothing_from_elsewhere(
    issuer: RunningIssuer, language: str, lang: str, word: str,
) -> None:
    page = await Browser(issuer, **{"Accept-Language": language}).open("/v1/authorize", **ASKED)
    assert f'<html lang="{lang}">' in page.text and word in page.text
    assert "<script" not in page.text and "javascript:" not in page.text and not re.search(r"\son[a-z]+=", page.text)
    assert not re.search(r'(src|href)="(https?:)?//', page.text)
    rules = page.headers["content-security-policy"]
    assert rules.startswith("default-src 'none';") and "unsafe" not in rules and "script-src" not in rules
    assert "form-action 'self' https://app.linli.test" in rules and "frame-ancestors 'none'" in rules
    assert page.headers["cache-control"] == "no-store"
    labels, inputs = page.text.count("<label>"), len(re.findall(r"<input (?!type=\"hidden\")", page.text))
    assert labels == inputs >= 2


async def test_the_language_can_be_changed_on_the_page(issuer: RunningIssuer) -> None:
    browser = Browser(issuer)
    page = await browser.open("/v1/authorize", **ASKED)
    other = re.search(r'<a href="([^"]*)">English</a>', page.text)[1].replace("&amp;", "&")
    assert '<html lang="en">' in (await browser.open(f"/v1/{other}")).text
    answered(await browser.submit("persona", **WHO))


async def test_a_wrong_password_is_told_on_the_page_without_a_word_of_what_was_typed(issuer: RunningIssuer) -> None:
    browser = Browser(issuer)
    await browser.open("/v1/authorize", **ASKED)
    page = await browser.submit("persona", username="resident@yingui", password="wrong-password")
    assert page.status_code == 400 and 'role="alert"' in page.text and "用户名或密码不正确" in page.text
    assert "wrong-password" not in page.text
    answered(await browser.submit("persona", **WHO))


async def test_a_form_counts_only_from_our_page_in_the_same_browser(issuer: RunningIssuer) -> None:
    browser, stranger = Browser(issuer), Browser(issuer)
    page = await browser.open("/v1/authorize", **ASKED)
    await stranger.open("/v1/authorize", **ASKED)
    _, hidden = form_of(page.text, "persona")
    path, typed = f"/v1/authorize?{httpx.QueryParams(ASKED)}", WHO | {"step": "persona"}
    attempts = [
        await browser.client.post(path, data=typed),
        await browser.client.post(path, data=typed | {"csrf": "x"}),
        await stranger.client.post(path, data=typed | hidden),
        await issuer.client.post(path, data=typed | hidden),
        await browser.client.post(path, data=typed | hidden, headers={"Sec-Fetch-Site": "cross-site"}),
        await browser.client.post(path, data=typed | hidden, headers={"Sec-Fetch-Site": "same-site"}),
    ]
    assert {(answer.status_code, "location" in answer.headers) for answer in attempts} == {(403, False)}
    assert (await browser.client.post(path, data=typed | hidden)).status_code == 303
