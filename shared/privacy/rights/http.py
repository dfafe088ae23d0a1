"""A service's part of a request, over HTTP for the service that assembles it: personal data never travels in events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from shared.db import Tx, found
from shared.http.problems import WrongState
from shared.identity.caller import requires
from shared.privacy.audit import record_read
from shared.privacy.rights.answering import exported
from shared.privacy.rights.holdings import Holding, Subject
from shared.privacy.rights.models import RightsTables
from shared.types import Out

ReadSubjectFiles = requires("subject_files:read")


class HeldTableOut(Out):
    """What one table holds about somebody, in words and as rows."""

    table: str
    zh: str
    en: str
    rows: list[dict[str, Any]]


def rights_router(holdings: Sequence[Holding], tables: RightsTables) -> APIRouter:
    router = APIRouter(prefix="/v1/subject-parts", tags=["rights"])

    @router.get("/{id}")
    async def read_subject_part(
        id: UUID, caller: ReadSubjectFiles, tx: Tx, to_asker: bool = False,
    ) -> list[HeldTableOut]:
        """What this service holds about whom an export was opened for. For the service that hands it out: everything
        when that is to the person, who asked by themselves; otherwise without what is not for staff."""
        part = caller.must_find(await found(tx, tables.part, id))
        if part.kind != "export":
            raise WrongState(kind=part.kind)
        record_read(tx, part, purpose="subject_request", resident_id=part.resident_id)
        subject = Subject(part.resident_id, part.account)
        return await exported(tx, holdings, subject, to_asker=to_asker and part.account is not None)

    return router
