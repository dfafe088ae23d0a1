"""What a reader sees of a resident, and the entry that is left when it is everything."""

from collections.abc import Iterable

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.residents.models import Resident, ResidentOut
from services.resources.register.residents.rules import masked
from services.resources.rights.tables import RIGHTS
from shared.identity.caller import Caller
from shared.privacy.audit import record_read
from shared.privacy.rights.restricted import LEFT_BY_LAW, must_be_readable, restricted_among


def shown(
    tx: AsyncSession, resident: Resident, caller: Caller, *, reveal: bool, purpose: str, restricted: bool = False,
) -> ResidentOut:
    """In full for the other services, and for staff who ask: then it is written down, in the transaction of the read.
    Nobody who is `restricted` is shown in full among others, to a service neither.

    Raises `NotAllowed` for who asks to see more than they may.
    """
    if reveal:
        caller.with_permission("register:reveal").must_reach(resident.community)
    out = ResidentOut.model_validate(resident)
    if not reveal and (restricted or not caller.may_in("register:read_in_full", resident.community)):
        return masked(out)
    record_read(tx, resident, purpose=purpose, resident_id=resident.id)
    return out


async def shown_one(tx: AsyncSession, resident: Resident, caller: Caller, *, reveal: bool, purpose: str) -> ResidentOut:
    """Raises `Restricted` when they asked that nobody uses their data, and this is for none of the purposes left: for
    people who ask to see more, and for services, which always see all."""
    if reveal or caller.may_in("register:read_in_full", resident.community):
        await must_be_readable(tx, RIGHTS, [resident.id], purpose)
    return shown(tx, resident, caller, reveal=reveal, purpose=purpose)


async def shown_all(
    tx: AsyncSession, residents: Iterable[Resident], caller: Caller, *, reveal: bool, purpose: str,
) -> list[ResidentOut]:
    """Those who are restricted stay masked among the others."""
    residents = list(residents)
    asks = purpose not in LEFT_BY_LAW
    hidden = await restricted_among(tx, RIGHTS, [one.id for one in residents]) if asks else frozenset()
    return [shown(tx, one, caller, reveal=reveal and one.id not in hidden, purpose=purpose, restricted=one.id in hidden)
            for one in residents]
