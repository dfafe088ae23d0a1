"""The personas of a developer's machine."""

from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import Database
from shared.identity.issuer import rules
from shared.identity.issuer.grants import places
from shared.identity.issuer.grants.models import AccountGrant
from shared.identity.issuer.models import Account
from shared.identity.issuer.passwords import Passwords
from shared.identity.issuer.personas import COMMUNITIES, all_personas
from shared.identity.issuer.refusals import InvalidGrant
from shared.identity.issuer.sign_in.authenticated import Authenticated
from shared.identity.policy import EVERYWHERE
from shared.types import new_id

PERSONAS_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


async def prove_persona(
    database: Database, passwords: Passwords, asked: rules.PersonAsks, now: datetime,
) -> Authenticated:
    """Raises `InvalidGrant`, after the same time for every reason. No connection is held while the hashing lasts."""
    async with database.reading(EVERYWHERE) as session:
        account = (await session.exec(select(Account).where(Account.username == asked.username))).one_or_none()
    matches = await passwords.matches(asked.password, account.password_hash if account else None)
    if account is None or not matches or account.disabled_at is not None:
        raise InvalidGrant()
    return Authenticated(account.id, ("pwd",), now)


async def seed_personas(tx: AsyncSession, password_hash: str, now: datetime) -> None:
    """Can be done again at every start: then they have the password of today, and are otherwise as they were left."""
    accounts, grants = insert(Account.__table__), insert(AccountGrant.__table__)
    personas = list(all_personas())
    await places.seed(tx, COMMUNITIES)
    connection = await tx.connection()
    await connection.execute(
        accounts.on_conflict_do_update(
            index_elements=["id"], set_={"password_hash": accounts.excluded.password_hash}),
        [{"id": persona.subject, "username": persona.username, "label": persona.label,
          "password_hash": password_hash, "created_at": now} for persona in personas],
    )
    await connection.execute(
        grants.on_conflict_do_nothing(),
        [{"id": new_id(), "account_id": persona.subject, "role": persona.grant.role,
          "community": persona.grant.community, "valid_from": PERSONAS_SINCE,
          "version": 1, "created_at": now, "updated_at": now} for persona in personas],
    )


async def refuse_personas(database: Database) -> None:
    """Raises `PermissionError` when this database was a developer's: its accounts share one password."""
    known = [persona.subject for persona in all_personas()]
    async with database.reading(EVERYWHERE) as session:
        if (await session.exec(select(Account.id).where(col(Account.id).in_(known)).limit(1))).first():
            raise PermissionError("the database has personas for development: production starts with an empty one")
