"""Changes to squads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.volunteer.squads import rules
from services.volunteer.squads.models import Squad, SquadIn, SquadPatch
from services.volunteer.volunteers.models import Volunteer
from shared.db import changed, locked
from shared.events.volunteer import SquadFormed
from shared.http.problems import Conflict, Words
from shared.messaging.outbox import emit
from shared.types import new_id

MAY_BE_EMPTY = {"courtyard_id"}


async def form(tx: AsyncSession, body: SquadIn, now: datetime) -> Squad:
    """Raises `Conflict` when the community has a squad of that name."""
    same_name = select(Squad.id).where(Squad.community == body.community, Squad.name == body.name)
    if (existing := (await tx.exec(same_name)).first()) is not None:
        raise Conflict(Words("本社区已有同名小分队", "The community has a squad of that name"), squad_id=str(existing))
    squad = Squad(**body.model_dump(), created_at=now, updated_at=now)
    tx.add(squad)
    emit(tx, SquadFormed(squad_id=squad.id, courtyard_id=squad.courtyard_id), of=squad, correlation_id=new_id())
    return squad


def revise(squad: Squad, body: SquadPatch, now: datetime) -> Squad:
    for field, value in body.model_dump(exclude_unset=True).items():
        if value is not None or field in MAY_BE_EMPTY:
            setattr(squad, field, value)
    squad.state = rules.state_of(squad.strength, squad.minimum_strength)
    changed(squad, now)
    return squad


async def count_again(tx: AsyncSession, squad_id: UUID, now: datetime) -> None:
    """Strength is derived from the volunteers, never typed."""
    squad = await locked(tx, Squad, squad_id)
    await tx.flush()
    active = select(func.count()).where(Volunteer.squad_id == squad_id, Volunteer.status == "active")
    squad.strength = (await tx.exec(active)).one()
    squad.state = rules.state_of(squad.strength, squad.minimum_strength)
    changed(squad, now)
