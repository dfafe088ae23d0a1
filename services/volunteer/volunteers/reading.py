"""What a reader sees of a volunteer, and the entry that is left when it is everything."""

from collections.abc import Iterable

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.volunteers import within
from services.volunteer.volunteers.models import Volunteer, VolunteerOut
from services.volunteer.volunteers.rules import masked
from shared.http.problems import NotAllowed
from shared.identity.caller import Caller
from shared.privacy.audit import record_read


async def shown(
    tx: AsyncSession, volunteers: Iterable[Volunteer], caller: Caller, *, reveal: bool, purpose: str,
) -> list[VolunteerOut]:
    """Masked, unless whoever may asks to see everything: then it is written down, in the transaction of the read.

    Raises `NotAllowed` when one of them is beyond the caller's reach.
    """
    volunteers = list(volunteers)
    if not reveal:
        return [masked(VolunteerOut.model_validate(one)) for one in volunteers]
    revealing = caller.with_permission("volunteers:reveal")
    ids = {one.id for one in volunteers}
    within_reach = within.readable(revealing).predicate
    if ids != set((await tx.exec(select(Volunteer.id).where(Volunteer.id.in_(ids), within_reach))).all()):
        raise NotAllowed(permission="volunteers:reveal")
    for one in volunteers:
        record_read(tx, one, purpose=purpose, resident_id=one.resident_id)
    return [VolunteerOut.model_validate(one) for one in volunteers]
