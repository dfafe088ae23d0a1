"""Every read of an elder's file leaves an entry, in the transaction of the read."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.eldercare.home_safety.models import HomeSafetyCheck, HomeSafetyFinding
from services.eldercare.tables import AuditEntry
from shared.identity.caller import Caller
from shared.privacy.audit import record_read


def audited(
    tx: AsyncSession, files: Iterable[HomeSafetyCheck | HomeSafetyFinding], caller: Caller, *, purpose: str,
    now: datetime,
) -> None:
    for file in files:
        record_read(tx, AuditEntry, file, reader=caller.subject, purpose=purpose, now=now, resident_id=file.resident_id)
