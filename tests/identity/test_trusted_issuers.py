"""The file of trusted issuers, its short form, discovery, and several issuers side by side."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, KeySet, RSAKey

from deploy.topology import PROJECT
from shared.http.outgoing import NotReached
from shared.http.problems import NotSignedIn, Unavailable
from shared.identity.caller import Grant
from shared.identity.published_keys import PublishedKeys, usable
from shared.identity.trust.check import IssuerCheck
from shared.identity.trust.claims import caller_of
from shared.identity.trust.discovery import discovered
from shared.identity.trust.issuers import TrustedIssuer, UnusableTrust, read_trust, trust_of
from shared.identity.verifier import Verifier
from shared.settings import Settings
from tests.identity.doubles import KnownKeys
from tests.identity.signers import OURS, double

pytestmark = pytest.mark.anyio

ONE = 'issuer = "https://login.example.org"'


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "trusted.toml").write_text(text)
    return tmp_path / "trusted.toml"


REFUSED = {
    "nothing": ("", "issuers: Field required"),
    "an empty list": ("issuers = []", "issuers: Tuple should have at least 1 item"),
    "no TOML": ("issuers = [", "trusted.toml: Invalid"),
    "no JSON": ("{", "trusted.toml: Expecting"),
    "no issuer": ("[[issuers]]", "issuers.0.issuer: Field required"),
    "no address": ('[[issuers]]\nissuer = "login.example.org"', "issuers.0.issuer: an address begins with http"),
    "an address with a password": ('[[issuers]]\nissuer = "https://a:b@login.example.org"', "no user"),
    "an algorithm of the weak": (f'[[issuers]]\n{ONE}\nalgorithms = ["HS256"]', "issuers.0.algorithms.0: Input should be 'ES256'"),
    "no algorithm": (f"[[issuers]]\n{ONE}\nalgorithms = []", "issuers.0.algorithms"),
    "keys from two places": (f'[[issuers]]\n{ONE}\njwks_url = "https://a.org"\njwks_file = "b"', "one of them"),
    "a slip of the pen": (f'[[issuers]]\n{ONE}\naudience = ["linli"]', "issuers.0.audience: Extra inputs"),
    "the same twice": (f"[[issuers]]\n{ONE}\n[[issuers]]\n{ONE}\n", "stands in the list once"),
    "two who may name the same person": (f'[[issuers]]\n{ONE}\n[[issuers]]\nissuer = "https://b.org"', "needs a subject_prefix"),
    "a prefix that begins like another": (
        f'[[issuers]]\n{ONE}\nsubject_prefix = "a"\n[[issuers]]\nissuer = "https://b.org"\nsubject_prefix = "ab"', "begin with another"),
    "a mapping that is not clear": (f'[[issuers]]\n{ONE}\n[[issuers.claims.roles]]\nat = "roles"', "issuers.0.claims.roles.0: say once"),
    "a client of nobody's": (f'[[issuers]]\n{ONE}\n[service_client]\nissuer = "https://b.org"', "one of the issuers"),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_said_with_its_place(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableTrust) as refusal:
        read_trust(written(tmp_path, text))
    assert why in str(refusal.value) and str(refusal.value).startswith("TRUSTED_ISSUERS_FILE: trusted.toml")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnusableTrust, match="TRUSTED_ISSUERS_FILE: gone.toml: No such file"):
        read_trust(tmp_path / "gone.toml")


def test_json_says_the_same(tmp_path: Path) -> None:
    toml = read_trust(written(tmp_path, f'[[issuers]]\n{ONE}\nalgorithms = ["RS256"]'))
    assert toml == read_trust(written(tmp_path, json.dumps(
        {"issuers": [{"issuer": "https://login.example.org", "algorithms": ["RS256"]}]})))


OPEN = {
    "the issuer": ('[[issuers]]\nissuer = "http://login.example.org"', "http://login.example.org"),
    "its keys": (f'[[issuers]]\n{ONE}\njwks_url = "http://keys.example.org"', "http://keys.example.org"),
    "its tokens": (f'[[issuers]]\n{ONE}\n[service_client]\ntoken_url = "http://token.example.org"', "http://token.example.org"),
    "its keys, by number": (f'[[issuers]]\n{ONE}\njwks_url = "http://[2001:db8::1]/keys"', "http://\\[2001:db8::1]/keys"),
    "the second": ('[[issuers]]\nissuer = "https://a.org"\nsubject_prefix = "a:"\n[[issuers]]\nissuer = "http://b.org"\n'
                   'subject_prefix = "b:"', "http://b.org"),
    "nothing, another container": (f'[[issuers]]\n{ONE}\njwks_url = "http://identity:8000/keys"', None),
}


@pytest.mark.parametrize(("text", "url"), OPEN.values(), ids=OPEN.keys())
def test_production_asks_over_tls(text: str, url: str | None, tmp_path: Path) -> None:
    told = {"trusted_issuers_file": written(tmp_path, text)}
    trust_of(settings(**told))
    if url is None:
        trust_of(settings(environment="production", **told))
        return
    with pytest.raises(UnusableTrust, match=f"{url} must be https: never in production"):
        trust_of(settings(environment="production", **told))


@pytest.mark.parametrize("said", [
    {"issuer_url": "http://login.example.org"}, {"jwks_url": "http://keys.example.org"}, {"jwks_url": "http://10.0.0.7/keys"},
    {"token_url": "http://token.example.org/token"}])
def test_production_asks_over_tls_in_the_short_form_as_well(said: dict[str, str]) -> None:
    told = {"issuer_url": "https://login.example.org", "jwks_url": "http://identity:8000/keys"} | said
    trust_of(settings(**told))
    with pytest.raises(ValueError, match="must be https"):
        trust_of(settings(environment="production", **told))


def examples() -> list[str]:
    """Those of the file, as they are without being comments."""
    text = (PROJECT / "deploy" / "environment" / "trusted-issuers.toml").read_text()
    blocks = ["\n".join(line.removeprefix("#").strip() for line in block.splitlines()) for block in text.split("──\n")]
    return [block.rpartition("\n──")[0] or block for block in blocks[1:]]


def test_the_examples_are_right(tmp_path: Path) -> None:
    keycloak, built_in = (read_trust(written(tmp_path, example)) for example in examples())
    claims = {"sub": "7", "realm_access": {"roles": ["linli:squad_leader:yingui"]}, "acr": "2",
              "resource_access": {"linli": {"roles": ["医生"]}}, "linli_communities": "dungen"}
    caller = caller_of(claims, keycloak.issuers[0].claims)
    assert caller and caller.grants == (Grant("squad_leader", "yingui"), Grant("doctor", "dungen"))
    assert caller.amr == ("pwd", "otp", "mfa") and keycloak.service_client
    assert built_in.issuers[0].subject_prefix == "linli:"


def settings(**more: Any) -> Settings:
    return Settings(service="volunteer", database_url="postgresql://x", nats_url="nats://x", field_keys_file="/x", **more)


def test_the_short_form_is_one_issuer_that_says_things_as_ours_does(tmp_path: Path) -> None:
    trust = trust_of(settings(issuer_url="https://a.org", jwks_url="https://a.org/keys", token_audience="us"))
    assert trust.issuers == (TrustedIssuer(issuer="https://a.org", jwks_url="https://a.org/keys", audiences=("us",)),)
    assert (trust.issuers[0].algorithms, trust.issuers[0].token_types) == (("ES256",), ("at+jwt",))
    file = written(tmp_path, f"[[issuers]]\n{ONE}")
    assert trust_of(settings(issuer_url="https://a.org", trusted_issuers_file=file)).issuers[0].issuer == "https://login.example.org"


def test_somebody_has_to_be_trusted() -> None:
    with pytest.raises(ValueError, match="ISSUER_URL or TRUSTED_ISSUERS_FILE"):
        settings()


EC, RSA = ECKey.generate_key("P-256"), RSAKey.generate_key(2048)
PUBLIC_EC, PUBLIC_RSA = EC.as_dict(private=False), RSA.as_dict(private=False)


@pytest.mark.filterwarnings("ignore:Key size")
def test_keys_are_those_of_the_stated_algorithms_alone() -> None:
    both = {"keys": [PUBLIC_EC, PUBLIC_RSA]}
    assert [key.key_type for key in usable(both, ("RS256",))] == ["RSA"]
    assert [key.key_type for key in usable(both, ("ES256", "RS256"))] == ["EC", "RSA"]
    weak = RSAKey.generate_key(1024)
    for entry in (weak.as_dict(private=False), RSA.as_dict(private=True), PUBLIC_RSA | {"alg": "RS512"}, PUBLIC_RSA | {"use": "enc"}):
        with pytest.raises(ValueError, match="no key for RS256"):
            usable({"keys": [entry]}, ("RS256",))


ISSUER = "https://login.example.org/realms/linli"
DOCUMENT = {"issuer": ISSUER, "jwks_uri": "https://keys.example.org/jwks", "token_endpoint": f"{ISSUER}/token"}


def answering(document: Any, asked: list[str] | None = None) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        (asked if asked is not None else []).append(str(request.url))
        if request.url.host == "keys.example.org":
            return httpx.Response(200, json=KeySet([EC]).as_dict(private=False))
        return httpx.Response(200 if document else 404, json=document)
    return httpx.MockTransport(answer)


async def test_keys_are_where_the_discovery_document_says() -> None:
    asked: list[str] = []
    keys = await PublishedKeys.of(TrustedIssuer(issuer=ISSUER), transport=answering(DOCUMENT, asked)).current()
    assert [key.thumbprint() for key in keys] == [EC.thumbprint()]
    assert asked == [f"{ISSUER}/.well-known/openid-configuration", "https://keys.example.org/jwks"]


MISLEADING = {
    "nothing": None, "a list": ["x"], "of somebody else": DOCUMENT | {"issuer": f"{ISSUER}/"}, "without keys": {"issuer": ISSUER},
    "a number": DOCUMENT | {"jwks_uri": 7}, "away from TLS": DOCUMENT | {"jwks_uri": "http://keys.example.org/jwks"},
    "a file": DOCUMENT | {"jwks_uri": "file:///etc/passwd"},
}


@pytest.mark.parametrize("document", MISLEADING.values(), ids=MISLEADING.keys())
async def test_a_discovery_document_leads_nowhere_else(document: Any) -> None:
    with pytest.raises(NotReached):
        await discovered(ISSUER, "jwks_uri", answering(document))
    with pytest.raises(Unavailable):
        await PublishedKeys.of(TrustedIssuer(issuer=ISSUER), transport=answering(document)).current()


@pytest.mark.parametrize("content", [None, "", "{", '{"keys": []}'])
async def test_a_file_without_keys_is_an_issuer_that_is_away(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "jwks.json").write_text(content)
    with pytest.raises(Unavailable):
        await PublishedKeys.of(TrustedIssuer(issuer=ISSUER, jwks_file=tmp_path / "jwks.json")).current()


class Away:
    async def current(self) -> KeySet:
        raise Unavailable()

    refreshed: Callable[..., Any] = current


async def test_several_issuers_are_believed_each_for_its_own(tmp_path: Path) -> None:
    """And where one is away, only those whom it signed in have to wait."""
    other = double(tmp_path)
    checks = [IssuerCheck(one.trusted, keys, now=one.now) for one, keys in (
        (OURS, KnownKeys(OURS.key)), (other, KnownKeys(other.key)))]
    both = Verifier(*checks)
    for signer in (OURS, other):
        assert (await both.verify(signer.token(claims=signer.claims("doctor@yingui")))).grants[0].role == "doctor"
    for forged in (OURS.token(claims={"iss": other.trusted.issuer}), other.token(claims={"iss": OURS.trusted.issuer})):
        with pytest.raises(NotSignedIn):
            await both.verify(forged)
    half = Verifier(checks[0], IssuerCheck(other.trusted, Away(), now=other.now))
    assert await half.ready() and await half.known() == {OURS.trusted.issuer: True, other.trusted.issuer: False}
    await half.verify(OURS.token())
    with pytest.raises(Unavailable):
        await half.verify(other.token())
