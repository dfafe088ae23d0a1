"""Every read of an elder's file leaves an entry, in the transaction of the read."""

from collections.abc import Iterable

from sqlmodel.ext.asyncio.session import AsyncSession

from services.eldercare.home_safety.models import HomeSafetyCheck, HomeSafetyFinding
from shared.privacy.audit import record_read


def audited(tx: AsyncSession, files: Iterable[HomeSafetyCheck | HomeSafetyFinding], *, purpose: str) -> None:
    for file in files:
        record_read(tx, file, purpose=purpose, resident_id=file.resident_id)
