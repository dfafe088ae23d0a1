"""Every read of an elder's file leaves an entry, in the transaction of the read; a restricted file is not read."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.eldercare.home_safety.models import HomeSafetyCheck, HomeSafetyFinding
from services.eldercare.rights.tables import RIGHTS
from shared.privacy.audit import record_read
from shared.privacy.rights.restricted import must_be_readable, readable


def audited(tx: AsyncSession, files: Iterable[HomeSafetyCheck | HomeSafetyFinding], *, purpose: str) -> None:
    for file in files:
        record_read(tx, file, purpose=purpose, resident_id=file.resident_id)


def unrestricted(table: type[HomeSafetyCheck | HomeSafetyFinding], purpose: str) -> ColumnElement[bool]:
    return readable(RIGHTS, col(table.resident_id), purpose)


async def must_be_unrestricted(tx: AsyncSession, file: HomeSafetyCheck | HomeSafetyFinding, purpose: str) -> None:
    """Raises `Restricted`."""
    await must_be_readable(tx, RIGHTS, [file.resident_id], purpose)
