"""Signing in by WeChat, against a server over real HTTP that answers as WeChat does."""

from pathlib import Path

import pytest
from sqlalchemy import text

from shared.reach import EVERYWHERE
from tests.identity.conftest import RunningIssuer, running_issuer
from tests.identity.people import accounts, by_wechat, code_for_phone, wrong
from tests.identity.test_token_api import parts_of
from tests.identity.third_party import SESSION_KEY, ThirdParty, third_party

pytestmark = pytest.mark.anyio

PHONE, OPENID = "13800138000", "oLinli-openid-0123456789abcdef"


@pytest.fixture
async def wechat(anyio_backend: str):
    async with third_party() as party:
        party.answer = {"openid": OPENID, "session_key": SESSION_KEY, "unionid": "u"}
        yield party


@pytest.fixture
async def issuer(database_url: str, secrets: Path, wechat: ThirdParty):
    (secrets / "wechat").write_text("app-secret\n")
    async with running_issuer(database_url, secrets, wechat_app_id="wx1", wechat_secret_file=secrets / "wechat",
                              wechat_base_url=wechat.url) as running:
        yield running


async def link(issuer: RunningIssuer):
    return await by_wechat(issuer, "js", phone=PHONE, phone_code=await code_for_phone(issuer, PHONE))


async def test_whoever_is_new_shows_their_telephone_once(issuer: RunningIssuer, wechat: ThirdParty) -> None:
    first = await by_wechat(issuer, "js-1")
    assert (first.status_code, first.json()["error"]) == (400, "link_required")
    linked = await link(issuer)
    assert linked.status_code == 200, linked.text
    assert parts_of(linked.json()["access_token"])[1]["amr"] == ["wechat", "sms"]
    again = await by_wechat(issuer, "js-2")
    claims = parts_of(again.json()["access_token"])[1]
    assert claims["amr"] == ["wechat"]
    assert [str(account.id) for account in await accounts(issuer)] == [claims["sub"]]
    assert wechat.asked[0]["path"] == "/sns/jscode2session"
    assert wechat.asked[0]["query"] == {
        "appid": "wx1", "secret": "app-secret", "js_code": "js-1", "grant_type": "authorization_code"}


async def test_a_wrong_phone_code_links_nothing(issuer: RunningIssuer) -> None:
    code = await code_for_phone(issuer, PHONE)
    assert (await by_wechat(issuer, "js", phone=PHONE, phone_code=wrong(code))).json()["error"] == "invalid_grant"
    assert (await by_wechat(issuer, "js")).json()["error"] == "link_required"


async def test_a_disabled_account_is_refused(issuer: RunningIssuer) -> None:
    await link(issuer)
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(text("update account set disabled_at = now()"))
    assert (await by_wechat(issuer, "js")).json()["error"] == "invalid_grant"


ANSWERS = [
    (200, {"errcode": 40029, "errmsg": "invalid code"}, 400, "invalid_grant"),
    (200, {"errcode": 40163, "errmsg": "code been used"}, 400, "invalid_grant"),
    (200, {"errcode": -1, "errmsg": "system busy"}, 503, "temporarily_unavailable"),
    (200, {"errcode": 45011}, 503, "temporarily_unavailable"), (500, {}, 503, "temporarily_unavailable"),
    (200, [], 503, "temporarily_unavailable"), (200, {"openid": ""}, 503, "temporarily_unavailable"),
    (200, {"openid": {"a": 1}}, 503, "temporarily_unavailable")]


@pytest.mark.parametrize(("status", "answer", "told", "error"), ANSWERS)
async def test_what_wechat_answers_otherwise(
    issuer: RunningIssuer, wechat: ThirdParty, status: int, answer, told: int, error: str,
) -> None:
    wechat.status, wechat.answer = status, answer
    said = await by_wechat(issuer, "js")
    assert (said.status_code, said.json()["error"]) == (told, error)
    assert ("retry-after" in said.headers) is (told == 503)


async def test_wechat_leads_nowhere_else(issuer: RunningIssuer, wechat: ThirdParty) -> None:
    wechat.status, wechat.location = 302, f"{wechat.url}/elsewhere"
    assert (await by_wechat(issuer, "js")).status_code == 503
    assert [one["path"] for one in wechat.asked] == ["/sns/jscode2session"]


async def test_id_7_the_session_key_and_the_openid_are_nowhere(
    issuer: RunningIssuer, wechat: ThirdParty, capfd: pytest.CaptureFixture,
) -> None:
    """ID-7: session_key appears in no log, response or event, and is not kept."""
    seen = [(await by_wechat(issuer, "js-1")).text, (await link(issuer)).text, (await by_wechat(issuer, "js-2")).text]
    wechat.answer = {"errcode": -1, "session_key": SESSION_KEY}
    seen.append((await by_wechat(issuer, "js-3")).text)
    async with issuer.state.database.reading(EVERYWHERE) as session:
        tables = (await session.exec(text("select relname from pg_class where relnamespace = 'public'::regnamespace "
                                          "and relkind = 'r'"))).scalars().all()
        for table in tables:
            seen.append(str(await session.scalar(text(f'select string_agg(t::text, chr(10)) from "{table}" t'))))
    printed = capfd.readouterr()
    for secret in (SESSION_KEY, OPENID, "app-secret"):
        assert secret not in "".join([*seen, printed.out, printed.err])


async def test_without_an_app_it_is_not_offered(database_url: str, secrets: Path) -> None:
    async with running_issuer(database_url, secrets) as issuer:
        said = (await issuer.client.get("/.well-known/openid-configuration")).json()
        assert not [grant for grant in said["grant_types_supported"] if "wechat" in grant]
        assert (await by_wechat(issuer, "js")).json()["error"] == "unsupported_grant_type"
