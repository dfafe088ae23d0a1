"""Requests whose other parts are done are finished: one's own part, which comes last, and the signed result."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.rights.requests import actions
from services.resources.rights.requests.models import SubjectRequest, SubjectRequestPart
from services.resources.rights.requests.signing import ResultKey
from shared.jobs import Job

EVERY_SECONDS = 2


async def finish_one(tx: AsyncSession, now: datetime) -> bool:
    """The oldest that waits for nobody. True when there was one: there may be more."""
    still_out = select(SubjectRequestPart.request_id).where(
        SubjectRequestPart.state == "waiting", SubjectRequestPart.service != actions.OURS)
    ready = select(SubjectRequest).where(
        SubjectRequest.state == "in_progress", SubjectRequest.id.not_in(still_out),
    ).order_by(SubjectRequest.id).limit(1).with_for_update(skip_locked=True)
    request = (await tx.exec(ready)).one_or_none()
    if request is None:
        return False
    parts = {part.service: part for part in await actions.parts_of(tx, request.id)}
    await actions.finish(tx, request, parts, ResultKey(tx.info["own_key_file"]), now)
    return True


finishing = Job("finish_subject_requests", EVERY_SECONDS, finish_one)
