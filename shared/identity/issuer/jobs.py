"""What the issuer does by itself as time passes: it forgets what nobody needs any more."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.http.idempotency import pruning
from shared.identity.ended import pruning_ended
from shared.identity.issuer.grants import actions as grants
from shared.identity.issuer.oauth import actions as oauth
from shared.identity.issuer.sessions import actions as sessions
from shared.identity.issuer.sign_in import enrolment, phone_codes, throttle
from shared.identity.tables import TABLES
from shared.jobs import Job


async def forget_codes(tx: AsyncSession, now: datetime) -> bool:
    return await tx.run_sync(oauth.forget_expired, now)


async def forget_sessions(tx: AsyncSession, now: datetime) -> bool:
    return await tx.run_sync(sessions.forget_over, now)


JOBS = (
    Job("tell_expired_grants", 15, grants.tell_expired),
    Job("forget_codes", 600, forget_codes), Job("forget_sessions", 3600, forget_sessions),
    Job("forget_phone_codes", 600, phone_codes.forget_phone_codes),
    Job("forget_tallies", 3600, throttle.forget_tallies),
    Job("forget_invitations", 3600, enrolment.forget_invitations),
    pruning(TABLES.idempotency_key), pruning_ended(TABLES.ended_session))
