"""Who may register a client, and how a registered one shows who it is: by its secret, or by a signed assertion."""

import base64
import hmac
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from sqlmodel import col, select, update

from shared.identity.issuer.oauth.models import OAuthClient
from shared.identity.issuer.sessions.models import UserSession
from shared.identity.tables import Outbox
from shared.reach import EVERYWHERE
from tests.identity.browser import Browser
from tests.identity.conftest import ISSUER, RunningIssuer
from tests.identity.test_sessions_api import signed_in
from tests.identity.test_token_api import bearer, parts_of

pytestmark = pytest.mark.anyio

KEY, OTHER, RSA = ECKey.generate_key("P-256"), ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Operator:
    def __init__(self, issuer: RunningIssuer, headers: dict[str, str]) -> None:
        self.issuer, self.headers = issuer, headers

    async def register(self, **body: Any) -> httpx.Response:
        return await self.issuer.client.post("/v1/clients", json={"id": "dashboard", "label": "看板"} | body, headers=self.headers)

    async def disable(self, client_id: str) -> httpx.Response:
        return await self.issuer.client.post(f"/v1/clients/{client_id}/disable", headers=self.headers)

    async def with_key(self, key: Any = KEY) -> None:
        answer = await self.register(communities=["yingui", "dungen"], jwks={"keys": [key.as_dict(private=False)]})
        assert answer.status_code == 201, answer.text
        assert answer.json()["client_secret"] is None


@pytest.fixture
async def operator(issuer: RunningIssuer) -> AsyncIterator[Operator]:
    yield Operator(issuer, await bearer(issuer, "operator"))


def assertion(key: Any = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": "dashboard", "sub": "dashboard", "aud": f"{ISSUER}/v1/token", "jti": str(uuid4()), "iat": now,
              "exp": now + 60} | changes
    alg = {"EC": "ES256", "RSA": "RS256"}[key.key_type]
    return jwt.encode({"alg": alg} | (header or {}), {name: value for name, value in claims.items() if value is not None},
                      key, algorithms=["ES256", "RS256", "PS256"])


def signed_with_public_key() -> str:
    """The classic confusion: a public key taken for the secret of an HMAC."""
    text = f"eyJhbGciOiJIUzI1NiJ9.{assertion().split('.')[1]}"
    signature = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


async def by_assertion(issuer: RunningIssuer, signed: str) -> httpx.Response:
    return await issuer.ask(grant_type="client_credentials", client_assertion_type=ASSERTION, client_assertion=signed)


async def test_an_integrator_with_a_secret_gets_tokens_for_its_communities(operator: Operator) -> None:
    registered = (await operator.register(communities=["yingui"])).json()
    secret = registered["client_secret"]
    assert len(secret) >= 43
    answer = await operator.issuer.ask(grant_type="client_credentials", client_id="dashboard", client_secret=secret)
    _, claims = parts_of(answer.json()["access_token"])
    assert claims["client_id"] == "dashboard" and "sid" not in claims and "refresh_token" not in answer.json()
    assert claims["grants"] == [{"role": "integrator", "community": "yingui"}]
    wrong = await operator.issuer.ask(grant_type="client_credentials", client_id="dashboard", client_secret=secret + "x")
    assert wrong.json()["error"] == "invalid_client"
    async with operator.issuer.state.database.reading(EVERYWHERE) as session:
        row = (await session.exec(select(OAuthClient).where(OAuthClient.id == "dashboard"))).one()
    assert secret not in repr(row.model_dump())


@pytest.mark.parametrize("key", [KEY, RSA], ids=["ES256", "RS256"])
async def test_an_integrator_with_a_key_signs(operator: Operator, key: Any) -> None:
    await operator.with_key(key)
    answer = await by_assertion(operator.issuer, assertion(key))
    assert answer.status_code == 200, answer.text
    assert [grant["community"] for grant in parts_of(answer.json()["access_token"])[1]["grants"]] == ["dungen", "yingui"]


async def test_an_assertion_is_good_once(operator: Operator) -> None:
    await operator.with_key()
    signed = assertion()
    assert (await by_assertion(operator.issuer, signed)).status_code == 200
    assert (await by_assertion(operator.issuer, signed)).status_code == 401


WRONG = {
    "another key": assertion(OTHER),
    "another audience": assertion(aud="https://elsewhere.example"),
    "no audience": assertion(aud=None),
    "expired": assertion(exp=int(time.time()) - 120),
    "never expires": assertion(exp=None),
    "expires in a year": assertion(exp=int(time.time()) + 31_536_000),
    "no jti": assertion(jti=None),
    "a jti that is no text": assertion(jti=7),
    "a jti that cannot be stored": assertion(jti="\x00"),
    "of somebody else": assertion(iss="another"),
    "for somebody else": assertion(sub="volunteer"),
    "for nobody": assertion(sub=None),
    "for a number": assertion(sub=7),
    "HS256 with the public key": signed_with_public_key(),
    "no signature": assertion().rpartition(".")[0] + ".",
    "no token": "hello",
    "a header of a list": "W10.e30.",
    "an alg of a list": "eyJhbGciOlsiRVMyNTYiXX0.eyJzdWIiOiJkYXNoYm9hcmQifQ.AA",
}


