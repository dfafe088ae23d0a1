"""What a reader sees of a resident, and the entry that is left when it is everything."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.residents.models import Resident, ResidentOut
from services.resources.register.residents.rules import masked
from shared.identity.caller import Caller
from shared.privacy.audit import record_read


def shown(tx: AsyncSession, resident: Resident, caller: Caller, *, reveal: bool, purpose: str) -> ResidentOut:
    """In full for the other services, and for staff who ask: then it is written down, in the transaction of the read.

    Raises `NotAllowed` for who asks to see more than they may.
    """
    if reveal:
        caller.with_permission("register:reveal").must_reach(resident.community)
    out = ResidentOut.model_validate(resident)
    if not reveal and not caller.may_in("register:read_in_full", resident.community):
        return masked(out)
    record_read(tx, resident, purpose=purpose, resident_id=resident.id)
    return out
