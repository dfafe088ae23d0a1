"""Requests whose other parts are done are finished: one's own part, which comes last, and the signed result."""

from datetime import datetime
from uuid import UUID

from sqlmodel import select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.rights.requests import actions
from services.resources.rights.requests.models import SubjectRequest, SubjectRequestPart
from services.resources.rights.requests.signing import ResultKey
from shared.jobs import Job
from shared.logs import log, what_failed

EVERY_SECONDS = 2


async def finish_one(tx: AsyncSession, now: datetime) -> bool:
    """One that waits for nobody, the one tried longest ago. True when it was finished: there may be more."""
    still_out = select(SubjectRequestPart.request_id).where(
        SubjectRequestPart.state == "waiting", SubjectRequestPart.service != actions.OURS)
    ready = select(SubjectRequest).where(
        SubjectRequest.state == "in_progress", SubjectRequest.id.not_in(still_out),
    ).order_by(SubjectRequest.updated_at, SubjectRequest.id).limit(1).with_for_update(skip_locked=True)
    request = (await tx.exec(ready)).one_or_none()
    if request is None:
        return False
    id = request.id
    try:
        async with tx.begin_nested():
            parts = {part.service: part for part in await actions.parts_of(tx, id)}
            await actions.finish(tx, request, parts, ResultKey(tx.info["own_key_file"]), now)
    except Exception as error:
        log.error("subject_request.not_finished", request_id=str(id), **what_failed(error))
        await put_last(tx, id, now)
        return False
    return True


async def put_last(tx: AsyncSession, id: UUID, now: datetime) -> None:
    """It is tried again after all others. What it would have said, noted and erased was undone with the rest."""
    for undone in ("said", "noted", "erased"):
        tx.info.pop(undone, None)
    await tx.exec(update(SubjectRequest).where(SubjectRequest.id == id).values(updated_at=now))


finishing = Job("finish_subject_requests", EVERY_SECONDS, finish_one)
