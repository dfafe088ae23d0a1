"""Sessions are opened, refreshed, listed and ended. Synchronous, as Authlib's callbacks are: call by `tx.run_sync`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, delete, select

from shared.http.problems import NotFound
from shared.identity.issuer.saying import say_session_revoked
from shared.identity.issuer.sessions import wire
from shared.identity.issuer.sessions.models import RefreshToken, UserSession
from shared.identity.issuer.sessions.rules import ABSOLUTE, SLIDING, Presented, Verdict, judge, refresh_expiry
from shared.identity.issuer.sessions.wire import Wire
from shared.privacy.audit import record

KEPT_AFTER_END = timedelta(days=30)
"""How long a session that is over can still be looked into; then it is forgotten with its tokens."""
FORGOTTEN_AT_ONCE = 1000


@dataclass(frozen=True)
class Place:
    """From where somebody asks, as their list of sessions will show it."""

    device: str
    address: str


def open_session(
    db: Session, account_id: UUID, client_id: str, amr: Sequence[str], auth_time: datetime, place: Place, scope: str,
    now: datetime,
) -> UserSession:
    session = UserSession(
        account_id=account_id, client_id=client_id, scope=scope, amr=list(amr), auth_time=auth_time,
        device=place.device, address=place.address, created_at=now, last_used_at=now, expires_at=now + ABSOLUTE)
    db.add(session)
    db.flush()
    remember(db, session, "opened", amr=list(amr))
    return session


def first_refresh_token(db: Session, session: UserSession, now: datetime) -> str:
    return str(added(db, session, wire.made(), None, now))


def added(db: Session, session: UserSession, token: Wire, parent: str | None, now: datetime) -> Wire:
    db.add(RefreshToken(
        selector=token.selector, session_id=session.id, secret_hash=wire.hashed(token.secret), parent=parent,
        created_at=now, expires_at=refresh_expiry(now, session.expires_at)))
    return token


@dataclass(frozen=True)
class Found:
    """A presented refresh token with its locked session, and what is to become of it."""

    presented: Wire
    row: RefreshToken
    session: UserSession
    verdict: Verdict


def find_refresh_token(db: Session, text: str, now: datetime) -> Found | None:
    """None for a token that never was, or whose secret is wrong: that burns nothing, or a guess could end a session.

    The session is locked, so that of twenty who come at once each sees what the one before has done.
    """
    presented = wire.parsed(text)
    seen = db.get(RefreshToken, presented.selector) if presented else None
    if presented is None or seen is None or not wire.matches(presented.secret, seen.secret_hash):
        return None
    session = locked(db, seen.session_id)
    db.refresh(seen)
    child = db.get(RefreshToken, seen.child) if seen.child else None
    verdict = judge(Presented(
        seen.expires_at, seen.replaced_at, child is not None and child.replaced_at is None,
        session.ended_at is not None), now)
    return Found(presented, seen, session, verdict)


def locked(db: Session, id: UUID) -> UserSession:
    fresh = select(UserSession).where(UserSession.id == id).with_for_update()
    return db.exec(fresh.execution_options(populate_existing=True)).one()


def successor(db: Session, found: Found, now: datetime) -> str:
    """The next refresh token; for a lost answer the very same again."""
    if found.verdict is Verdict.SAME_CHILD:
        return wire.opened(found.row.child_sealed, found.presented)
    child = added(db, found.session, wire.made(), found.row.selector, now)
    found.row.replaced_at, found.row.child = now, child.selector
    found.row.child_sealed = wire.sealed(child, found.presented)
    found.session.last_used_at = now
    forget_sealed(db, found.row.parent)
    return str(child)


def forget_sealed(db: Session, selector: str | None) -> None:
    """The client has its answer: nobody needs the sealed copy of it."""
    if selector:
        db.exec(update(RefreshToken).where(col(RefreshToken.selector) == selector).values(child_sealed=None))


def end(db: Session, session: UserSession, reason: str, now: datetime) -> bool:
    """False when it was over already. The session must be locked."""
    if session.ended_at is not None:
        return False
    session.ended_at, session.end_reason = now, reason
    remember(db, session, "ended", reason=reason)
    say_session_revoked(db, session.account_id, reason, now, session_id=session.id)
    db.exec(update(RefreshToken).where(col(RefreshToken.session_id) == session.id).values(child_sealed=None))
    return True


def remember(db: Session, session: UserSession, what: str, **codes: Any) -> None:
    """In the audit log: whose sessions began and ended, and why."""
    record(db, f"session.{what}", kind="user_session", subject_id=session.id, account=str(session.account_id),
           client=session.client_id, **codes)


def end_all(db: Session, account_id: UUID, reason: str, now: datetime, keep: UUID | None = None) -> int:
    """How many were open. For the owner, and for whoever disables an account."""
    open_ones = [row.id for row in open_sessions(db, account_id, now) if row.id != keep]
    return sum(end(db, locked(db, id), reason, now) for id in sorted(open_ones))


def end_all_of_client(db: Session, client_id: str, now: datetime) -> int:
    """For whoever disables an application: everybody who signed in with it."""
    open_ones = select(UserSession.id).where(UserSession.client_id == client_id, col(UserSession.ended_at).is_(None))
    return sum(end(db, locked(db, id), "client_disabled", now) for id in db.exec(open_ones.order_by(col(UserSession.id))).all())


def end_own(db: Session, account_id: UUID, id: UUID, now: datetime) -> int:
    """Raises `NotFound`, also for a session of somebody else."""
    owner = db.exec(select(UserSession.account_id).where(UserSession.id == id)).first()
    if owner != account_id:
        raise NotFound(kind=UserSession.__tablename__, id=str(id))
    return int(end(db, locked(db, id), "ended_by_owner", now))


def open_sessions(db: Session, account_id: UUID, now: datetime) -> list[UserSession]:
    """Newest first. One whose refresh token has expired is over, too."""
    alive = select(RefreshToken.session_id).where(col(RefreshToken.replaced_at).is_(None), RefreshToken.expires_at > now)
    mine = select(UserSession).where(
        UserSession.account_id == account_id, col(UserSession.ended_at).is_(None), col(UserSession.id).in_(alive))
    return list(db.exec(mine.order_by(col(UserSession.last_used_at).desc())))


def forget_over(db: Session, now: datetime) -> bool:
    """True when more is waiting. A session is over when it was ended, or when no refresh token of it is good any more."""
    before = now - KEPT_AFTER_END
    over = select(UserSession.id).where(
        (col(UserSession.ended_at) < before) | (UserSession.last_used_at < before - SLIDING)
        | (UserSession.expires_at < before))
    ids = db.exec(over.limit(FORGOTTEN_AT_ONCE)).all()
    return db.exec(delete(UserSession).where(col(UserSession.id).in_(ids))).rowcount == FORGOTTEN_AT_ONCE
