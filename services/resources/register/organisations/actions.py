"""Changes to organisations."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.resources.register.organisations.models import (
    Licence,
    Organisation,
    OrganisationIn,
    OrganisationPatch,
)
from services.resources.register.organisations.rules import holds_licence, organisation_key
from services.resources.register.saving import columns_of, revised
from shared.http.problems import Conflict, Words


async def record(tx: AsyncSession, body: OrganisationIn, now: datetime) -> Organisation:
    """Raises `Conflict` for a name the community has already."""
    key = organisation_key(body.name)
    same = select(Organisation.id).where(Organisation.community == body.community, Organisation.key == key)
    if (known := (await tx.exec(same)).first()) is not None:
        raise Conflict(Words("本社区已有同名组织", "The community has one of this name"), organisation_id=str(known))
    organisation = Organisation(**columns_of(body), key=key, created_at=now, updated_at=now)
    tx.add(organisation)
    return organisation


def revise(organisation: Organisation, body: OrganisationPatch, now: datetime) -> Organisation:
    revised(organisation, body, now)
    return organisation


def licences_of(organisation: Organisation) -> list[Licence]:
    return [Licence.model_validate(licence) for licence in organisation.licences]


async def holders(tx: AsyncSession, community: str, kind: str, on: date) -> Sequence[Organisation]:
    """Organisations of the community whose licence of that kind is valid on that day."""
    described = [{"kind": kind}]
    candidates = await tx.exec(
        select(Organisation)
        .where(Organisation.community == community, Organisation.licences.contains(described))
        .order_by(Organisation.id)
    )
    return [one for one in candidates if holds_licence(licences_of(one), kind, on)]

