"""Changes to residents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.communities.actions import community_must_exist
from services.resources.register.places.models import Household
from services.resources.register.residents import lookup, rules
from services.resources.register.residents.models import (
    Resident,
    ResidentIn,
    ResidentLink,
    ResidentPatch,
    ResidentSearchIn,
)
from services.resources.register.saving import columns_of, revised
from shared.events.resources import ResidentRegistered, ResidentUpdated
from shared.http.problems import Conflict, Words, invalid
from shared.messaging.outbox import emit
from shared.privacy.fields.indexes import BlindIndex
from shared.types import new_id


async def register(tx: AsyncSession, body: ResidentIn, now: datetime) -> Resident:
    """Raises `Conflict` for somebody the register has, `Invalid` for names, numbers and dates that cannot be."""
    await community_must_exist(tx, body.community)
    await household_must_exist(tx, body.community, body.household_id)
    written = as_written(body, number_before=None)
    await refuse_second_entry(tx, body.community, written)
    resident = Resident(**(columns_of(body) | written), created_at=now, updated_at=now)
    tx.add(resident)
    said = ResidentRegistered(resident_id=resident.id, household_id=resident.household_id)
    emit(tx, said, of=resident, correlation_id=new_id())
    return resident


async def revise(tx: AsyncSession, resident: Resident, body: ResidentPatch, now: datetime) -> Resident:
    await household_must_exist(tx, resident.community, body.household_id)
    if revised(resident, body, now, as_written(body, number_before=resident.id_number)):
        emit(tx, ResidentUpdated(resident_id=resident.id), of=resident, correlation_id=new_id())
    return resident


def as_written(body: ResidentIn | ResidentPatch, *, number_before: str | None) -> dict[str, Any]:
    """What was given of name, numbers and date, in the register's one way of writing them."""
    given, written = body.model_fields_set, {}
    if body.name is not None:
        written["name"] = rules.written_name(body.name)
    if body.phones:
        written["phones"] = rules.written_phones(body.phones)
    if body.id_number is not None:
        written["id_number"] = rules.written_id_number(body.id_number)
    if given & {"id_number", "birth_date"}:
        number = written.get("id_number") if "id_number" in given else number_before
        born = rules.birth_date_of(number, body.birth_date)
        if born or "birth_date" in given:
            written["birth_date"] = born
    return written


async def refuse_second_entry(tx: AsyncSession, community: str, written: dict[str, Any]) -> None:
    known = await lookup.same_person(
        tx, community, name=written["name"], id_number=written.get("id_number"), phones=written.get("phones", []))
    if known is not None:
        raise Conflict(Words("登记中已有此人", "The register has this person"), resident_id=str(known.id))


async def household_must_exist(tx: AsyncSession, community: str, id: UUID | None) -> None:
    household = await tx.get(Household, id) if id else None
    if id and (household is None or household.community != community):
        raise invalid("body.household_id", "本社区没有这一户", "No such household in this community")


def searched(index: BlindIndex, body: ResidentSearchIn) -> list[Any]:
    """The conditions of a search: each in the register's way of writing. Raises `Invalid`."""
    conditions = []
    if body.name is not None:
        conditions.append(lookup.named(index, rules.written_name(body.name)))
    if body.phone is not None:
        conditions += [lookup.with_phone(index, number) for number in rules.written_phones([body.phone])]
    if body.id_number is not None:
        conditions.append(lookup.with_id_number(index, rules.written_id_number(body.id_number)))
    if not conditions:
        raise invalid("body", "请给出姓名、电话或身份证号", "Give a name, a telephone or an ID number")
    return conditions


async def links_of(tx: AsyncSession, resident_id: UUID) -> Sequence[ResidentLink]:
    """The rows of lists in which this resident was found, oldest first."""
    wanted = select(ResidentLink).where(ResidentLink.resident_id == resident_id).order_by(ResidentLink.id)
    return (await tx.exec(wanted)).all()
