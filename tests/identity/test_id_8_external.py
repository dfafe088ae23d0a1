"""ID-8: a certified OpenID Connect provider in the place of ours, by configuration of the verifier alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from services.resources.main import app as resources
from services.volunteer.main import app as volunteer
from shared.http.problems import NotFound, NotSignedIn, Unavailable
from shared.identity.caller import Caller, Grant
from shared.identity.trust.issuers import Trust, TrustedIssuer
from shared.identity.verifier import Verifier
from shared.testing import running
from shared.types import new_id
from tests.eldercare.conftest import served
from tests.identity.external_provider import ExternalProvider
from tests.identity.signers import trust_file

pytestmark = pytest.mark.anyio


def verifier(provider: ExternalProvider, **changes: Any) -> Verifier:
    return Verifier.of(Trust(issuers=(trusted(provider, **changes),)))


def trusted(provider: ExternalProvider, **changes: Any) -> TrustedIssuer:
    return TrustedIssuer.model_validate(provider.trusted.model_dump(exclude_unset=True) | changes)


@pytest.fixture
def doctor(provider: ExternalProvider) -> Iterator[str]:
    """Roles in two places: words that name the community, and a table whose communities stand elsewhere."""
    provider.add_person("b7a2", words=["linli:volunteer:yingui", "linli:emperor:yingui", "linli:doctor", "admin"],
                        tables=["医生", "Wachtmeister"], communities=["dungen", "hub"], person="p-17")
    yield "b7a2"


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "Ed25519"])
async def test_id_8_nested_roles_become_grants(provider: ExternalProvider, doctor: str, algorithm: str) -> None:
    token = provider.sign_in(doctor, f"urn:{algorithm}:linli")["access_token"]
    caller = await verifier(provider, algorithms=(algorithm,)).verify(token)
    expected = (Grant("volunteer", "yingui"), Grant("doctor", "dungen"), Grant("doctor", "hub"))
    assert caller == Caller(
        "b7a2", expected, None, "p-17", caller.session_id, ("pwd", "otp", "mfa"), caller.auth_time, caller.issued_at)
    assert caller.session_id and caller.auth_time and caller.issued_at


async def test_id_8_an_algorithm_that_is_not_stated_is_not_believed(provider: ExternalProvider, doctor: str) -> None:
    token = provider.sign_in(doctor, "urn:Ed25519:linli")["access_token"]
    with pytest.raises(NotSignedIn):
        await verifier(provider).verify(token)


async def test_id_8_its_id_tokens_and_its_tokens_for_others_are_not_believed(provider: ExternalProvider, doctor: str) -> None:
    ours, others = provider.sign_in(doctor), provider.sign_in(doctor, "urn:ES256:elsewhere")
    await verifier(provider).verify(ours["access_token"])
    for generous in (verifier(provider), verifier(provider, token_types=("JWT", "at+jwt"))):
        for token in (ours["id_token"], others["access_token"], others["id_token"]):
            with pytest.raises(NotSignedIn):
                await generous.verify(token)


async def test_id_8_it_gives_no_more_than_it_may(provider: ExternalProvider) -> None:
    provider.add_person("mayor", words=["linli:operator:*", "linli:doctor:yingui", "linli:doctor:dungen"])
    limited = verifier(provider, only_roles=("doctor",), only_communities=("yingui",), subject_prefix="kc:")
    caller = await limited.verify(provider.sign_in("mayor")["access_token"])
    assert (caller.subject, caller.grants) == ("kc:mayor", (Grant("doctor", "yingui"),))


async def test_id_8_an_issuer_that_is_not_configured_is_not_believed(provider: ExternalProvider, doctor: str) -> None:
    with pytest.raises(NotSignedIn):
        await verifier(provider, issuer=f"{provider.url}/", jwks_url=f"{provider.url}/jwks").verify(
            provider.sign_in(doctor)["access_token"])


KEY = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
SECRET = "hush: 100 %+~ hush"
METHODS: dict[str, dict[str, Any]] = {
    "client_secret_basic": {"client_secret": SECRET},
    "client_secret_post": {"client_secret": SECRET},
    "private_key_jwt": {"jwks": {"keys": [KEY.as_dict(private=False)]}, "token_endpoint_auth_signing_alg": "ES256"},
}


def service_settings(provider: ExternalProvider, method: str, folder: Path, **client: Any) -> dict[str, Any]:
    """As an operator would write it. The provider's own name for the service is `METHOD-volunteer`."""
    (folder / "credential").write_text(f"{SECRET}\n")
    (folder / "key.json").write_text(json.dumps(KEY.as_dict(private=True)))
    how = {"method": method, "client_id": f"{method}-{{service}}", "form": {"resource": "urn:ES256:linli"}} | client
    return {"trusted_issuers_file": trust_file(folder, provider.trusted, service_client=how),
            "service_credential_file": folder / "credential", "service_key_file": folder / "key.json"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("discovered", [True, False], ids=["discovered", "configured"])
async def test_id_8_services_ask_each_other_with_its_tokens(
    provider: ExternalProvider, method: str, discovered: bool, tmp_path: Path,
) -> None:
    provider.add_client(client_id=f"{method}-volunteer", token_endpoint_auth_method=method, **METHODS[method],
                        linli={"words": ["linli:service:*"]})
    where = {} if discovered else {"token_url": f"{provider.url}/token"}
    settings = service_settings(provider, method, tmp_path, **where)
    async with running(resources, **settings) as register, served(register.app) as url, running(
        volunteer, resources_url=url, **settings,
    ) as asking:
        for _ in range(2):  # with the first token as well as with the one that is kept
            with pytest.raises(NotFound):
                await asking.state.peers.get("resources", f"/v1/residents/{new_id()}")


async def test_id_8_a_service_whose_credential_is_wrong_asks_in_vain(provider: ExternalProvider, tmp_path: Path) -> None:
    provider.add_client(client_id="other-volunteer", client_secret="another",
                        token_endpoint_auth_method="client_secret_basic")
    settings = service_settings(provider, "client_secret_basic", tmp_path, client_id="other-{service}")
    async with running(volunteer, resources_url="http://127.0.0.1:9", **settings) as asking:
        with pytest.raises(Unavailable):
            await asking.state.peers.get("resources", "/v1/needs")
