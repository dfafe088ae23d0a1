"""ID-5: while tokens are minted and verified without pause, the signing key changes, and not one token is refused."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey

from shared.identity.issuer.keys import rotation, rules
from shared.identity.issuer.keys.file import load, new_key
from shared.identity.issuer.keys.rules import DatedKey, NextIsWaiting
from shared.identity.published_keys import PublishedKeys
from shared.identity.trust.issuers import TrustedIssuer
from shared.identity.verifier import Verifier
from shared.testing import eventually
from tests.identity.conftest import ISSUER, as_service
from tests.identity.issuer_process import IssuerProcess, issuer_process
from tests.identity.test_token_api import parts_of

FASTER = 200
"""How much faster time passes for what keeps the JWKS: its five minutes are 1.5 seconds here, a day 3 seconds."""
LEAD = timedelta(seconds=3)
WORKERS = 8


@pytest.fixture
async def issuer(database_url: str, secrets: Path) -> AsyncIterator[IssuerProcess]:
    async with issuer_process(database_url, secrets, ISSUER) as running:
        yield running


class Traffic:
    """Asks for tokens and has each verified at once, and again and again, as a service would."""

    def __init__(self, issuer: IssuerProcess, secrets: Path) -> None:
        self.secrets = secrets
        self.url, self.tokens, self.verified = issuer.url, [], 0
        self.keys = PublishedKeys.of(
            TrustedIssuer(issuer=ISSUER, jwks_url=issuer.jwks_url), elapsed=lambda: time.monotonic() * FASTER)

    async def run(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                answer = await client.post(f"{self.url}/v1/token", data=as_service(self.secrets))
                assert answer.status_code == 200, answer.text
                self.tokens.append(answer.json()["access_token"])
                for token in (self.tokens[0], self.tokens[len(self.tokens) // 2], self.tokens[-1]):
                    await self.verify(token)

    async def verify(self, token: str) -> None:
        """By a verifier that remembers nothing. Raises `NotSignedIn`, which a service answers with 401."""
        await Verifier.of_one(ISSUER, "linli", self.keys).verify(token)
        self.verified += 1

    def kids(self) -> set[str]:
        return {parts_of(token)[0]["kid"] for token in self.tokens}


@pytest.mark.anyio
async def test_id_5_no_token_is_refused_while_the_key_changes(issuer: IssuerProcess, secrets: Path) -> None:
    traffic = Traffic(issuer, secrets)
    async with asyncio.TaskGroup() as together:
        workers = [together.create_task(traffic.run()) for _ in range(WORKERS)]
        before = await eventually(seen(traffic), lambda kids: len(kids) == 1)
        new = rotation.rotate(secrets / "signing_key.json", datetime.now(UTC), LEAD)
        await eventually(seen(traffic), lambda kids: kids == before | {new.key.kid})
        enough = traffic.verified + 500
        await eventually(lambda: asyncio.sleep(0, traffic.verified), lambda verified: verified > enough)
        for worker in workers:
            worker.cancel()
    for token in traffic.tokens:
        await traffic.verify(token)


def seen(traffic: Traffic):
    async def kids() -> set[str]:
        return traffic.kids()
    return kids


NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
OLD, CURRENT, NEXT = new_key(), new_key(), new_key()


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


ROTATED = [DatedKey(NEXT, at(24)), DatedKey(CURRENT, at(0)), DatedKey(OLD, at(-240))]
BY_HAND = [DatedKey(CURRENT), DatedKey(OLD)]
STATES = [
    (ROTATED, 0, CURRENT, [NEXT, CURRENT, OLD]), (ROTATED, 0.99, CURRENT, [NEXT, CURRENT, OLD]),
    (ROTATED, 1, CURRENT, [NEXT, CURRENT]), (ROTATED, 23.99, CURRENT, [NEXT, CURRENT]),
    (ROTATED, 24, NEXT, [NEXT, CURRENT]), (ROTATED, 25, NEXT, [NEXT]), (BY_HAND, 9999, CURRENT, [CURRENT, OLD])]


@pytest.mark.parametrize(("keys", "hours", "signs", "published"), STATES)
def test_the_clock_decides_which_key_signs_and_which_are_published(
    keys: list[DatedKey], hours: float, signs: ECKey, published: list[ECKey],
) -> None:
    assert rules.signing(keys, at(hours)).key is signs
    assert [key.key for key in rules.published(keys, at(hours))] == published


def test_a_next_key_is_published_a_day_before_it_signs(tmp_path: Path) -> None:
    path = tmp_path / "signing_key.json"
    first, = load(path, may_create=True)
    new = rotation.rotate(path, NOW)
    assert new.signs_from == at(24)
    held = load(path, may_create=False)
    assert rules.signing(held, at(23.9)).key.kid == first.key.kid
    assert {key.key.kid for key in rules.published(held, NOW)} == {first.key.kid, new.key.kid}
    with pytest.raises(NextIsWaiting):
        rotation.rotate(path, at(23))
    rotation.rotate(path, at(25))
    assert first.key.kid not in {key.key.kid for key in load(path, may_create=False)}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir() if not entry.name.endswith(".lock")] == ["signing_key.json"]


def test_a_key_that_somebody_saw_is_withdrawn_at_once(tmp_path: Path) -> None:
    path = tmp_path / "signing_key.json"
    load(path, may_create=True)
    new = rotation.replace(path, NOW)
    held = load(path, may_create=False)
    assert [key.key.kid for key in rules.published(held, NOW)] == [new.key.kid]
    assert rules.signing(held, NOW).key.kid == new.key.kid