@pytest.mark.parametrize("signed", WRONG.values(), ids=WRONG.keys())
async def test_any_other_assertion_is_refused(operator: Operator, signed: str) -> None:
    await operator.with_key()
    answer = await by_assertion(operator.issuer, signed)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_an_application_of_people_is_registered_with_its_addresses(operator: Operator) -> None:
    answer = await operator.register(redirect_uris=["https://app.example/cb"])
    assert (answer.json()["auth_method"], answer.json()["client_secret"]) == ("none", None)
    asked = {"response_type": "code", "client_id": "dashboard", "redirect_uri": "https://app.example/cb",
             "code_challenge": "x" * 43, "code_challenge_method": "S256"}
    assert "看板" in (await Browser(operator.issuer).open("/v1/authorize", **asked)).text
    first_party = await operator.issuer.ask(grant_type="password", client_id="dashboard", username="resident@yingui", password="x")
    assert first_party.json()["error"] in ("unauthorized_client", "invalid_grant")


@pytest.mark.parametrize(("body", "field"), [
    ({}, "communities"), ({"redirect_uris": ["http://app.example/"]}, "redirect_uris"), ({"communities": ["Ü"]}, "communities.0"),
    ({"communities": ["yingui"], "first_party": True}, "first_party"), ({"communities": ["yingui"], "id": "X"}, "id")])
async def test_a_wrong_registration_names_the_field(operator: Operator, body: dict[str, Any], field: str) -> None:
    answer = await operator.register(**body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].removeprefix("body.").startswith(field), answer.text


async def test_an_id_is_taken_once(operator: Operator) -> None:
    await operator.with_key()
    assert (await operator.register(communities=["yingui"])).status_code == 409


@pytest.mark.parametrize("username", ["community_admin@yingui", "coordinator@hub", "auditor", "integrator"])
async def test_only_operators_register(issuer: RunningIssuer, username: str) -> None:
    answer = await Operator(issuer, await bearer(issuer, username)).register(communities=["yingui"])
    assert answer.status_code == 403


async def test_a_disabled_client_gets_no_further_token(operator: Operator) -> None:
    await operator.with_key()
    assert (await operator.disable("dashboard")).json()["disabled_at"]
    assert (await by_assertion(operator.issuer, assertion())).status_code == 401
    assert (await operator.disable("nobody")).status_code == 404
    assert (await operator.disable("linli-web")).status_code == 409
    listed = (await operator.issuer.client.get("/v1/clients", headers=operator.headers)).json()
    assert {client["id"] for client in listed} == {"dashboard", "linli-mobile", "linli-screen", "linli-web"}


async def test_a_secret_is_shown_once_and_the_same_registration_again_is_one(operator: Operator) -> None:
    key = {"Idempotency-Key": "once"}
    body = {"id": "dashboard", "label": "看板", "communities": ["yingui"]}
    first, again = [await operator.issuer.client.post("/v1/clients", json=body, headers=operator.headers | key) for _ in "ab"]
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json()["client_secret"]
    assert again.json() == first.json() | {"client_secret": None}


async def refused_at_once(operator: Operator, token: dict[str, Any]) -> bool:
    """By the issuer, which reads the same table as every service."""
    await operator.issuer.state.verifier.has_ended.__self__.look()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return (await operator.issuer.client.get("/v1/me", headers=headers)).status_code == 401


async def test_tokens_of_a_disabled_client_are_ended_by_an_event(operator: Operator) -> None:
    await operator.with_key()
    token = (await by_assertion(operator.issuer, assertion())).json()
    assert not await refused_at_once(operator, token)
    await operator.disable("dashboard")
    await operator.disable("dashboard")
    assert await refused_at_once(operator, token)
    async with operator.issuer.state.database.reading(EVERYWHERE) as session:
        said = (await session.exec(select(Outbox).where(Outbox.type == "identity.session.revoked.v1"))).all()
    assert [(row.data["account_id"], row.data["reason"]) for row in said] == [(parts_of(token["access_token"])[1]["sub"], "client_disabled")]


async def test_whoever_signed_in_with_a_disabled_client_is_signed_out_and_nobody_else(operator: Operator) -> None:
    mine, others = [await signed_in(operator.issuer) for _ in "ab"]
    await operator.register(redirect_uris=["https://app.example/cb"])
    async with operator.issuer.state.database.transaction(EVERYWHERE) as tx:
        await tx.exec(update(UserSession).where(col(UserSession.id) == mine.sid).values(client_id="dashboard"))
    await operator.disable("dashboard")
    async with operator.issuer.state.database.reading(EVERYWHERE) as session:
        said = (await session.exec(select(Outbox).where(Outbox.type == "identity.session.revoked.v1"))).all()
        assert (mine.sid, "client_disabled") in [(row.data.get("session_id"), row.data["reason"]) for row in said]
        ended = dict((await session.exec(select(UserSession.id, UserSession.end_reason))).all())
    assert (ended[UUID(mine.sid)], ended[UUID(others.sid)]) == ("client_disabled", None)
    await operator.issuer.state.verifier.has_ended.__self__.look()
    assert [(await operator.issuer.client.get("/v1/me", headers=one.headers)).status_code for one in (mine, others)] == [401, 200]


async def test_the_issuer_says_again_what_it_said(operator: Operator) -> None:
    await operator.with_key()
    await operator.disable("dashboard")
    path, body = "/v1/outbox/replay", {"since": "2020-01-01T00:00:00Z"}
    async with operator.issuer.state.database.transaction(EVERYWHERE) as tx:
        before = (await tx.exec(update(Outbox).values(published_at=operator.issuer.state.clock()))).rowcount
    answer = await operator.issuer.client.post(path, json=body, headers=operator.headers)
    assert (answer.status_code, answer.json()) == (200, {"events": before})
    admin = await bearer(operator.issuer, "community_admin@yingui")
    assert (await operator.issuer.client.post(path, json=body, headers=admin)).status_code == 403
