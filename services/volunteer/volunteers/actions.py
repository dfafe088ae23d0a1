"""Changes to volunteers."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.squads.actions import count_again
from services.volunteer.squads.models import Squad
from services.volunteer.volunteers import rules
from services.volunteer.volunteers.models import StatusIn, Volunteer, VolunteerIn, VolunteerPatch
from shared.clock import local_day
from shared.db import changed
from shared.events.volunteer import VolunteerRegistered, VolunteerStatusChanged
from shared.http.peers import Peers
from shared.http.problems import Conflict, NotAllowed, NotFound, Words, invalid
from shared.messaging.outbox import emit
from shared.types import new_id

MAY_BE_EMPTY = {"availability", "subject"}


async def register(tx: AsyncSession, body: VolunteerIn, now: datetime) -> Volunteer:
    """Raises `Invalid` for an unknown resident or squad, `Conflict` for a resident who volunteers already or is a child."""
    known = await from_register(tx.info["peers"], body) if body.resident_id else {"birth_date": body.birth_date}
    rules.must_be_old_enough(known["birth_date"], body.guardian, local_day(now))
    await refuse_second_entry(tx, body)
    await squad_must_exist(tx, body.community, body.squad_id)
    await one_leader(tx, body.squad_id, body.squad_role)
    volunteer = Volunteer(
        **(body.model_dump(mode="json", exclude={"squad_id", "resident_id", "joined_on", "guardian"}) | known),
        details={"guardian": body.guardian} if body.guardian else {},
        squad_id=body.squad_id, resident_id=body.resident_id, joined_on=body.joined_on,
        created_at=now, updated_at=now,
    )
    tx.add(volunteer)
    said = VolunteerRegistered(volunteer_id=volunteer.id, squad_id=body.squad_id, resident_id=body.resident_id)
    emit(tx, said, of=volunteer, correlation_id=new_id())
    if body.squad_id:
        await count_again(tx, body.squad_id, now)
    return volunteer


async def from_register(peers: Peers, body: VolunteerIn) -> dict:
    """The few personal fields this service needs, fetched, not typed."""
    try:
        resident = await peers.get("resources", f"/v1/residents/{body.resident_id}")
    except NotFound:
        raise invalid("body.resident_id", "居民登记中没有此人", "The register does not know this resident") from None
    if resident["community"] != body.community:
        raise invalid("body.resident_id", "不是本社区居民", "Not a resident of this community")
    born = resident.get("birth_date")
    return {"name": resident["name"], "phones": resident["phones"],
            "birth_date": date.fromisoformat(born) if born else body.birth_date}


async def refresh_from_register(tx: AsyncSession, resident_id: UUID, community: str, now: datetime) -> None:
    """The copy of a name and phones follows the register, unless the person asked that nobody uses their data. Raises
    `Unavailable` when that cannot be asked now."""
    holds_copy = select(Volunteer).where(Volunteer.community == community, Volunteer.resident_id == resident_id)
    volunteer = (await tx.exec(holds_copy.with_for_update())).one_or_none()
    if volunteer is None:
        return
    try:
        resident = await tx.info["peers"].get("resources", f"/v1/residents/{resident_id}")
    except (NotFound, NotAllowed):
        return
    if (volunteer.name, volunteer.phones) != (resident["name"], resident["phones"]):
        volunteer.name, volunteer.phones = resident["name"], resident["phones"]
        changed(volunteer, now)


async def refuse_second_entry(tx: AsyncSession, body: VolunteerIn) -> None:
    if body.resident_id is None:
        return
    same = select(Volunteer.id).where(
        Volunteer.community == body.community, Volunteer.resident_id == body.resident_id)
    if (existing := (await tx.exec(same)).first()) is not None:
        raise Conflict(Words("此人已登记为志愿者", "This resident volunteers already"), volunteer_id=str(existing))


async def squad_must_exist(tx: AsyncSession, community: str, squad_id: UUID | None) -> None:
    squad = await tx.get(Squad, squad_id) if squad_id else None
    if squad_id and (squad is None or squad.community != community):
        raise invalid("body.squad_id", "本社区没有这个小分队", "No such squad in this community")


async def one_leader(tx: AsyncSession, squad_id: UUID | None, role: str, besides: UUID | None = None) -> None:
    if squad_id is None or role != "leader":
        return
    leader = select(Volunteer.id).where(
        Volunteer.squad_id == squad_id, Volunteer.squad_role == "leader", Volunteer.id != besides)
    rules.must_have_one_leader(role, (await tx.exec(leader)).first())


async def revise(tx: AsyncSession, volunteer: Volunteer, body: VolunteerPatch, now: datetime) -> Volunteer:
    said = body.model_dump(mode="json", exclude_unset=True, exclude={"squad_id"})
    wanted = {field: value for field, value in said.items() if value is not None or field in MAY_BE_EMPTY}
    before = volunteer.squad_id
    squad_id = body.squad_id if "squad_id" in body.model_fields_set else before
    wanted["squad_role"] = rules.role_in(squad_id, volunteer.status, volunteer.squad_role, body.squad_role)
    await squad_must_exist(tx, volunteer.community, squad_id)
    await one_leader(tx, squad_id, wanted["squad_role"], besides=volunteer.id)
    volunteer.squad_id = squad_id
    for field, value in wanted.items():
        setattr(volunteer, field, value)
    changed(volunteer, now)
    for squad_id in sorted({before, volunteer.squad_id} - {None}, key=str):
        await count_again(tx, squad_id, now)
    return volunteer


async def change_status(tx: AsyncSession, volunteer: Volunteer, body: StatusIn, now: datetime) -> Volunteer:
    status = body.status
    rules.must_be_able_to_become(volunteer.status, status)
    if status == "active":
        guardian = body.guardian or volunteer.details.get("guardian")
        rules.must_be_old_enough(volunteer.birth_date, guardian, local_day(now))
        volunteer.details = volunteer.details | ({"guardian": guardian} if guardian else {})
    before, volunteer.status = volunteer.status, status
    if not rules.keeps_role(status):
        volunteer.squad_role = "member"
    changed(volunteer, now)
    said = VolunteerStatusChanged(volunteer_id=volunteer.id, before=before, after=status)
    emit(tx, said, of=volunteer, correlation_id=new_id())
    if volunteer.squad_id:
        await count_again(tx, volunteer.squad_id, now)
    return volunteer
