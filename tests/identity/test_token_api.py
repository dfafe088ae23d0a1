"""Signing in over HTTP, on a real database, verified as the four services verify."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import update
from sqlmodel import select

from shared.identity.caller import Grant
from shared.identity.issuer.grants.models import AccountGrant
from shared.identity.issuer.models import Account
from shared.identity.issuer.personas import all_personas
from shared.identity.tokens import subject_of_account, subject_of_service
from shared.identity.verifier import Verifier
from shared.reach import EVERYWHERE
from shared.testing import newest_revision
from tests.identity.conftest import ISSUER, PASSWORD, RunningIssuer, as_service, running_issuer
from tests.identity.doubles import KnownKeys

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
SERVICE = {"grant_type": "client_credentials", "client_id": "volunteer",
           "client_secret": "a secret of the volunteer service"}


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    return decoded(header), decoded(claims)


def decoded(segment: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))


async def test_a_persona_signs_in_and_every_service_believes_the_token(issuer: RunningIssuer) -> None:
    answer = await issuer.sign_in("squad_leader@dungen")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json().pop("access_token")
    assert answer.json() == {"access_token": token, "token_type": "Bearer", "expires_in": 600}

    published = (await issuer.client.get("/.well-known/jwks.json")).json()
    caller = await Verifier.of_one(ISSUER, "linli", KnownKeys(*KeySet.import_key_set(published))).verify(token)
    assert caller.subject == str(subject_of_account("squad_leader@dungen"))
    assert caller.grants == (Grant("squad_leader", "dungen"),)
    assert caller.person_id is None


async def test_the_token_is_as_rfc_9068_says(issuer: RunningIssuer) -> None:
    issuer.at(NOW)
    header, claims = parts_of((await issuer.sign_in("resident@yingui")).json()["access_token"])
    published = (await issuer.client.get("/.well-known/jwks.json")).json()["keys"]
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": published[0]["kid"]}
    assert UUID(claims.pop("jti")).version == 7
    assert claims == {
        "iss": ISSUER, "aud": ["linli"], "sub": str(subject_of_account("resident@yingui")), "client_id": "linli",
        "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 600,
        "grants": [{"role": "resident", "community": "yingui"}],
        "amr": ["pwd"], "auth_time": int(NOW.timestamp()),
    }


@pytest.mark.parametrize("username", ["operator", "operator@hub", "Operator＠HUB"])
async def test_an_operator_belongs_to_no_place(issuer: RunningIssuer, username: str) -> None:
    _, claims = parts_of((await issuer.sign_in(username)).json()["access_token"])
    assert claims["grants"] == [{"role": "operator", "community": "*"}]
    assert claims["sub"] == str(subject_of_account("operator"))


async def test_nobody_learns_who_has_an_account(issuer: RunningIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown, wrong and disabled get the same answer after the same work: one verification each."""
    verifications: list[str] = []
    verify = issuer.state.passwords._matches
    monkeypatch.setattr(issuer.state.passwords, "_matches", lambda *asked: verifications.append("") or verify(*asked))
    await change(issuer, update(Account).where(Account.username == "doctor@hub").values(disabled_at=NOW))
    answers = [
        await issuer.sign_in("nobody@hub"),
        await issuer.sign_in("mediator@hub", "wrong"),
        await issuer.sign_in("doctor@hub"),
        await issuer.sign_in("doctor@hub", "wrong"),
    ]
    assert {answer.status_code for answer in answers} == {400}
    assert {answer.text for answer in answers} == {
        '{"error":"invalid_grant","error_description":"用户名或密码不正确"}'}
    assert len(verifications) == len(answers)


async def test_refusals_speak_the_callers_language(issuer: RunningIssuer) -> None:
    answer = await issuer.ask({"Accept-Language": "en"}, grant_type="password", username="nobody", password="x")
    assert answer.json() == {
        "error": "invalid_grant", "error_description": "The username or the password is not right"}
    assert answer.headers["content-language"] == "en"
    assert answer.headers["cache-control"] == "no-store"


GRANTED = [
    ({"valid_to": None}, 600, 1),
    ({"valid_to": NOW + timedelta(minutes=3)}, 180, 1),
    ({"valid_to": NOW + timedelta(hours=3)}, 600, 1),
    ({"valid_to": NOW}, 600, 0),
    ({"valid_from": NOW + timedelta(seconds=1)}, 600, 0),
    ({"valid_from": NOW}, 600, 1),
]


