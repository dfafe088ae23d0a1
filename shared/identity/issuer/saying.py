"""What the issuer says: one function for each event, called in the transaction of the change, also from `tx.run_sync`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import MetaData
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.events.identity import MembershipChanged, SessionRevoked
from shared.identity.tables import TABLES, EndedSession
from shared.messaging.outbox import emit
from shared.reach import EVERYWHERE
from shared.types import new_id

HUB = "hub"
"""Under this name goes what is of no single community, so that every subject of NATS has one."""


@dataclass(frozen=True)
class About:
    """What an event is about: a session that ended, or a grant. Its `version` grows with it."""

    id: UUID
    version: int = 1
    community: str = HUB
    metadata: MetaData = TABLES.metadata


def say_session_revoked(
    tx: AsyncSession | Session, account_id: UUID, reason: str, now: datetime, *, session_id: UUID | None = None,
) -> None:
    """Every service refuses the session's tokens within seconds; without a session all that the account had at `now`.

    `reason` is a code. For a whole account lock its row first and take `now` afterwards, or a token that is being made
    meanwhile outlives it. Refresh tokens are the caller's to end.
    """
    tx.add(EndedSession(account_id=account_id, session_id=session_id, ended_at=now))
    emit(tx, SessionRevoked(account_id=account_id, session_id=session_id, reason=reason, revoked_at=now),
         of=About(session_id or new_id()), correlation_id=new_id())


def say_membership_changed(
    tx: AsyncSession | Session, account_id: UUID, role: str, community: str,
    change: Literal["given", "ended", "expired"], at: datetime, *, grant_id: UUID, version: int,
    unit: UUID | None = None, correlation_id: UUID | None = None,
) -> None:
    """`community`: also of a street, or `*`. With `ended` every service refuses the account's tokens from until `at`,
    for which see above; with `expired` there are none."""
    everywhere = community == EVERYWHERE
    if change == "ended":
        tx.add(EndedSession(account_id=account_id, ended_at=at))
    emit(tx, MembershipChanged(account_id=account_id, role=role, community=None if everywhere else community,
                               change=change, at=at, unit=unit),
         of=About(grant_id, version, HUB if everywhere else community), correlation_id=correlation_id or new_id())
