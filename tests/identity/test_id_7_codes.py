"""ID-7: production refuses what is for development, and codes appear in no log, response or event."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from shared.reach import EVERYWHERE
from tests.identity.conftest import running_issuer
from tests.identity.people import ask_code, by_phone, code_for_phone, wrong
from tests.identity.third_party import third_party

pytestmark = pytest.mark.anyio

PHONE = "13800138000"
PRODUCTION = {"environment": "production", "persona_password_file": None}


async def test_production_refuses_the_development_inbox(database_url: str, secrets: Path) -> None:
    """ID-7."""
    with pytest.raises(ValidationError, match="never in production"):
        async with running_issuer(database_url, secrets, **PRODUCTION, development_inbox=True):
            pass


async def test_production_without_a_gateway_sends_nothing_and_shows_nothing(database_url: str, secrets: Path) -> None:
    """ID-7: nobody set anything, so there is no inbox."""
    async with running_issuer(database_url, secrets, persona_password_file=None):
        pass  # makes the signing key, which production does not
    async with running_issuer(database_url, secrets, **PRODUCTION) as issuer:
        assert (await issuer.client.get("/v1/development/inbox", params={"phone": PHONE})).status_code == 404
        answer = await ask_code(issuer, PHONE)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        said = (await issuer.client.get("/.well-known/openid-configuration")).json()
        assert not [grant for grant in said["grant_types_supported"] if "phone" in grant]
        async with issuer.state.database.reading(EVERYWHERE) as session:
            assert await session.scalar(text("select count(*) from development_inbox")) == 0


async def test_the_gateway_is_told_in_its_own_words_and_nobody_else_is(
    database_url: str, secrets: Path, capfd: pytest.CaptureFixture,
) -> None:
    """ID-7: the code and the telephone are in what the provider gets, and in no log, response or row."""
    (secrets / "sms").write_text("sms-secret\n")
    async with third_party() as provider, running_issuer(
            database_url, secrets, sms_gateway_url=f"{provider.url}/send", sms_secret_file=secrets / "sms",
            sms_header_name="X-Key", sms_template='{"phones": ["{phone}"], "params": {"code": "{code}"}}') as issuer:
        seen = [(await ask_code(issuer, PHONE)).text]
        [asked] = provider.asked
        code = asked["body"]["params"]["code"]
        assert (asked["path"], asked["headers"]["x-key"]) == ("/send", "sms-secret")
        assert asked["body"] == {"phones": ["+8613800138000"], "params": {"code": code}} and len(code) == 6
        seen += [(await by_phone(issuer, PHONE, wrong(code))).text]
        async with issuer.state.database.reading(EVERYWHERE) as session:
            for table in ("phone_code", "development_inbox", "sign_in_tally", "account_phone", "blind_index", "audit_entry"):
                seen.append(str(await session.scalar(text(f"select string_agg(t::text, ' ') from {table} t"))))
        assert (await by_phone(issuer, PHONE, code)).status_code == 200
        assert (await issuer.client.get("/v1/development/inbox", params={"phone": PHONE})).status_code == 404
    printed = capfd.readouterr()
    everything = "".join([*seen, printed.out, printed.err])
    for secret in (PHONE, "sms-secret", f'"{code}"', f" {code}", f",{code},"):
        assert secret not in everything


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_a_gateway_that_fails_is_told_as_away(database_url: str, secrets: Path, status: int) -> None:
    async with third_party() as provider, running_issuer(
            database_url, secrets, sms_gateway_url=provider.url) as issuer:
        provider.status, provider.location = status, f"{provider.url}/elsewhere" if status == 302 else ""
        answer = await ask_code(issuer, PHONE)
        assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
        assert len(provider.asked) == 1


async def test_a_codes_digest_is_worth_nothing_without_the_key(database_url: str, secrets: Path) -> None:
    async with running_issuer(database_url, secrets) as issuer:
        code = await code_for_phone(issuer, PHONE)
        async with issuer.state.database.reading(EVERYWHERE) as session:
            row = await session.scalar(text("select phone_digest || ' ' || code_digest from phone_code"))
    assert code not in row and PHONE not in row and len(row) == 65
