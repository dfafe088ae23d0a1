"""ID-4: who is signed out, or lost a grant, is refused by every service within seconds; with NATS away at the expiry."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from deploy.keys import Keys
from deploy.local.nats import Nats
from deploy.topology import ISSUER as IDENTITY
from services.eldercare.main import app as eldercare
from services.mediation.main import app as mediation
from services.resources.main import app as resources
from services.volunteer.main import app as volunteer
from shared.clock import system_clock
from shared.identity.caller import Grant
from shared.identity.issuer.saying import say_membership_changed, say_session_revoked
from shared.identity.tokens import TOKEN_LIFE, mint
from shared.identity.trust.check import LEEWAY_SECONDS
from shared.reach import EVERYWHERE
from shared.testing import AUDIENCE, ISSUER, KEY, TestService, eventually, running
from shared.testing.databases import fresh_database
from tests.identity.conftest import RunningIssuer, running_issuer

pytestmark = pytest.mark.anyio

LISTS = {"volunteer": "/v1/hazards", "mediation": "/v1/opinions", "eldercare": "/v1/home-safety-checks",
         "resources": "/v1/places"}
GRANTS = (Grant("social_worker", "yingui"),)


@pytest.fixture
async def issuer(nats: Nats, keys: Keys, tmp_path: Path) -> AsyncIterator[RunningIssuer]:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    async with fresh_database("identity") as url, running_issuer(
        url, secrets, nats_url=nats.url, nats_nkey_seed_file=keys.seed(IDENTITY), persona_password_file=None,
        service_keys_dir=None,
    ) as started:
        yield started


@pytest.fixture
async def services(nats: Nats, keys: Keys) -> AsyncIterator[dict[str, TestService]]:
    async with AsyncExitStack() as stack:
        yield {app.state.service: await stack.enter_async_context(
            running(app, nats_url=nats.url, nats_seed=keys.seed(app.state.service)))
            for app in (volunteer, mediation, eldercare, resources)}


def token(account: UUID, session: UUID | None = None, age: timedelta = timedelta(0)) -> dict[str, str]:
    signed = mint(KEY, issuer=ISSUER, audience=AUDIENCE, subject=account, grants=GRANTS, session_id=session,
                  now=system_clock() - age)
    return {"Authorization": f"Bearer {signed}"}


async def answers(services: dict[str, TestService], who: dict[str, str]) -> set[int]:
    return {(await service.get(LISTS[name], who)).status_code for name, service in services.items()}


async def end(issuer: RunningIssuer, account: UUID, session: UUID | None = None) -> None:
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        say_session_revoked(tx, account, "ended_by_owner", system_clock(), session_id=session)


async def test_an_ended_session_is_refused_by_all_four(issuer: RunningIssuer, services: dict[str, TestService]) -> None:
    account, session, other = uuid4(), uuid4(), uuid4()
    ended, going_on = token(account, session), token(account, other)
    assert await answers(services, ended) == await answers(services, going_on) == {200}
    await end(issuer, account, session)
    await eventually(lambda: answers(services, ended), lambda seen: seen == {401}, seconds=5)
    assert await answers(services, going_on) == {200}


async def test_a_lost_grant_ends_all_tokens_from_before(issuer: RunningIssuer, services: dict[str, TestService]) -> None:
    account, somebody = uuid4(), uuid4()
    before, others = token(account), token(somebody)
    assert await answers(services, before) == {200}
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        say_membership_changed(tx, account, "social_worker", "yingui", "ended", system_clock(), grant_id=uuid4(), version=2)
    after = token(account, age=-timedelta(milliseconds=2))
    await eventually(lambda: answers(services, before), lambda seen: seen == {401}, seconds=5)
    assert await answers(services, after) == await answers(services, others) == {200}


async def test_a_new_grant_ends_nothing(issuer: RunningIssuer, services: dict[str, TestService]) -> None:
    account, session = uuid4(), uuid4()
    who = token(account)
    async with issuer.state.database.transaction(EVERYWHERE) as tx:
        say_membership_changed(tx, account, "volunteer", "yingui", "given", system_clock(), grant_id=uuid4(), version=1)
        say_session_revoked(tx, uuid4(), "signed_out", system_clock(), session_id=session)
    await eventually(lambda: answers(services, token(uuid4(), session)), lambda seen: seen == {401}, seconds=5)
    assert await answers(services, who) == {200}


async def test_with_nats_away_a_token_dies_at_its_expiry_and_what_was_said_is_heard_later(
    nats: Nats, issuer: RunningIssuer, services: dict[str, TestService],
) -> None:
    account, session, lasting = uuid4(), uuid4(), uuid4()
    dying = token(account, session, age=TOKEN_LIFE + timedelta(seconds=LEEWAY_SECONDS - 5))
    fresh = token(account, lasting)
    nats.stop()
    await end(issuer, account, session)
    await end(issuer, account, lasting)
    assert await answers(services, dying) == await answers(services, fresh) == {200}
    await eventually(lambda: answers(services, dying), lambda seen: seen == {401})
    assert await answers(services, fresh) == {200}
    nats.start()
    await eventually(lambda: answers(services, fresh), lambda seen: seen == {401})


async def test_another_replica_hears_of_it_from_the_table(services: dict[str, TestService]) -> None:
    service, account = services["volunteer"], uuid4()
    who = token(account)
    assert (await service.get(LISTS["volunteer"], who)).status_code == 200
    async with service.state.database.transaction(EVERYWHERE) as tx:
        tx.add(service.state.tables.ended_session(account_id=account, ended_at=system_clock()))
    async def status() -> int:
        return (await service.get(LISTS["volunteer"], who)).status_code
    await eventually(status, lambda seen: seen == 401, seconds=5)


async def test_what_ended_is_forgotten_when_no_token_can_be_left(
    services: dict[str, TestService],
) -> None:
    service = services["volunteer"]
    table, database = service.state.tables.ended_session, service.state.database
    now = system_clock()
    async with database.transaction(EVERYWHERE) as tx:
        tx.add_all([table(account_id=uuid4(), ended_at=now - timedelta(hours=hours)) for hours in (0, 2)])
    pruning = next(job for job in service.state.jobs if job.name == "prune_ended_sessions")
    async with database.transaction(EVERYWHERE) as tx:
        assert not await pruning.run(tx, now)
    async with database.reading() as session:
        assert [row.ended_at for row in (await session.exec(select(table))).all()] == [now]
