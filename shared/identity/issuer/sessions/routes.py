"""Where am I signed in, and let me out there."""

from uuid import UUID

from fastapi import APIRouter
from sqlmodel import Session, select

from shared.clock import Now
from shared.http.idempotency import idempotent
from shared.identity.caller import Caller, SignedIn
from shared.identity.issuer.oauth.asking import Everywhere
from shared.identity.issuer.oauth.models import OAuthClient
from shared.identity.issuer.owning import owner
from shared.identity.issuer.sessions import actions
from shared.identity.issuer.sessions.models import SessionOut, SessionsEndedOut, UserSession

router = APIRouter(tags=["sessions"])


@router.get("/v1/sessions")
async def list_sessions(tx: Everywhere, caller: SignedIn, now: Now) -> list[SessionOut]:
    """One's own open sessions, the last used first: nobody has many."""
    return await tx.run_sync(lambda db: [
        shown(db, session, caller) for session in actions.open_sessions(db, owner(caller), now)])


@router.post("/v1/sessions/{session_id}/end")
@idempotent
async def end_session(session_id: UUID, tx: Everywhere, caller: SignedIn, now: Now) -> SessionsEndedOut:
    """Every service refuses its tokens within seconds. Ending it again changes nothing."""
    return SessionsEndedOut(ended=await tx.run_sync(actions.end_own, owner(caller), session_id, now))


@router.post("/v1/sessions/end-others")
@idempotent
async def end_other_sessions(tx: Everywhere, caller: SignedIn, now: Now) -> SessionsEndedOut:
    """All of one's own but the one that asks."""
    keep = UUID(caller.session_id) if caller.session_id else None
    return SessionsEndedOut(ended=await tx.run_sync(actions.end_all, owner(caller), "ended_by_owner", now, keep))


def shown(db: Session, session: UserSession, caller: Caller) -> SessionOut:
    client = db.exec(select(OAuthClient.label).where(OAuthClient.id == session.client_id)).one()
    return SessionOut(
        id=session.id, client=client, device=session.device, address=session.address, amr=session.amr,
        signed_in_at=session.auth_time, last_used_at=session.last_used_at, expires_at=session.expires_at,
        current=str(session.id) == caller.session_id)
