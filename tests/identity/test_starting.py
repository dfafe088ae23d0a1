"""What the issuer does when it starts, and when it refuses to."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import func, update
from sqlmodel import select

from shared.identity.issuer.grants.models import AccountGrant
from shared.identity.issuer.models import Account
from shared.reach import EVERYWHERE
from tests.identity.conftest import PASSWORD, running_issuer

pytestmark = pytest.mark.anyio


async def test_starting_again_keeps_keys_and_accounts_and_takes_a_changed_password(
    database_url: str, secrets: Path,
) -> None:
    async with running_issuer(database_url, secrets) as issuer:
        kid = issuer.state.key_ring.signing.kid
        before = await counted(issuer)
        async with issuer.state.database.transaction(EVERYWHERE) as tx:
            await tx.exec(update(Account).where(Account.username == "doctor@hub").values(disabled_at=func.now()))
    (secrets / "persona_password").write_text("another")
    async with running_issuer(database_url, secrets) as issuer:
        assert issuer.state.key_ring.signing.kid == kid
        assert await counted(issuer) == before
        assert (await issuer.sign_in("mediator@hub", PASSWORD)).status_code == 400
        assert (await issuer.sign_in("mediator@hub", "another")).status_code == 200
        assert (await issuer.sign_in("doctor@hub", "another")).status_code == 400


async def test_without_a_password_file_there_are_no_personas(database_url: str, secrets: Path) -> None:
    async with running_issuer(database_url, secrets, persona_password_file=None) as issuer:
        assert await counted(issuer) == [0, 0]
        assert (await issuer.sign_in("mediator@hub")).status_code == 400


async def test_production_refuses_the_personas_password(database_url: str, secrets: Path) -> None:
    with pytest.raises(ValidationError, match="never in production") as refusal:
        await start(database_url, secrets, environment="production")
    assert database_url not in str(refusal.value)


async def test_production_refuses_to_be_asked_in_the_clear(database_url: str, secrets: Path) -> None:
    with pytest.raises(ValidationError, match="must be https"):
        await start(database_url, secrets, environment="production", persona_password_file=None,
                    issuer_url="http://linli.example/identity")


async def test_production_refuses_a_developers_database(database_url: str, secrets: Path) -> None:
    await start(database_url, secrets)
    with pytest.raises(PermissionError, match="personas"):
        await start(database_url, secrets, environment="production", persona_password_file=None)


async def test_production_needs_a_key_that_is_there(database_url: str, secrets: Path) -> None:
    production = {"environment": "production", "persona_password_file": None}
    with pytest.raises(FileNotFoundError):
        await start(database_url, secrets, **production)
    assert not (secrets / "signing_key.json").exists()
    await start(database_url, secrets, persona_password_file=None)
    await start(database_url, secrets, **production)


async def start(database_url: str, secrets: Path, **settings: Any) -> None:
    async with running_issuer(database_url, secrets, **settings):
        pass


async def counted(issuer: Any) -> list[int]:
    async with issuer.state.database.reading(EVERYWHERE) as session:
        return [(await session.exec(select(func.count()).select_from(table))).one() for table in (Account, AccountGrant)]
