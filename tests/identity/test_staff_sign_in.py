"""Staff: an invitation, a password, an authenticator; and what happens to whoever guesses."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from shared.identity.issuer.refusals import InvalidGrant, Refused, TooManyTries
from shared.reach import EVERYWHERE
from tests.identity.browser import ASKED, REDIRECT, VERIFIER, Browser, answered
from tests.identity.conftest import RunningIssuer, running_issuer
from tests.identity.people import ELSEWHERE, HOME, PASSWORD, Member, as_admin, new_member, wrong
from tests.identity.test_token_api import NOW, parts_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def issuer(database_url: str, secrets: Path):
    async with running_issuer(database_url, secrets, web_redirect_uris=(REDIRECT,)) as running:
        running.at(NOW)
        yield running


async def signed_in(issuer: RunningIssuer, member: Member) -> dict[str, Any]:
    """Claims, by the page and its code."""
    browser = Browser(issuer, **{"X-Forwarded-For": HOME})
    await browser.open("/v1/authorize", **ASKED)
    said = answered(await browser.submit("staff", username=member.username, password=PASSWORD, otp=member.code()))
    answer = await issuer.ask(grant_type="authorization_code", client_id="linli-web", redirect_uri=REDIRECT,
                              code_verifier=VERIFIER, code=said["code"])
    return answer.json()


async def test_a_doctor_signs_in_with_three_things_and_has_their_role(issuer: RunningIssuer) -> None:
    member = await new_member(issuer, "wang.fang", "doctor")
    _, claims = parts_of((await signed_in(issuer, member))["access_token"])
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert [one["role"] for one in claims["grants"]] == ["doctor"]


WRONG = [{"password": "another password"}, {"code": "000000"}, {"code": ""}, {"code": "x"}, {"code": "ABCDEFGHJKMN"},
         {"password": PASSWORD.upper()}, {"password": "x" * 5000}]


@pytest.mark.parametrize("changes", WRONG)
async def test_whatever_is_wrong_the_answer_is_the_same(issuer: RunningIssuer, changes: dict[str, str]) -> None:
    member = await new_member(issuer)
    with pytest.raises(Refused) as refused:
        await member.prove(**changes)
    stranger = Member(issuer, "nobody.here", "")
    with pytest.raises(InvalidGrant) as unknown:
        await stranger.prove()
    assert refused.value.status == 400
    assert refused.value.description == unknown.value.description or changes.get("code") == ""


async def test_a_code_counts_once_also_when_it_comes_twice_at_once(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    tries = await asyncio.gather(*(member.prove() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, InvalidGrant) for one in tries) == 3
    issuer.at(NOW + timedelta(seconds=30))
    assert (await member.prove()).amr == ("pwd", "otp", "mfa")


async def test_a_recovery_code_opens_once(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    assert len(set(member.recovery_codes)) == 10
    assert (await member.prove(code=member.recovery_codes[0].lower())).amr == ("pwd", "mfa")
    with pytest.raises(InvalidGrant):
        await member.prove(code=member.recovery_codes[0])
    await member.prove(code=member.recovery_codes[1])


async def test_a_stranger_who_guesses_waits_longer_and_longer_and_the_owner_does_not(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    await member.prove()
    for _ in range(5):
        with pytest.raises(InvalidGrant):
            await member.prove("a guess", "000000", ELSEWHERE)
    with pytest.raises(TooManyTries) as slowed:
        await member.prove("a guess", "000000", ELSEWHERE)
    assert (slowed.value.status, slowed.value.headers) == (429, {"Retry-After": "30"})
    issuer.at(NOW + timedelta(seconds=30))
    assert await member.prove(), "the owner signs in from home meanwhile"
    with pytest.raises(InvalidGrant):
        await member.prove("a guess", "000000", ELSEWHERE)
    with pytest.raises(TooManyTries) as slowed:
        await member.prove("a guess", "000000", ELSEWHERE)
    assert slowed.value.headers == {"Retry-After": "60"}


async def test_the_owner_also_gets_in_from_a_new_place_while_strangers_guess(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    for stranger in range(40):
        with pytest.raises(InvalidGrant):
            await member.prove("a guess", "000000", f"198.51.100.{stranger}")
    assert await member.prove(address="192.0.2.1")


async def test_many_at_once_are_as_many_tries(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    tries = await asyncio.gather(
        *(member.prove("a guess", "000000", ELSEWHERE) for _ in range(12)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in tries) == ["TooManyTries"] * 7 + ["WrongCredentials"] * 5


async def test_what_was_tried_outlives_a_restart_and_holds_in_every_replica(database_url: str, secrets: Path) -> None:
    async with running_issuer(database_url, secrets) as first, running_issuer(database_url, secrets) as second:
        first.at(NOW)
        second.at(NOW)
        member = await new_member(first)
        for _ in range(5):
            with pytest.raises(InvalidGrant):
                await member.prove("a guess", "000000", ELSEWHERE)
        member.issuer = second
        with pytest.raises(TooManyTries):
            await member.prove("a guess", "000000", ELSEWHERE)


async def test_an_invitation_is_good_once_and_for_three_days(issuer: RunningIssuer) -> None:
    made = await issuer.client.post("/v1/accounts", json={"community": "yingui", "username": "li.na"},
                                    headers=as_admin(issuer, "community_admin@yingui"))
    invitation = made.json()["invitation"]["invitation"]
    weak = await open_with(issuer, invitation, "li.na-li.na")
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (422, "body.password")
    assert (await open_with(issuer, invitation[:-1] + "x", PASSWORD)).status_code == 400
    member = Member(issuer, "li.na", made.json()["id"])
    await member.enrol(invitation)
    assert (await open_with(issuer, invitation, PASSWORD)).status_code == 400
    again = await issuer.client.post(f"/v1/accounts/{member.account_id}/invitations",
                                     headers=as_admin(issuer, "community_admin@yingui"))
    with pytest.raises(InvalidGrant):
        await member.prove()
    issuer.at(NOW + timedelta(days=3))
    assert (await open_with(issuer, again.json()["invitation"], PASSWORD)).status_code == 400


async def open_with(issuer: RunningIssuer, invitation: str, password: str):
    return await issuer.client.post("/v1/sign-in/invitations/open", json={"invitation": invitation, "password": password})


async def test_changing_the_password_ends_the_other_sessions(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    mine, other = [], []
    for sessions in (other, mine):
        sessions.append({"Authorization": f"Bearer {(await signed_in(issuer, member))['access_token']}"})
        issuer.at(issuer.state.clock() + timedelta(seconds=60))
    new = {"password": PASSWORD, "code": member.code(), "new_password": "eight small boats"}
    bad = await issuer.client.post("/v1/me/password", json=new | {"password": "wrong"}, headers=mine[0])
    assert bad.status_code == 400
    changed = await issuer.client.post("/v1/me/password", json=new, headers=mine[0])
    assert changed.status_code == 204, changed.text
    open_ones = (await issuer.client.get("/v1/sessions", headers=mine[0])).json()
    assert [one["current"] for one in open_ones] == [True]
    issuer.at(issuer.state.clock() + timedelta(seconds=60))
    with pytest.raises(InvalidGrant):
        await member.prove()
    await member.prove("eight small boats")


async def test_a_new_authenticator_takes_over_once_it_is_confirmed(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    headers = {"Authorization": f"Bearer {(await signed_in(issuer, member))['access_token']}"}
    issuer.at(NOW + timedelta(minutes=1))
    opened = await issuer.client.post(
        "/v1/me/second-factor", json={"password": PASSWORD, "code": member.code()}, headers=headers)
    assert opened.status_code == 200, opened.text
    issuer.at(NOW + timedelta(minutes=2))
    await member.prove()
    from pyotp import parse_uri

    old, member.totp = member.totp, parse_uri(opened.json()["otpauth_uri"])
    assert (await confirm(issuer, headers, wrong(member.code()))).status_code == 400
    assert len((await confirm(issuer, headers, member.code())).json()["recovery_codes"]) == 10
    issuer.at(NOW + timedelta(minutes=3))
    await member.prove()
    member.totp = old
    issuer.at(NOW + timedelta(minutes=4))
    with pytest.raises(InvalidGrant):
        await member.prove()


async def confirm(issuer: RunningIssuer, headers: dict[str, str], code: str):
    return await issuer.client.post("/v1/me/second-factor/confirm", json={"code": code}, headers=headers)


async def test_no_secret_lies_in_the_database_as_it_is(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    dump = ""
    async with issuer.state.database.reading(EVERYWHERE) as session:
        for table in ("account", "second_factor", "recovery_code", "invitation", "sign_in_tally"):
            dump += str(await session.scalar(text(f"select string_agg(t::text, ' ') from {table} t")))
    assert "$argon2id$" in dump and ".A256GCM." in dump
    for secret in (member.totp.secret, PASSWORD, HOME, *(code.replace("-", "") for code in member.recovery_codes)):
        assert secret not in dump
