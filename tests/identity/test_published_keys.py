"""How often the issuer is asked for its keys, and what happens while it does not answer."""

import asyncio
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from shared.http.problems import NotSignedIn, Unavailable
from shared.identity.published_keys import PublishedKeys, usable
from shared.identity.trust.issuers import TrustedIssuer
from shared.identity.verifier import Verifier
from tests.identity.doubles import AUDIENCE, ISSUER, KEY, STRANGER, Watch, token

pytestmark = pytest.mark.anyio

OLD, NEW = KEY, STRANGER
TRUSTED = TrustedIssuer(issuer=ISSUER, jwks_url="https://issuer.test/jwks")


class Issuer:
    """Publishes `keys`, or does not answer. Counts how often it was asked."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys, self.away, self.asked, self.seconds = keys, False, 0, 0.0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        await asyncio.sleep(0)  # while this answer is on its way, others ask too
        if self.away:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json=KeySet(list(self.keys)).as_dict())

    def verifier(self) -> Verifier:
        keys = PublishedKeys.of(TRUSTED, elapsed=lambda: self.seconds, transport=httpx.MockTransport(self.answer))
        return Verifier.of_one(ISSUER, AUDIENCE, keys, now=Watch())


async def outcome(verifier: Verifier, bearer: str) -> int:
    try:
        await verifier.verify(bearer)
    except (NotSignedIn, Unavailable) as refusal:
        return refusal.status
    return 200


async def test_many_first_callers_cause_one_fetch() -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    assert await asyncio.gather(*(outcome(verifier, token()) for _ in range(50))) == [200] * 50
    assert issuer.asked == 1


async def test_an_issuer_that_was_never_reached_is_not_the_callers_fault() -> None:
    issuer = Issuer(OLD)
    issuer.away = True
    verifier = issuer.verifier()
    assert await asyncio.gather(*(outcome(verifier, token()) for _ in range(50))) == [503] * 50
    assert not await verifier.ready()
    assert issuer.asked == 1
    issuer.away, issuer.seconds = False, 2
    assert await verifier.ready()
    assert await outcome(verifier, token()) == 200


async def test_known_keys_outlive_the_issuer() -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    await verifier.ready()
    issuer.away = True
    for minute in range(15):
        issuer.seconds = minute * 60
        assert await outcome(verifier, token()) == 200


@pytest.mark.parametrize("away", [False, True])
async def test_unknown_keys_cause_one_fetch_a_minute(away: bool) -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    await verifier.ready()
    issuer.away = away
    for second in range(180):
        issuer.seconds = second
        assert await outcome(verifier, token(NEW)) == 401
    assert issuer.asked == 3


async def test_every_caller_with_a_new_key_is_served_by_one_fetch() -> None:
    issuer = Issuer(OLD)
    verifier = issuer.verifier()
    await verifier.ready()
    issuer.keys, issuer.seconds = (OLD, NEW), 60
    bearers = [token(OLD), *(token(NEW) for _ in range(50))]
    assert await asyncio.gather(*(outcome(verifier, bearer) for bearer in bearers)) == [200] * 51
    assert issuer.asked == 2


async def test_a_withdrawn_key_is_forgotten_without_anybody_naming_another() -> None:
    issuer = Issuer(OLD, NEW)
    verifier = issuer.verifier()
    await verifier.ready()
    issuer.keys, issuer.seconds = (NEW,), 301
    assert await outcome(verifier, token(OLD)) == 200  # the caller that starts the refresh does not wait for it
    async with asyncio.timeout(10):
        while await outcome(verifier, token(OLD)) == 200:
            await asyncio.sleep(0)
    assert await outcome(verifier, token(NEW)) == 200
    assert issuer.asked == 2


GOOD = KEY.as_dict(private=False)
PASSED_OVER = {
    "null": None, "a word": "key", "a number": 7, "a list": [], "an empty object": {},
    "no curve": {"kty": "EC"},
    "no point": {"kty": "EC", "crv": "P-256"},
    "a point off the curve": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "numbers for a point": {"kty": "EC", "crv": "P-256", "x": 1, "y": None},
    "a kind of key yet to come": {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"},
    "for encryption": GOOD | {"use": "enc"},
    "for another algorithm": GOOD | {"alg": "ECDH-ES"},
    "a use that is a list": GOOD | {"use": ["sig"]},
    "another curve": ECKey.generate_key("P-384").as_dict(private=False),
    "RSA": RSAKey.generate_key(2048).as_dict(private=False),
    "a secret": OctKey.generate_key(256).as_dict(),
}


@pytest.mark.parametrize("entry", PASSED_OVER.values(), ids=PASSED_OVER.keys())
def test_a_key_we_cannot_use_spoils_no_other(entry: Any) -> None:
    assert [key.kid for key in usable({"keys": [entry, GOOD]})] == [KEY.kid]
    with pytest.raises(ValueError, match="no key"):
        usable({"keys": [entry]})


@pytest.mark.parametrize("document", [None, [], "keys", {}, {"keys": None}, {"keys": []}])
def test_a_set_without_keys_is_none(document: Any) -> None:
    with pytest.raises(ValueError, match="no key"):
        usable(document)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"keys": []}', b"\xff\xfe"])
async def test_an_answer_that_is_no_key_set_counts_as_away(body: bytes) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
    with pytest.raises(Unavailable):
        await PublishedKeys.of(TRUSTED, transport=transport).current()
