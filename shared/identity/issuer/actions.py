"""Signing in: who is it, and what may the token say. And the personas of a developer's machine."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db import Database
from shared.identity.caller import Grant
from shared.identity.issuer import rules
from shared.identity.issuer.models import Account, AccountGrant
from shared.identity.issuer.passwords import Passwords
from shared.identity.issuer.personas import all_personas
from shared.identity.issuer.refusals import InvalidClient, InvalidGrant
from shared.identity.policy import EVERYWHERE
from shared.identity.tokens import OWN_CLIENT, subject_of_service
from shared.settings import SERVICES
from shared.types import new_id

PERSONAS_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entitled:
    """Whom a token may be given, and until when."""

    subject: UUID
    client_id: str
    grants: tuple[Grant, ...]
    expires_at: datetime
    person_id: UUID | None = None


async def entitle_person(
    database: Database, passwords: Passwords, asked: rules.PersonAsks, now: datetime,
) -> Entitled:
    """Raises `InvalidGrant`, after the same time for every reason."""
    account, grants = await account_and_grants(database, asked.username, now)
    matches = await passwords.matches(asked.password, account.password_hash if account else None)
    if account is None or not matches or account.disabled_at is not None:
        raise InvalidGrant()
    return Entitled(
        account.id, OWN_CLIENT, tuple(Grant(grant.role, grant.community) for grant in grants),
        rules.expiry(now, (grant.valid_to for grant in grants)), account.person_id,
    )


async def account_and_grants(
    database: Database, username: str, now: datetime,
) -> tuple[Account | None, list[AccountGrant]]:
    """In one query, whose connection is given back before the slow hashing begins."""
    holds = and_(
        AccountGrant.account_id == Account.id, col(AccountGrant.valid_from) <= now,
        or_(col(AccountGrant.valid_to).is_(None), col(AccountGrant.valid_to) > now),
    )
    asked = select(Account, AccountGrant).outerjoin(AccountGrant, holds).where(Account.username == username)
    async with database.reading(EVERYWHERE) as session:
        rows = (await session.exec(asked.order_by(col(AccountGrant.id)))).all()
    return (rows[0][0] if rows else None), [grant for _, grant in rows if grant]


def entitle_service(credentials: Path | None, asked: rules.ServiceAsks, now: datetime) -> Entitled:
    """The secret is read at every request, so that it can be changed without a restart. Raises `InvalidClient`."""
    if credentials is None or asked.client_id not in SERVICES:
        raise InvalidClient()
    try:
        expected = (credentials / asked.client_id).read_text().strip()
    except FileNotFoundError:
        raise InvalidClient() from None
    if not expected or not hmac.compare_digest(expected.encode(), asked.client_secret.encode()):
        raise InvalidClient()
    grants = (Grant("service", EVERYWHERE),)
    return Entitled(subject_of_service(asked.client_id), asked.client_id, grants, rules.expiry(now, ()))


async def seed_personas(tx: AsyncSession, password_hash: str, now: datetime) -> None:
    """Can be done again at every start: then they have the password of today, and are otherwise as they were left."""
    accounts, grants = insert(Account.__table__), insert(AccountGrant.__table__)
    personas = list(all_personas())
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
          "community": persona.grant.community, "valid_from": PERSONAS_SINCE} for persona in personas],
    )


async def refuse_personas(database: Database) -> None:
    """Raises `PermissionError` when this database was a developer's: its accounts share one password."""
    known = [persona.subject for persona in all_personas()]
    async with database.reading(EVERYWHERE) as session:
        if (await session.exec(select(Account.id).where(col(Account.id).in_(known)).limit(1))).first():
            raise PermissionError("the database has personas for development: production starts with an empty one")
