"""Administrators look after the accounts of their own community, and of nobody who may do more elsewhere."""

import pytest

from tests.identity.conftest import RunningIssuer
from tests.identity.people import accounts, as_admin, by_phone, code_for_phone, grant, new_member

pytestmark = pytest.mark.anyio

PHONE = "13800138000"


async def make(issuer: RunningIssuer, who: dict[str, str], **body):
    return await issuer.client.post("/v1/accounts", json={"community": "yingui"} | body, headers=who)


async def test_an_account_by_telephone_signs_in_by_it(issuer: RunningIssuer) -> None:
    admin = as_admin(issuer, "community_admin@yingui")
    made = await make(issuer, admin, phone=PHONE)
    assert (made.status_code, made.json()["phone"], made.json()["invitation"]) == (201, "138****8000", None)
    assert (await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))).status_code == 200
    assert [str(account.id) for account in await accounts(issuer)] == [made.json()["id"]]
    listed = (await issuer.client.get("/v1/accounts", headers=admin)).json()["items"]
    assert [(one["id"], one["phone"]) for one in listed] == [(made.json()["id"], "138****8000")]
    assert PHONE not in made.text
    again = await make(issuer, admin, phone=PHONE)
    assert again.status_code == 409 and PHONE not in again.text


async def test_somebody_who_registered_themselves_is_taken_in(issuer: RunningIssuer) -> None:
    await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    [registered] = await accounts(issuer)
    made = await make(issuer, as_admin(issuer, "community_admin@yingui"), phone=PHONE)
    assert (made.status_code, made.json()["id"], made.json()["community"]) == (201, str(registered.id), "yingui")


REFUSED = [
    ({}, 422, "body.username"), ({"phone": "110"}, 422, "body.phone"), ({"username": "Wang"}, 422, "body.username"),
    ({"username": "a@yingui"}, 422, "body.username"), ({"username": "x" * 61}, 422, "body.username"),
    ({"username": "wang.fang", "role": "operator"}, 422, "body.role"),
    ({"username": "wang.fang", "password_hash": "x"}, 422, "body.password_hash")]


@pytest.mark.parametrize(("body", "status", "field"), REFUSED)
async def test_what_is_wrong_is_named_and_changes_nothing(
    issuer: RunningIssuer, body: dict[str, str], status: int, field: str,
) -> None:
    answer = await make(issuer, as_admin(issuer, "community_admin@yingui"), **body)
    assert answer.status_code == status
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert await accounts(issuer) == []


async def test_a_name_is_given_once(issuer: RunningIssuer) -> None:
    admin = as_admin(issuer, "community_admin@yingui")
    assert (await make(issuer, admin, username="wang.fang")).status_code == 201
    assert (await make(issuer, admin, username="wang.fang")).status_code == 409


async def test_an_administrator_of_elsewhere_sees_and_changes_nothing(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    elsewhere = as_admin(issuer, "community_admin@dungen")
    assert (await make(issuer, elsewhere, username="li.na")).status_code == 403
    assert (await issuer.client.get("/v1/accounts", headers=elsewhere)).json()["items"] == []
    for act in ("disable", "invitations"):
        answer = await issuer.client.post(f"/v1/accounts/{member.account_id}/{act}", headers=elsewhere)
        assert answer.status_code == 404
    assert (await issuer.client.get(f"/v1/accounts/{member.account_id}", headers=elsewhere)).status_code == 404


async def test_nobody_takes_over_somebody_who_may_do_more_elsewhere(issuer: RunningIssuer) -> None:
    member = await new_member(issuer)
    await grant(issuer, member.account_id, "coordinator", "*")
    admin = as_admin(issuer, "community_admin@yingui")
    for act in ("disable", "invitations"):
        assert (await issuer.client.post(f"/v1/accounts/{member.account_id}/{act}", headers=admin)).status_code == 403
    operator = as_admin(issuer, "operator@*")
    assert (await issuer.client.post(f"/v1/accounts/{member.account_id}/disable", headers=operator)).status_code == 200


async def test_disabling_ends_sessions_at_once_and_for_good(issuer: RunningIssuer) -> None:
    admin = as_admin(issuer, "community_admin@yingui")
    made = (await make(issuer, admin, phone=PHONE)).json()
    token = (await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))).json()
    for _ in range(2):
        gone = await issuer.client.post(f"/v1/accounts/{made['id']}/disable", headers=admin)
        assert gone.status_code == 200 and gone.json()["disabled_at"]
    refreshed = await issuer.ask(grant_type="refresh_token", client_id="linli-mobile", refresh_token=token["refresh_token"])
    assert (refreshed.status_code, refreshed.json()["error"]) == (400, "invalid_grant")
    assert (await issuer.client.post(f"/v1/accounts/{made['id']}/invitations", headers=admin)).status_code == 409


async def test_the_operator_also_sees_whom_nobody_looks_after(issuer: RunningIssuer) -> None:
    await by_phone(issuer, PHONE, await code_for_phone(issuer, PHONE))
    [account] = await accounts(issuer)
    for who, status in (("operator@*", 200), ("community_admin@yingui", 404)):
        read = await issuer.client.get(f"/v1/accounts/{account.id}", headers=as_admin(issuer, who))
        assert read.status_code == status
    mine = await issuer.client.get("/v1/accounts", headers=as_admin(issuer, "community_admin@yingui"))
    assert mine.json()["items"] == []


async def test_the_same_request_again_makes_one_account_and_shows_no_second_invitation(issuer: RunningIssuer) -> None:
    who = as_admin(issuer, "community_admin@yingui") | {"Idempotency-Key": "once"}
    first, again = [await make(issuer, who, username="wang.fang") for _ in "ab"]
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json()["invitation"]["invitation"] and again.json()["invitation"]["invitation"] is None
    path = f"/v1/accounts/{first.json()['id']}"
    for step, secret in (("invitations", "invitation"), ("disable", None)):
        headers = who | {"Idempotency-Key": step}
        first, again = [await issuer.client.post(f"{path}/{step}", headers=headers) for _ in "ab"]
        assert (again.status_code, again.headers["Idempotency-Replayed"]) == (first.status_code, "true")
        assert again.json() == first.json() | ({secret: None} if secret else {})
