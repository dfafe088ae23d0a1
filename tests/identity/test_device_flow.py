"""A screen in the community centre: it shows a code, and somebody signs in for it on their phone (RFC 8628)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.identity.issuer.oauth.models import DEVICE_CODE
from shared.identity.tokens import subject_of_account
from tests.identity.browser import Browser
from tests.identity.conftest import ISSUER, PASSWORD, RunningIssuer
from tests.identity.test_token_api import NOW, parts_of

pytestmark = pytest.mark.anyio

WHO = {"username": "social_worker@yingui", "password": PASSWORD}


class Screen:
    def __init__(self, issuer: RunningIssuer, shown: dict[str, Any]) -> None:
        self.issuer, self.shown = issuer, shown

    async def poll(self, **changes: str) -> httpx.Response:
        form = {"grant_type": DEVICE_CODE, "client_id": "linli-screen", "device_code": self.shown["device_code"]}
        return await self.issuer.ask(**form | changes)

    async def told(self, **changes: str) -> str:
        return (await self.poll(**changes)).json()["error"]

    def wait(self, seconds: float) -> None:
        later = self.issuer.state.clock() + timedelta(seconds=seconds)
        self.issuer.at(later)


@pytest.fixture
async def screen(issuer: RunningIssuer) -> Screen:
    issuer.at(NOW)
    answer = await issuer.client.post("/v1/device_authorization", data={"client_id": "linli-screen"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return Screen(issuer, answer.json())


async def at_forms(screen: Screen, typed: str | None = None) -> Browser:
    browser = Browser(screen.issuer)
    await browser.open("/v1/device")
    await browser.submit("find", user_code=typed or screen.shown["user_code"])
    return browser


async def test_a_screen_goes_on_once_somebody_has_signed_in(screen: Screen) -> None:
    assert screen.shown["verification_uri"] == f"{ISSUER}/v1/device"
    assert (screen.shown["expires_in"], screen.shown["interval"]) == (900, 5)
    assert await screen.told() == "authorization_pending"
    browser = await at_forms(screen, screen.shown["user_code"].lower().replace("-", " "))
    assert screen.shown["user_code"] in browser.page.text and "社区大屏" in browser.page.text
    done = await browser.submit("persona", **WHO)
    assert done.status_code == 200 and 'role="status"' in done.text
    screen.wait(6)
    answer = (await screen.poll()).json()
    _, claims = parts_of(answer["access_token"])
    assert claims["sub"] == str(subject_of_account("social_worker@yingui"))
    assert (claims["client_id"], claims["auth_time"]) == ("linli-screen", int(NOW.timestamp()))
    assert answer["refresh_token"]
    assert await screen.told() == "invalid_grant"


async def test_a_screen_that_is_not_theirs_is_denied(screen: Screen) -> None:
    browser = await at_forms(screen)
    assert "已拒绝" in (await browser.submit("deny")).text
    assert await screen.told() == "access_denied"
    assert (await browser.open("/v1/device")).status_code == 200
    assert (await browser.submit("find", user_code=screen.shown["user_code"])).status_code == 400


async def test_who_asks_too_often_is_slowed_down(screen: Screen) -> None:
    told = []
    for pause in (0, 5, 4, 9, 10):
        screen.wait(pause)
        told.append(await screen.told())
    assert told == ["authorization_pending", "authorization_pending", "slow_down", "slow_down", "slow_down"]
    screen.wait(20)
    assert await screen.told() == "authorization_pending"


async def test_a_code_expires(screen: Screen) -> None:
    screen.wait(900)
    assert await screen.told() == "expired_token"
    assert (await at_forms(screen)).page.status_code == 400


async def test_a_code_of_one_screen_is_nothing_to_another(screen: Screen) -> None:
    assert await screen.told(device_code="another") == "invalid_grant"
    assert await screen.told(client_id="linli-mobile") == "unauthorized_client"
    assert await screen.told(client_id="nobody") == "invalid_client"
    assert await screen.told(device_code="") == "invalid_request"


@pytest.mark.parametrize(("client_id", "error"), [
    ("linli-web", "unauthorized_client"), ("nobody", "invalid_client"), ("", "invalid_client")])
async def test_only_screens_ask_for_a_code(issuer: RunningIssuer, client_id: str, error: str) -> None:
    answer = await issuer.client.post("/v1/device_authorization", data={"client_id": client_id})
    assert answer.json()["error"] == error


@pytest.mark.parametrize("typed", ["BCDF-GHJK", "x", "<script>", "\x00", ""])
async def test_an_unknown_code_is_told_on_the_page(screen: Screen, typed: str) -> None:
    page = (await at_forms(screen, typed or " ")).page
    assert page.status_code == 400 and 'role="alert"' in page.text and "<script" not in page.text


async def test_a_link_with_the_code_only_fills_it_in(screen: Screen) -> None:
    page = await Browser(screen.issuer).open("/v1/device", user_code=screen.shown["user_code"])
    assert f'value="{screen.shown["user_code"]}"' in page.text and 'value="persona"' not in page.text


async def test_a_wrong_password_leaves_the_screen_waiting(screen: Screen) -> None:
    browser = await at_forms(screen)
    page = await browser.submit("persona", username="resident@yingui", password="wrong")
    assert page.status_code == 400
    assert await screen.told() == "authorization_pending"
    await browser.submit("persona", **WHO)
    screen.wait(6)
    assert (await screen.poll()).status_code == 200
