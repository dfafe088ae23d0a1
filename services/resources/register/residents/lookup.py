"""The one place where people are found by name, telephone or ID number."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.residents.models import Resident
from shared.privacy.fields.indexes import BlindIndex
from shared.spreadsheets.cells import name_key


def named(index: BlindIndex, name: str) -> ColumnElement[bool]:
    return index.finds(Resident, "name", name_key(name))


def with_phone(index: BlindIndex, number: str) -> ColumnElement[bool]:
    return index.finds(Resident, "phones", number)


def with_id_number(index: BlindIndex, number: str) -> ColumnElement[bool]:
    return index.finds(Resident, "id_number", number)


async def same_person(
    tx: AsyncSession, community: str, *, name: str, id_number: str | None, phones: Sequence[str],
) -> Resident | None:
    """Equal ID numbers; or equal name and one telephone in common, unless both have ID numbers that differ."""
    index = tx.info["vault"].index
    signs = [with_id_number(index, id_number)] if id_number else []
    if phones:
        no_other_number = Resident.id_number.is_(None) if id_number else true()
        called = or_(*(with_phone(index, phone) for phone in phones))
        signs.append(and_(named(index, name), called, no_other_number))
    if not signs:
        return None
    return (await tx.exec(select(Resident).where(Resident.community == community, or_(*signs)).limit(1))).first()