@pytest.mark.parametrize(("period", "seconds", "grants"), GRANTED)
async def test_a_grant_holds_for_its_half_open_period(
    issuer: RunningIssuer, period: dict[str, datetime], seconds: int, grants: int,
) -> None:
    subject = subject_of_account("doctor@hub")
    await change(issuer, update(AccountGrant).where(AccountGrant.account_id == subject).values(**period))
    issuer.at(NOW)
    answer = (await issuer.sign_in("doctor@hub")).json()
    _, claims = parts_of(answer["access_token"])
    assert answer["expires_in"] == claims["exp"] - claims["iat"] == seconds
    assert len(claims["grants"]) == grants


async def test_an_account_may_belong_to_a_person_and_hold_several_grants(issuer: RunningIssuer) -> None:
    person, subject = UUID(int=7), subject_of_account("doctor@hub")
    await change(issuer, update(Account).where(Account.id == subject).values(person_id=person))
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        tx.add(AccountGrant(account_id=subject, role="volunteer", community="yingui"))
    answer = await issuer.client.get("/v1/me", headers=await bearer(issuer, "doctor@hub"))
    assert answer.json() == {"subject": str(subject), "person_id": str(person), "grants": [
        {"role": "doctor", "community": "hub"}, {"role": "volunteer", "community": "yingui"}]}


async def test_a_service_signs_in_with_its_key(issuer: RunningIssuer, secrets: Path) -> None:
    _, claims = parts_of((await issuer.ask(**as_service(secrets))).json()["access_token"])
    assert claims["sub"] == str(subject_of_service("volunteer"))
    assert claims["client_id"] == "volunteer"
    assert claims["grants"] == [{"role": "service", "community": "*"}]


async def test_a_service_is_nobody_else(issuer: RunningIssuer, secrets: Path) -> None:
    """With another's name, with a key that is not deployed, or with a secret."""
    (secrets / "service_keys" / "mediation.json").write_text(json.dumps(ECKey.generate_key("P-256").as_dict(private=False)))
    attempts = [as_service(secrets, name) for name in ("mediation", "eldercare", "../service_keys/volunteer", "nobody")]
    for form in (*attempts, SERVICE, SERVICE | {"client_id": "mediation"}):
        answer = await issuer.ask(**form)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")


async def test_a_changed_key_needs_no_restart(issuer: RunningIssuer, secrets: Path) -> None:
    (secrets / "service_keys" / "volunteer.json").write_text(json.dumps(ECKey.generate_key("P-256").as_dict(private=False)))
    assert (await issuer.ask(**as_service(secrets))).status_code == 401


@pytest.mark.parametrize("name", ["openid-configuration", "oauth-authorization-server"])
async def test_discovery_names_only_what_exists(issuer: RunningIssuer, name: str) -> None:
    said = (await issuer.client.get(f"/.well-known/{name}")).json()
    assert said["issuer"] == ISSUER
    paths = (await issuer.client.get("/openapi.json")).json()["paths"]
    endpoints = [said[key] for key in said if key.endswith(("_endpoint", "_uri"))]
    assert len(endpoints) == 5
    for endpoint in endpoints:
        assert endpoint.removeprefix(ISSUER) in paths
    for grant_type in said["grant_types_supported"]:
        assert (await issuer.ask(grant_type=grant_type)).json()["error"] != "unsupported_grant_type"


