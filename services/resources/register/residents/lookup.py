"""The one place where people are found by name, telephone or ID number."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.residents.models import Resident


def named(key: str) -> ColumnElement[bool]:
    return Resident.name_key == key


def with_phone(number: str) -> ColumnElement[bool]:
    return Resident.phones.contains([number])


def with_id_number(number: str) -> ColumnElement[bool]:
    return Resident.id_number == number


async def same_person(
    tx: AsyncSession, community: str, *, key: str, id_number: str | None, phones: Sequence[str],
) -> Resident | None:
    """Equal ID numbers; or equal name and one telephone in common, unless both have ID numbers that differ."""
    signs = [with_id_number(id_number)] if id_number else []
    if phones:
        no_other_number = Resident.id_number.is_(None) if id_number else true()
        signs.append(and_(named(key), or_(*map(with_phone, phones)), no_other_number))
    if not signs:
        return None
    return (await tx.exec(select(Resident).where(Resident.community == community, or_(*signs)).limit(1))).first()