PERSON = {"grant_type": "password", "username": "doctor@hub", "password": PASSWORD}
OF_SERVICE = {"grant_type": "client_credentials"}
REFUSED: list[tuple[dict[str, Any], str, int, str]] = [
    ({}, "", 400, "invalid_request"),
    ({"grant_type": ""}, "", 400, "unsupported_grant_type"),
    ({"grant_type": "implicit"}, "", 400, "unsupported_grant_type"),
    ({"grant_type": "PASSWORD"}, "", 400, "unsupported_grant_type"),
    ({"grant_type": "pass\"word"}, "", 400, "invalid_request"),
    ({"grant_type": "口令"}, "", 400, "invalid_request"),
    (PERSON | {"grant_type": ["password", "password"]}, "", 400, "invalid_request"),
    (PERSON | {"device": ["a", "b"]}, "", 400, "invalid_request"),
    (PERSON | {"username": ""}, "", 400, "invalid_request"),
    (PERSON | {"client_id": "nobody"}, "", 401, "invalid_client"),
    (PERSON | {"client_id": "volunteer"}, "", 401, "invalid_client"),
    (PERSON | {"client_id": "nobody\x00"}, "", 400, "invalid_request"),
    (OF_SERVICE, "", 401, "invalid_client"),
    (OF_SERVICE | {"client_id": "volunteer"}, "", 401, "invalid_client"),
    (OF_SERVICE, "Bearer of.some.token", 401, "invalid_client"),
    (OF_SERVICE, "Basic", 401, "invalid_client"),
    (OF_SERVICE, "Basic !!", 401, "invalid_client"),
    (OF_SERVICE, "Basic /w==", 401, "invalid_client"),
    (OF_SERVICE, "Basic AAAA", 401, "invalid_client"),
    (SERVICE, "Basic dm9sdW50ZWVyOngK", 400, "invalid_request"),
    (SERVICE | {"grant_type": "refresh_token"}, "", 401, "invalid_client"),
    ({"grant_type": "refresh_token", "client_id": "linli-mobile"}, "", 400, "invalid_request"),
    ({"grant_type": "refresh_token", "client_id": "linli-mobile", "refresh_token": "a.b"}, "", 400, "invalid_grant"),
    ({"grant_type": "refresh_token", "client_id": "linli-mobile", "refresh_token": "\x00"}, "", 400, "invalid_grant"),
    ({"grant_type": "authorization_code", "client_id": "linli-web", "code": "x"}, "", 400, "invalid_grant"),
    ({"grant_type": "authorization_code", "client_id": "linli-screen", "code": "x"}, "", 400, "unauthorized_client"),
]


@pytest.mark.parametrize(("form", "authorization", "status", "error"), REFUSED)
async def test_refuses_in_the_form_of_rfc_6749(
    issuer: RunningIssuer, form: dict[str, Any], authorization: str, status: int, error: str,
) -> None:
    answer = await issuer.ask({"Authorization": authorization} if authorization else {}, **form)
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"


async def test_production_neither_offers_nor_accepts_passwords(database_url: str, secrets: Any) -> None:
    async with running_issuer(database_url, secrets, persona_password_file=None):
        pass  # which makes the signing key
    async with running_issuer(
        database_url, secrets, environment="production", persona_password_file=None,
    ) as issuer:
        said = (await issuer.client.get("/.well-known/openid-configuration")).json()
        assert "password" not in said["grant_types_supported"]
        assert (await issuer.ask(**PERSON)).json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x", "Basic dm9sdW50ZWVyOng="])
async def test_me_needs_a_token(issuer: RunningIssuer, authorization: str) -> None:
    answer = await issuer.client.get("/v1/me", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:linli:problem:not-signed-in")


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/docs", "/openapi.json"])
async def test_operators_and_developers_find_what_every_service_has(issuer: RunningIssuer, path: str) -> None:
    assert (await issuer.client.get(path)).status_code == 200


async def test_readiness_tells_the_migration(issuer: RunningIssuer) -> None:
    ready = (await issuer.client.get("/readyz")).json()
    assert ready == {
        "service": "identity", "ready": True, "database": "up", "migration": newest_revision("identity"), "nats": "away",
        "outbox_waiting": 0, "outbox_oldest_seconds": 0.0}
    issuer.state.stopping = True
    assert (await issuer.client.get("/readyz")).status_code == 503


async def test_every_persona_can_sign_in(issuer: RunningIssuer) -> None:
    """All share one hash, so one password opens them all."""
    personas = {persona.username: persona for persona in all_personas()}
    async with issuer.state.database.reading(EVERYWHERE) as session:
        rows = (await session.exec(select(Account, AccountGrant).join(AccountGrant))).all()
    assert {account.username: (account.id, account.label, grant.role, grant.community) for account, grant in rows} == {
        name: (persona.subject, persona.label, persona.grant.role, persona.grant.community)
        for name, persona in personas.items()}
    assert len({account.password_hash for account, _ in rows}) == 1
    assert await issuer.state.passwords.matches(PASSWORD, rows[0][0].password_hash)


async def bearer(issuer: RunningIssuer, username: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {(await issuer.sign_in(username)).json()['access_token']}"}


async def change(issuer: RunningIssuer, statement: Any) -> None:
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(statement)
